import type { Contract } from '../../engine/domain/contract.ts';
import type { AttachmentTable, FieldSource, TicketTable } from '../../engine/domain/itsm-description.ts';
import { inboundWrites } from '../database/survey/inbound-writes.ts';
import { namedParts } from '../database/survey/named-columns.ts';

/** What the engine must be able to do with one table of the ITSM. */
export interface NeededRights {
  readonly table: string;
  /** Columns that are read. */
  readonly select: readonly string[];
  /** Columns that are written in a new row, and in one that is there; empty: none is. */
  readonly insert: readonly string[];
  readonly update: readonly string[];
}

/** By table, in the order in which itsm.yaml names them. */
export function neededRights(contract: Contract): readonly NeededRights[] {
  const { itsm, inbound, changes } = contract;
  const needed = new Map<string, { select: Set<string>; insert: Set<string>; update: Set<string> }>();
  const of = (table: string) => {
    const known = needed.get(table);
    if (known !== undefined) return known;
    const fresh = { select: new Set<string>(), insert: new Set<string>(), update: new Set<string>() };
    needed.set(table, fresh);
    return fresh;
  };
  const add = (set: Set<string>, columns: Iterable<string>): void => {
    for (const column of columns) set.add(column);
  };
  const { tables, columns } = namedParts(itsm);
  for (const { table } of tables) of(table);
  for (const { table, column } of columns) of(table).select.add(column);

  const ticketRows = (described: TicketTable): void => {
    const { insert, update } = of(described.table);
    add(insert, [described.providerNumber, ...described.onInsert.keys(), ...described.where.keys()]);
    if (described.number.generate !== null) add(insert, [described.number.column]);
    // A number that is made from the key is written once the key is known.
    if (described.number.generate !== null) add(update, [described.number.column]);
    add(update, [described.providerNumber, ...described.onUpdate.keys()]);
  };
  ticketRows(itsm.tickets);
  if (itsm.comments !== null && inbound.comments !== null) {
    const { table, ticket, onInsert, where } = itsm.comments;
    add(of(table).insert, [ticket, ...onInsert.keys(), ...where.keys()]);
  }
  const fileRows = (attachments: AttachmentTable | null, areTaken: boolean): void => {
    if (attachments === null || !areTaken) return;
    const { table, ticket, name, contentType, size, content, onInsert, where } = attachments;
    const own = [ticket, name, contentType, size, content.column, content.directory?.column ?? null];
    add(
      of(table).insert,
      own.filter((column) => column !== null),
    );
    add(of(table).insert, [...onInsert.keys(), ...where.keys()]);
    // The bytes are put into the row once it is there.
    if (content.column !== null) of(table).update.add(content.column);
  };
  fileRows(itsm.attachments, inbound.attachments !== null);
  const described = itsm.changeRequests;
  if (changes !== null && described !== null) {
    ticketRows(described.tickets);
    fileRows(described.attachments, changes.attachments !== null);
    if (described.comments !== null && changes.comments !== null) {
      const { table, ticket, onInsert, where } = described.comments;
      add(of(table).insert, [ticket, ...onInsert.keys(), ...where.keys()]);
    }
    if (described.approvals !== null && changes.approvals !== null) {
      const { table, ticket, approvalId, onInsert, onUpdate, where } = described.approvals;
      add(of(table).insert, [ticket, approvalId, ...onInsert.keys(), ...where.keys()]);
      add(of(table).update, onUpdate.keys());
    }
  }
  const columnOf = ({ column }: FieldSource): string => column;
  for (const { table, of: kind, source, path } of inboundWrites(contract)) {
    of(table).insert.add(columnOf(source));
    if (kind !== 'comment' && kind !== 'attachment' && !path.includes('create'))
      of(table).update.add(columnOf(source));
  }
  return [...needed].map(([table, { select, insert, update }]) => ({
    table,
    select: [...select],
    insert: [...insert],
    update: [...update],
  }));
}
