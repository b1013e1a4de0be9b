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
  readonly of: 'ticket' | 'comment';
  readonly source: FieldSource;
}

/** Everything that messages of the provider write. */
export function inboundWrites({ inbound, itsm }: Contract): readonly InboundWrite[] {
  const writes: InboundWrite[] = [];
  const add = (
    rules: ReadonlyMap<string, FieldRule>,
    under: string,
    of: InboundWrite['of'],
    table: string,
    sources: ReadonlyMap<string, FieldSource>,
  ): void => {
    for (const [field, rule] of rules) {
      const source = sources.get(field);
      if (source !== undefined) writes.push({ rule, path: ['inbound', under, field], of, table, source });
    }
  };
  add(inbound.fields, 'fields', 'ticket', itsm.tickets.table, itsm.tickets.fields);
  add(inbound.create, 'create', 'ticket', itsm.tickets.table, itsm.tickets.fields);
  if (inbound.comments !== null && itsm.comments !== null)
    add(inbound.comments, 'comments', 'comment', itsm.comments.table, itsm.comments.fields);
  return writes;
}
