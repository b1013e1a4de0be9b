import type { Instant } from '../../../engine/domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../engine/domain/json.ts';
import type { ApprovalRow, Ticket, TicketAttachment } from '../../../engine/domain/ticket.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { localDate } from '../dates.ts';
import { customRow } from '../itsm/custom-fields.ts';
import type { ItsmSide } from '../itsm/side.ts';
import { plainText } from '../itsm/field-values.ts';
import { givenColumns } from './given-fields.ts';
import { asStored, keyValue, type Row } from './rows.ts';
import type { ItsmTables } from './tables.ts';

/** Makes the rows of one ticket, or change, say what is given. A row that says it already keeps its date of change. */
export function putTicket(tables: ItsmTables, itsm: ItsmSide, ticket: Ticket, at: Instant): void {
  const { tickets, database } = itsm;
  const { custom, ...own } = ticket.fields as JsonObject & { readonly custom?: Json };
  const before = tables.row(ticket.key);
  const given = givenColumns(tickets.table, tickets.fields, own, tables.referred, database.timeZone);
  const columns: Row = {
    ...before,
    // What is given is a ticket, unless a field says otherwise.
    ...Object.fromEntries(tickets.where),
    ...given,
    [tickets.number.column]: ticket.number,
    [tickets.providerNumber]: ticket.providerNumber,
  };
  const after = { ...columns, ...referredColumns(itsm, ticket, columns) };
  tables.putTicket(ticket.key, dated(itsm, tickets.table, { before, given, after }, at));
  const row = tables.row(ticket.key) ?? {};
  putComments(tables, itsm, ticket, row, at);
  putAttachments(tables, itsm, ticket.attachments ?? [], row, at);
  putApprovals(tables, itsm, ticket.change?.approvals ?? [], row, at);
  if (custom !== undefined) putCustomFields(tables, itsm, row, custom, at);
}

/** Makes columns of the row say what is given, whether it is a ticket then or not. */
export function putColumns(tables: ItsmTables, itsm: ItsmSide, key: string, columns: Row, at: Instant): void {
  const before = tables.row(key);
  if (before === null) throw new ItsmRefused(`${itsm.tickets.table} has no row whose key is ${key}`);
  const after = { ...before, ...columns };
  tables.putTicket(key, dated(itsm, itsm.tickets.table, { before, given: columns, after }, at));
}

/** A column that comments, attachments, approvals or custom fields refer to and that no field shows holds the ticket's key. */
function referredColumns(
  { tickets, comments, attachments, approvals }: ItsmSide,
  ticket: Ticket,
  columns: Row,
): Row {
  const referred = [
    comments?.refersTo,
    attachments?.refersTo,
    approvals?.refersTo,
    tickets.customFields?.refersTo,
  ];
  const missing = referred.filter(
    (column): column is string => column !== undefined && (columns[column] ?? null) === null,
  );
  return Object.fromEntries(missing.map((column) => [column, keyValue(ticket.key)]));
}

function putComments(tables: ItsmTables, itsm: ItsmSide, ticket: Ticket, row: Row, at: Instant): void {
  const { comments, database } = itsm;
  if (comments === null) {
    if (ticket.comments.length > 0) throw new ItsmRefused('the contract describes no comments');
    return;
  }
  const named = row[comments.refersTo] ?? null;
  const known = tables.comments(named);
  const rows = ticket.comments.map(({ key, fields }) => {
    const before = known.find((other) => plainText(other[comments.key]) === key) ?? null;
    const given = givenColumns(comments.table, comments.fields, fields, tables.referred, database.timeZone);
    const after: Row = {
      ...before,
      ...Object.fromEntries(comments.where),
      ...given,
      [comments.ticket]: named,
      [comments.key]: keyValue(key),
    };
    return dated(itsm, comments.table, { before, given, after }, at);
  });
  // What is no comment by `comments.where` stays.
  const others = known.filter((other) =>
    [...comments.where].some(([column, value]) => other[column] !== value),
  );
  tables.setComments(named, [...others, ...rows]);
}

function putAttachments(
  tables: ItsmTables,
  itsm: ItsmSide,
  given: readonly TicketAttachment[],
  row: Row,
  at: Instant,
): void {
  const { attachments, database } = itsm;
  if (attachments === null) {
    if (given.length > 0) throw new ItsmRefused('the contract describes no attachments');
    return;
  }
  const named = row[attachments.refersTo] ?? null;
  const known = tables.attachments(named);
  const rows = given.map(({ key, name, contentType, size, fields }) => {
    const before = known.find((other) => plainText(other[attachments.key]) === key) ?? null;
    const columns = givenColumns(
      attachments.table,
      attachments.fields,
      fields,
      tables.referred,
      database.timeZone,
    );
    const after: Row = {
      ...before,
      ...Object.fromEntries(attachments.where),
      ...columns,
      [attachments.ticket]: named,
      [attachments.name]: name,
      ...(attachments.contentType === null ? {} : { [attachments.contentType]: contentType }),
      ...(attachments.size === null ? {} : { [attachments.size]: size }),
      [attachments.key]: keyValue(key),
    };
    return dated(itsm, attachments.table, { before, given: columns, after }, at);
  });
  // What is no attachment by `attachments.where` stays.
  const others = known.filter((other) =>
    [...attachments.where].some(([column, value]) => other[column] !== value),
  );
  tables.setAttachments(named, [...others, ...rows]);
}

function putApprovals(
  tables: ItsmTables,
  itsm: ItsmSide,
  given: readonly ApprovalRow[],
  row: Row,
  at: Instant,
): void {
  const { approvals, database } = itsm;
  if (approvals === null) {
    if (given.length > 0) throw new ItsmRefused('the contract describes no approvals');
    return;
  }
  const named = row[approvals.refersTo] ?? null;
  const known = tables.approvals(named);
  const rows = given.map(({ key, approvalId, fields }) => {
    const before = known.find((other) => plainText(other[approvals.key]) === key) ?? null;
    const columns = givenColumns(
      approvals.table,
      approvals.fields,
      fields,
      tables.referred,
      database.timeZone,
    );
    const after: Row = {
      ...before,
      ...Object.fromEntries(approvals.where),
      ...columns,
      [approvals.ticket]: named,
      [approvals.approvalId]: approvalId,
      [approvals.key]: keyValue(key),
    };
    return dated(itsm, approvals.table, { before, given: columns, after }, at);
  });
  tables.setApprovals(named, rows);
}

function putCustomFields(tables: ItsmTables, itsm: ItsmSide, row: Row, custom: Json, at: Instant): void {
  const { customFields } = itsm.tickets;
  if (customFields === null || !isJsonObject(custom))
    throw new ItsmRefused('custom is an object, of a contract whose itsm.yaml has custom_fields');
  const named = row[customFields.refersTo] ?? null;
  const source = itsm.changes.find(({ table }) => table === customFields.table);
  for (const [field, value] of Object.entries(custom)) {
    if (!customFields.fields.has(field))
      throw new ItsmRefused(
        `there is no custom field ${field}; there are ${[...customFields.fields.keys()].join(', ')}`,
      );
    const { name, row: written } = customRow(customFields, null, field, value, at, itsm.database.timeZone);
    const rows = tables.customValues(named);
    const before = rows.find((other) => other[customFields.name] === name) ?? null;
    if (before === null && value === null) continue;
    const identity: Row = before ?? {
      [source?.key ?? 'id']: tables.nextKey('custom'),
      [customFields.ticket]: named,
      [customFields.name]: name,
    };
    const after = dated(
      itsm,
      customFields.table,
      { before, given: {}, after: { ...identity, ...written } },
      at,
    );
    tables.setCustomValues(named, [...rows.filter((other) => other !== before), after]);
  }
}

interface Change {
  readonly before: Row | null;
  /** The columns that a field says. */
  readonly given: Row;
  readonly after: Row;
}

/** The row with its date of change: as given, as it was where nothing changed, else this moment. */
function dated(itsm: ItsmSide, table: string, { before, given, after }: Change, at: Instant): Row {
  const row = asStored(after);
  const changed = itsm.changes.find((source) => source.table === table)?.changed;
  if (changed === undefined || (given[changed] ?? null) !== null) return row;
  const isNews = before === null || Object.entries(row).some(([column, value]) => before[column] !== value);
  return isNews ? { ...row, [changed]: localDate(at, itsm.database.timeZone) } : row;
}
