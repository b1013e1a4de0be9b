import type { ChangeSource } from '../../../engine/domain/itsm-description.ts';
import { type Bound, plainText } from '../itsm/field-values.ts';
import type { ItsmSide } from '../itsm/side.ts';
import { ReferredRows } from './referred-rows.ts';
import { compareKeys, keyValue, meets, type Row } from './rows.ts';
import type { Sequence, UndoLog } from './undo-log.ts';

type TableOf = 'tickets' | 'comments' | 'attachments' | 'custom' | 'approvals';

/** The rows of one side of a client's ITSM, by what they are searched by. Rows are frozen; a change is another row. */
export class ItsmTables {
  readonly undo: UndoLog;
  readonly referred: ReferredRows;
  readonly #itsm: ItsmSide;
  readonly #tickets = new Map<string, Row>();
  /** By `COLUMN=VALUE` for the columns that tickets are looked up by: keys, in the order of keys. */
  readonly #ticketIndex = new Map<string, readonly string[]>();
  readonly #indexed: readonly string[];
  /** By the value with which they name their ticket. */
  readonly #comments = new Map<string, readonly Row[]>();
  readonly #attachments = new Map<string, readonly Row[]>();
  readonly #customValues = new Map<string, readonly Row[]>();
  readonly #approvals = new Map<string, readonly Row[]>();
  readonly #keys: Map<string, Sequence>;

  /** Sides that share tables share the sequences of their keys too. */
  constructor(itsm: ItsmSide, undo: UndoLog, keys = new Map<string, Sequence>()) {
    this.#keys = keys;
    this.undo = undo;
    this.referred = new ReferredRows(undo);
    this.#itsm = itsm;
    const { tickets, comments, attachments, approvals, changes } = itsm;
    const referred = [
      comments?.refersTo,
      attachments?.refersTo,
      approvals?.refersTo,
      tickets.customFields?.refersTo,
      ...changes.map((one) => one.refersTo),
    ];
    this.#indexed = [
      ...new Set(
        [tickets.number.column, tickets.providerNumber, ...referred].filter(
          (column): column is string => column !== undefined && column !== tickets.key,
        ),
      ),
    ];
  }

  /** Also a row that is no ticket, because it does not meet `tickets.where`. */
  row(key: string): Row | null {
    return this.#tickets.get(key) ?? null;
  }

  ticket(key: string): Row | null {
    const row = this.row(key);
    return row !== null && meets(row, this.#itsm.tickets.where) ? row : null;
  }

  /** The tickets with this value in one of the columns that they are looked up by. */
  ticketsBy(column: string, value: Bound): readonly Row[] {
    if (value === null) return [];
    const text = plainText(value);
    const keys =
      column === this.#itsm.tickets.key ? [text] : (this.#ticketIndex.get(`${column}=${text}`) ?? []);
    return keys.map((key) => this.ticket(key)).filter((row) => row !== null);
  }

  putTicket(key: string, columns: Row): void {
    const before = this.#tickets.get(key);
    const row = Object.freeze({ ...columns, [this.#itsm.tickets.key]: keyValue(key) });
    this.undo.set(this.#tickets, key, row);
    this.#pass('tickets', key);
    for (const column of this.#indexed) {
      if (before?.[column] === row[column]) continue;
      this.#index(column, before?.[column] ?? null, (keys) => keys.filter((other) => other !== key));
      this.#index(column, row[column] ?? null, (keys) => [...keys, key].sort(compareKeys));
    }
  }

  /** The ticket's row, and all rows that refer to it. */
  deleteTicket(key: string): void {
    const row = this.row(key);
    if (row === null) return;
    const { comments, attachments, approvals, tickets } = this.#itsm;
    const referring = [
      [comments, this.#comments],
      [attachments, this.#attachments],
      [approvals, this.#approvals],
      [tickets.customFields, this.#customValues],
    ] as const;
    for (const [table, rows] of referring)
      if (table !== null) this.undo.delete(rows, plainText(row[table.refersTo] ?? ''));
    for (const column of this.#indexed)
      this.#index(column, row[column] ?? null, (keys) => keys.filter((other) => other !== key));
    this.undo.delete(this.#tickets, key);
  }

  comments(ticket: Bound): readonly Row[] {
    return (ticket === null ? null : this.#comments.get(plainText(ticket))) ?? [];
  }

  /** All comments of one ticket at once. */
  setComments(ticket: Bound, rows: readonly Row[]): void {
    this.undo.set(this.#comments, plainText(ticket), rows.map(Object.freeze));
    const key = this.#itsm.comments?.key ?? '';
    for (const row of rows) this.#pass('comments', plainText(row[key]));
  }

  attachments(ticket: Bound): readonly Row[] {
    return (ticket === null ? null : this.#attachments.get(plainText(ticket))) ?? [];
  }

  /** All attachments of one ticket at once. */
  setAttachments(ticket: Bound, rows: readonly Row[]): void {
    this.undo.set(this.#attachments, plainText(ticket), rows.map(Object.freeze));
    const key = this.#itsm.attachments?.key ?? '';
    for (const row of rows) this.#pass('attachments', plainText(row[key]));
  }

  customValues(ticket: Bound): readonly Row[] {
    return (ticket === null ? null : this.#customValues.get(plainText(ticket))) ?? [];
  }

  setCustomValues(ticket: Bound, rows: readonly Row[]): void {
    this.undo.set(this.#customValues, plainText(ticket), rows.map(Object.freeze));
  }

  approvals(change: Bound): readonly Row[] {
    return (change === null ? null : this.#approvals.get(plainText(change))) ?? [];
  }

  /** All approvals of one change at once. */
  setApprovals(change: Bound, rows: readonly Row[]): void {
    this.undo.set(this.#approvals, plainText(change), rows.map(Object.freeze));
    const key = this.#itsm.approvals?.key ?? '';
    for (const row of rows) this.#pass('approvals', plainText(row[key]));
  }

  /** The key of a new row. */
  nextKey(of: TableOf): number {
    return this.undo.next(this.#sequence(of));
  }

  /** Every row of a change source's table; nothing of a table that is none of these. */
  *rowsOf({ table }: ChangeSource): Generator<Row> {
    const { tickets, comments, attachments, approvals } = this.#itsm;
    if (table === attachments?.table) for (const rows of this.#attachments.values()) yield* rows;
    if (table === approvals?.table) for (const rows of this.#approvals.values()) yield* rows;
    if (table === tickets.table) yield* this.#tickets.values();
    if (table === comments?.table) for (const rows of this.#comments.values()) yield* rows;
    if (table === tickets.customFields?.table) for (const rows of this.#customValues.values()) yield* rows;
  }

  #index(column: string, value: Bound, change: (keys: readonly string[]) => readonly string[]): void {
    if (value === null) return;
    const name = `${column}=${plainText(value)}`;
    const keys = change(this.#ticketIndex.get(name) ?? []);
    if (keys.length > 0) this.undo.set(this.#ticketIndex, name, keys);
    else this.undo.delete(this.#ticketIndex, name);
  }

  #sequence(of: TableOf): Sequence {
    const { tickets, comments, attachments, approvals } = this.#itsm;
    const table = {
      tickets: tickets.table,
      comments: comments?.table ?? '',
      attachments: attachments?.table ?? '',
      custom: tickets.customFields?.table ?? '',
      approvals: approvals?.table ?? '',
    }[of];
    const known = this.#keys.get(table);
    if (known !== undefined) return known;
    const sequence: Sequence = { last: 0 };
    this.#keys.set(table, sequence);
    return sequence;
  }

  #pass(table: TableOf, key: string): void {
    const value = keyValue(key);
    if (typeof value === 'number') this.undo.pass(this.#sequence(table), value);
  }
}
