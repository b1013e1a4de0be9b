import type { Knex } from 'knex';
import type {
  ApprovalTable,
  AttachmentTable,
  CommentTable,
  CustomFieldTable,
  TicketTable,
} from '../../../engine/domain/itsm-description.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { AttachedFile } from '../../../engine/runtime/ports.ts';
import { prefixed } from './changed-rows.ts';
import type { Bound } from './field-values.ts';
import { constantColumns } from './field-writer.ts';

/** The statements by which an ITSM is written: those that `itsm.ts` runs, and `statements.ts` shows. */

export type Columns = Readonly<Record<string, Bound>>;

/** @param number stands in the number's column until the key is known; null: the database makes the number. */
export function newTicket(
  tickets: TicketTable,
  row: Columns,
  number: string | null,
  now: Instant,
  zone: string,
): Columns {
  return {
    // A row that did not satisfy the conditions would be no ticket.
    ...Object.fromEntries(tickets.where),
    ...constantColumns(tickets.onInsert, now, zone),
    ...row,
    ...(number === null ? {} : { [tickets.number.column]: number }),
  };
}

export const changedTicket = (tickets: TicketTable, row: Columns, now: Instant, zone: string): Columns => ({
  ...constantColumns(tickets.onUpdate, now, zone),
  ...row,
});

export const newComment = (
  comments: CommentTable,
  row: Columns,
  ticket: Bound,
  now: Instant,
  zone: string,
): Columns => ({
  ...Object.fromEntries(comments.where),
  ...constantColumns(comments.onInsert, now, zone),
  ...row,
  [comments.ticket]: ticket,
});

/** @param path the name of its file in the directory; null: there is none. The column of the content is filled after. */
export const newAttachment = (
  attachments: AttachmentTable,
  row: Columns,
  ticket: Bound,
  file: Pick<AttachedFile, 'name' | 'contentType' | 'size'>,
  path: string | null,
  now: Instant,
  zone: string,
): Columns => ({
  ...Object.fromEntries(attachments.where),
  ...constantColumns(attachments.onInsert, now, zone),
  ...row,
  [attachments.ticket]: ticket,
  [attachments.name]: file.name,
  ...(attachments.contentType === null ? {} : { [attachments.contentType]: file.contentType }),
  ...(attachments.size === null ? {} : { [attachments.size]: file.size }),
  ...(attachments.content.column === null ? {} : { [attachments.content.column]: '' }),
  ...(attachments.content.directory === null ? {} : { [attachments.content.directory.column]: path }),
});

export const newApproval = (
  approvals: ApprovalTable,
  row: Columns,
  change: Bound,
  approvalId: string,
  now: Instant,
  zone: string,
): Columns => ({
  ...Object.fromEntries(approvals.where),
  ...constantColumns(approvals.onInsert, now, zone),
  ...row,
  [approvals.ticket]: change,
  [approvals.approvalId]: approvalId,
});

export const changedApproval = (
  approvals: ApprovalTable,
  row: Columns,
  now: Instant,
  zone: string,
): Columns => ({ ...constantColumns(approvals.onUpdate, now, zone), ...row });

export const updateApprovalRow = (knex: Knex, approvals: ApprovalTable, key: string, columns: Columns) =>
  knex(approvals.table).where(approvals.key, key).update(columns);

export const insertRow = (knex: Knex, table: string, columns: Columns) => knex(table).insert(columns);

export const updateTicketRow = (knex: Knex, tickets: TicketTable, key: string, columns: Columns) =>
  knex(tickets.table).where(tickets.key, key).where(Object.fromEntries(tickets.where)).update(columns);

/** The number is made from the key, which the insert makes. */
export const numberTicket = (knex: Knex, tickets: TicketTable, key: string, number: string) =>
  knex(tickets.table)
    .where(tickets.key, key)
    .update({ [tickets.number.column]: number });

export const generatedNumber = (
  { prefix, digits }: { readonly prefix: string; readonly digits: number },
  key: string,
) => prefix + key.padStart(digits, '0');

/** The value of the ticket's column that comments or custom fields refer to. */
export const referredColumn = (knex: Knex, tickets: TicketTable, key: string, column: string) =>
  ofTickets(knex, tickets)
    .where(`t.${tickets.key}`, key)
    .select({ value: `t.${column}` });

export const ofTickets = (knex: Knex, tickets: TicketTable) =>
  knex({ t: tickets.table }).where(prefixed('t', tickets.where));

/** A custom field has a row of its own: it is updated, and made where that finds none. */
export const updateCustom = (
  knex: Knex,
  table: CustomFieldTable,
  ticket: Bound,
  name: string,
  row: Columns,
) =>
  knex(table.table)
    .where({ [table.ticket]: ticket, [table.name]: name })
    .update(row);

export const insertCustom = (
  knex: Knex,
  table: CustomFieldTable,
  ticket: Bound,
  name: string,
  row: Columns,
) => knex(table.table).insert({ [table.ticket]: ticket, [table.name]: name, ...row });
