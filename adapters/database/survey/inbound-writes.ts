import type { Contract, FieldRule } from '../../../engine/domain/contract.ts';
import type { FieldSource } from '../../../engine/domain/itsm-description.ts';
import type { Path } from './spots.ts';

/** A rule that writes into the client's database, and the column or row that takes it. */
export interface InboundWrite {
  readonly rule: FieldRule;
  /** Where the rule stands in contract.yaml. */
  readonly path: Path;
  /** The table that is written. */
  readonly table: string;
  readonly of: 'ticket' | 'comment' | 'attachment' | 'change' | 'approval';
  readonly source: FieldSource;
}

/** Everything that messages of the provider write. */
export function inboundWrites({ inbound, changes, itsm }: Contract): readonly InboundWrite[] {
  const writes: InboundWrite[] = [];
  const add = (
    rules: ReadonlyMap<string, FieldRule>,
    under: Path,
    of: InboundWrite['of'],
    table: string,
    sources: ReadonlyMap<string, FieldSource>,
  ): void => {
    for (const [field, rule] of rules) {
      const source = sources.get(field);
      if (source !== undefined) writes.push({ rule, path: [...under, field], of, table, source });
    }
  };
  add(inbound.fields, ['inbound', 'fields'], 'ticket', itsm.tickets.table, itsm.tickets.fields);
  add(inbound.create, ['inbound', 'create'], 'ticket', itsm.tickets.table, itsm.tickets.fields);
  if (inbound.comments !== null && itsm.comments !== null)
    add(inbound.comments, ['inbound', 'comments'], 'comment', itsm.comments.table, itsm.comments.fields);
  if (inbound.attachments !== null && itsm.attachments !== null)
    add(
      inbound.attachments.fields,
      ['inbound', 'attachments', 'fields'],
      'attachment',
      itsm.attachments.table,
      itsm.attachments.fields,
    );
  const described = itsm.changeRequests;
  if (changes === null || described === null) return writes;
  const { tickets, comments, attachments, approvals } = described;
  if (changes.attachments !== null && attachments !== null)
    add(
      changes.attachments.fields,
      ['changes', 'attachments', 'fields'],
      'attachment',
      attachments.table,
      attachments.fields,
    );
  for (const key of ['fields', 'create', 'cancelled', 'closed'] as const)
    add(changes[key], ['changes', key], 'change', tickets.table, tickets.fields);
  if (changes.comments !== null && comments !== null)
    add(changes.comments, ['changes', 'comments'], 'comment', comments.table, comments.fields);
  if (changes.approvals !== null && approvals !== null)
    add(
      changes.approvals.fields,
      ['changes', 'approvals', 'fields'],
      'approval',
      approvals.table,
      approvals.fields,
    );
  return writes;
}
