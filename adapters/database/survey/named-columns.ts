import {
  tellsOfTickets,
  type ApprovalTable,
  type AttachmentTable,
  type CommentTable,
  type FieldSource,
  type ItsmDescription,
  type TicketTable,
} from '../../../engine/domain/itsm-description.ts';
import type { Path } from './spots.ts';

/** A table that itsm.yaml names, and where. */
export interface NamedTable {
  readonly table: string;
  readonly path: Path;
}

/** A column that itsm.yaml names. */
export interface NamedColumn {
  readonly table: string;
  readonly column: string;
  readonly path: Path;
  /** Columns of constants are keys. */
  readonly part: 'key' | 'value';
}

export interface NamedParts {
  readonly tables: readonly NamedTable[];
  readonly columns: readonly NamedColumn[];
}

/** Everything of the database that itsm.yaml names, in the order in which it is described. */
export function namedParts(itsm: ItsmDescription): NamedParts {
  const { tickets, comments, attachments, changeRequests, changes } = itsm;
  const tables: NamedTable[] = [];
  const columns: NamedColumn[] = [];
  const column = (table: string, name: string, path: Path): void => {
    columns.push({ table, column: name, path, part: 'value' });
  };
  /** The key of a ticket or change, where nothing else is written, is told of where it is the key. */
  const refersTo = (of: TicketTable, name: string, path: Path): void => {
    if (name !== of.key) column(of.table, name, path);
  };
  const ownerOf = (table: string): TicketTable =>
    changeRequests === null || tellsOfTickets(itsm, table) ? tickets : changeRequests.tickets;
  const constants = (table: string, values: ReadonlyMap<string, unknown>, path: Path): void => {
    for (const name of values.keys())
      columns.push({ table, column: name, path: [...path, name], part: 'key' });
  };
  const sources = (table: string, fields: ReadonlyMap<string, FieldSource>, path: Path): void => {
    for (const [field, source] of fields) {
      const at = [...path, field];
      column(table, source.column, [...at, 'column']);
      if (source.kind === 'column') continue;
      tables.push({ table: source.table, path: [...at, 'from'] });
      column(source.table, source.key, [...at, 'key']);
      if (source.value !== null) column(source.table, source.value, [...at, 'value']);
      if (source.kind === 'reference')
        for (const [part, { column: name }] of source.fields)
          column(source.table, name, [...at, 'fields', part, 'column']);
    }
  };

  const ticketTable = (described: TicketTable, root: Path): void => {
    const { table } = described;
    tables.push({ table, path: [...root, 'table'] });
    column(table, described.key, [...root, 'key']);
    column(table, described.number.column, [...root, 'number', 'column']);
    column(table, described.providerNumber, [...root, 'provider_number']);
    constants(table, described.where, [...root, 'where']);
    sources(table, described.fields, [...root, 'fields']);
    constants(table, described.onInsert, [...root, 'on_insert']);
    constants(table, described.onUpdate, [...root, 'on_update']);

    const { customFields } = described;
    if (customFields === null) return;
    const path = [...root, 'custom_fields'];
    tables.push({ table: customFields.table, path: [...path, 'table'] });
    column(customFields.table, customFields.ticket, [...path, 'ticket']);
    refersTo(described, customFields.refersTo, [...path, 'refers_to']);
    column(customFields.table, customFields.name, [...path, 'name']);
    column(customFields.table, customFields.value, [...path, 'value']);
  };
  /** What all rows that belong to a ticket have. */
  const ticketRows = (
    described: CommentTable | AttachmentTable | ApprovalTable,
    of: TicketTable,
    root: Path,
  ): void => {
    const { table } = described;
    tables.push({ table, path: [...root, 'table'] });
    column(table, described.key, [...root, 'key']);
    column(table, described.ticket, [...root, 'ticket']);
    refersTo(of, described.refersTo, [...root, 'refers_to']);
    constants(table, described.where, [...root, 'where']);
    sources(table, described.fields, [...root, 'fields']);
    constants(table, described.onInsert, [...root, 'on_insert']);
  };
  const commentTable = (described: CommentTable, of: TicketTable, root: Path): void => {
    ticketRows(described, of, root);
    column(described.table, described.orderBy, [...root, 'order_by']);
  };
  const attachmentTable = (described: AttachmentTable, of: TicketTable, root: Path): void => {
    const { table, contentType, size, content } = described;
    ticketRows(described, of, root);
    column(table, described.orderBy, [...root, 'order_by']);
    column(table, described.name, [...root, 'name']);
    if (contentType !== null) column(table, contentType, [...root, 'content_type']);
    if (size !== null) column(table, size, [...root, 'size']);
    if (content.column !== null) column(table, content.column, [...root, 'content', 'column']);
    if (content.directory !== null) column(table, content.directory.column, [...root, 'content', 'path']);
  };
  const approvalTable = (described: ApprovalTable, of: TicketTable, root: Path): void => {
    ticketRows(described, of, root);
    column(described.table, described.approvalId, [...root, 'approval_id']);
    constants(described.table, described.onUpdate, [...root, 'on_update']);
  };

  ticketTable(tickets, ['tickets']);
  if (comments !== null) commentTable(comments, tickets, ['comments']);
  if (attachments !== null) attachmentTable(attachments, tickets, ['attachments']);
  if (changeRequests !== null) {
    const path = ['change_requests'];
    const { tickets: change, comments: notes, attachments: files, approvals } = changeRequests;
    ticketTable(change, path);
    if (notes !== null) commentTable(notes, change, [...path, 'comments']);
    if (files !== null) attachmentTable(files, change, [...path, 'attachments']);
    if (approvals !== null) approvalTable(approvals, change, [...path, 'approvals']);
  }

  changes.forEach((source, index) => {
    const path = ['changes', index];
    tables.push({ table: source.table, path: [...path, 'table'] });
    column(source.table, source.key, [...path, 'key']);
    column(source.table, source.ticket, [...path, 'ticket']);
    refersTo(ownerOf(source.table), source.refersTo, [...path, 'refers_to']);
    column(source.table, source.changed, [...path, 'changed']);
  });
  return { tables, columns };
}
