import type { Instant } from '../../../engine/domain/instant.ts';
import type { FieldSource } from '../../../engine/domain/itsm-description.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../engine/domain/json.ts';
import type { ApprovalRow, Ticket, TicketComment } from '../../../engine/domain/ticket.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { type Bound, plainText } from '../itsm/field-values.ts';
import { constantColumns, writtenFields } from '../itsm/field-writer.ts';
import { customRow } from '../itsm/custom-fields.ts';
import type { ItsmSide, SideItsm } from '../itsm/side.ts';
import { readAttachment } from '../itsm/read-attachment.ts';
import { changedApproval, newApproval, newAttachment } from '../itsm/write-queries.ts';
import { changedRows } from './changed-rows.ts';
import { rowReader } from './read-fields.ts';
import { refuseUnfit } from './refuse-unfit.ts';
import { asStored, compareKeys, compareTexts, keyValue, meets, type Row } from './rows.ts';
import type { SimulatedFiles } from './files.ts';
import type { ItsmTables } from './tables.ts';

/** One side of the ITSM over simulated tables: what `itsm/itsm.ts` does in SQL, with the same conversions and refusals. */
export function simulatedSide(tables: ItsmTables, description: ItsmSide, contents: SimulatedFiles): SideItsm {
  const { tickets, comments, attachments, approvals, database } = description;
  const zone = database.timeZone;
  const { findKey } = tables.referred;
  const readTicket = rowReader(tickets.table, tickets.fields, tables.referred, zone);
  const readComment =
    comments === null ? null : rowReader(comments.table, comments.fields, tables.referred, zone);

  const attachmentFields =
    attachments === null ? null : rowReader(attachments.table, attachments.fields, tables.referred, zone);

  const readApproval =
    approvals === null ? null : rowReader(approvals.table, approvals.fields, tables.referred, zone);

  const written = async (
    { table, fields }: { readonly table: string; readonly fields: ReadonlyMap<string, FieldSource> },
    values: JsonObject,
  ): Promise<Readonly<Record<string, Bound>>> => {
    const { row } = await writtenFields(table, fields, values, zone, findKey);
    refuseUnfit(table, fields, row);
    return row;
  };

  const mustHave = (key: string): Row => {
    const row = tables.ticket(key);
    if (row === null) throw new ItsmRefused(`${tickets.table} has no ticket whose ${tickets.key} is ${key}`);
    return row;
  };

  const commentsOf = (ticket: Row): readonly TicketComment[] => {
    if (comments === null || readComment === null) return [];
    const byDate = (row: Row): string => plainText(row[comments.orderBy] ?? '');
    return tables
      .comments(ticket[comments.refersTo] ?? null)
      .filter((row) => meets(row, comments.where))
      .sort(
        (one, other) =>
          compareTexts(byDate(one), byDate(other)) ||
          compareKeys(one[comments.key] ?? null, other[comments.key] ?? null),
      )
      .map((row) => ({ key: plainText(row[comments.key]), fields: readComment(row) }));
  };

  const attachmentsOf = (ticket: Row): Pick<Ticket, 'attachments'> => {
    if (attachments === null || attachmentFields === null) return {};
    const { contentType, size } = attachments;
    const byDate = (row: Row): string => plainText(row[attachments.orderBy] ?? '');
    const rows = tables
      .attachments(ticket[attachments.refersTo] ?? null)
      .filter((row) => meets(row, attachments.where))
      .sort(
        (one, other) =>
          compareTexts(byDate(one), byDate(other)) ||
          compareKeys(one[attachments.key] ?? null, other[attachments.key] ?? null),
      )
      .map((row) => {
        const columns = {
          key: row[attachments.key] ?? null,
          name: row[attachments.name] ?? null,
          contentType: contentType === null ? null : (row[contentType] ?? null),
          size: size === null ? null : (row[size] ?? null),
        };
        return readAttachment(attachments, columns, attachmentFields(row));
      });
    return { attachments: rows };
  };

  const approvalsOf = (change: Row): readonly ApprovalRow[] => {
    if (approvals === null || readApproval === null) return [];
    return tables
      .approvals(change[approvals.refersTo] ?? null)
      .filter((row) => meets(row, approvals.where))
      .sort((one, other) => compareKeys(one[approvals.key] ?? null, other[approvals.key] ?? null))
      .map((row) => ({
        key: plainText(row[approvals.key]),
        approvalId:
          (row[approvals.approvalId] ?? null) === null ? null : plainText(row[approvals.approvalId]),
        fields: readApproval(row),
      }));
  };

  const customOf = (ticket: Row): JsonObject => {
    const { customFields } = tickets;
    if (customFields === null) return {};
    const rows = tables.customValues(ticket[customFields.refersTo] ?? null);
    const values = new Map(rows.map((row) => [row[customFields.name], row[customFields.value] ?? null]));
    const custom = [...customFields.fields].map(([field, name]) => {
      const value = values.get(name) ?? null;
      return [field, value === null ? null : plainText(value)];
    });
    return { custom: Object.fromEntries(custom) as JsonObject };
  };

  const keyBy = (column: string, value: string): string | null => {
    const row = tables.ticketsBy(column, value)[0];
    return row === undefined ? null : plainText(row[tickets.key]);
  };

  const updateRow = (key: string, row: Row, now: Instant): void => {
    const constants = constantColumns(tickets.onUpdate, now, zone);
    tables.putTicket(key, { ...mustHave(key), ...asStored({ ...constants, ...row }) });
  };

  const writeCustom = (key: string, values: Json, now: Instant): void => {
    const { customFields } = tickets;
    if (customFields === null || !isJsonObject(values))
      throw new Error('custom takes an object, for a contract whose itsm.yaml has custom_fields');
    const source = description.changes.find(({ table }) => table === customFields.table);
    const ticket = mustHave(key)[customFields.refersTo] ?? null;
    for (const [field, value] of Object.entries(values)) {
      const { name, row } = customRow(customFields, source?.changed ?? null, field, value, now, zone);
      const rows = tables.customValues(ticket);
      const known = rows.find((other) => other[customFields.name] === name);
      if (known !== undefined)
        tables.setCustomValues(
          ticket,
          rows.map((other) => (other === known ? { ...known, ...row } : other)),
        );
      else if (value !== null) {
        const made: Row = {
          [source?.key ?? 'id']: tables.nextKey('custom'),
          [customFields.ticket]: ticket,
          [customFields.name]: name,
        };
        tables.setCustomValues(ticket, [...rows, { ...made, ...row }]);
      }
    }
  };

  /** Where the database makes the numbers, a new ticket's is its key. */
  const newNumber = (key: string, row: Row): Row => {
    const { column, generate } = tickets.number;
    if (generate !== null) return { [column]: generate.prefix + key.padStart(generate.digits, '0') };
    return (row[column] ?? null) === null ? { [column]: key } : {};
  };

  return {
    changedRows: async (source, from, now, after, limit) =>
      changedRows(tables, description, source, from, now, after, limit),

    async ticket(key): Promise<Ticket | null> {
      const row = tables.ticket(key);
      if (row === null) return null;
      const number = row[tickets.number.column] ?? null;
      const providerNumber = row[tickets.providerNumber] ?? null;
      return {
        key: plainText(row[tickets.key]),
        number: number === null ? '' : plainText(number),
        providerNumber: providerNumber === null ? null : plainText(providerNumber),
        fields: { ...readTicket(row), ...customOf(row) },
        comments: commentsOf(row),
        ...attachmentsOf(row),
        ...(description.isOfChanges ? { change: { approvals: approvalsOf(row) } } : {}),
      };
    },

    missingTickets: async (keys) => keys.filter((key) => tables.ticket(key) === null),
    ticketKeyByNumber: async (number) => keyBy(tickets.number.column, number),
    ticketKeyByProviderNumber: async (number) => keyBy(tickets.providerNumber, number),

    async insertTicket(fields, now) {
      const { custom, ...own } = fields as JsonObject & { readonly custom?: Json };
      const row = await written(tickets, own);
      const key = String(tables.nextKey('tickets'));
      const constants = {
        ...Object.fromEntries(tickets.where),
        ...constantColumns(tickets.onInsert, now, zone),
      };
      const columns = asStored({ ...constants, ...row });
      tables.putTicket(key, { ...columns, ...newNumber(key, columns) });
      if (custom !== undefined) writeCustom(key, custom, now);
      return key;
    },

    async updateTicket(key, fields, now) {
      const { custom, ...own } = fields as JsonObject & { readonly custom?: Json };
      if (Object.keys(fields).length === 0) return;
      const row = await written(tickets, own);
      updateRow(key, row, now);
      if (custom !== undefined) writeCustom(key, custom, now);
    },

    async setProviderNumber(key, providerNumber, now) {
      updateRow(key, { [tickets.providerNumber]: providerNumber }, now);
    },

    async insertComment(ticketKey, fields, now) {
      if (comments === null) throw new Error('this contract describes no comments');
      const row = await written(comments, fields);
      const ticket: Bound = mustHave(ticketKey)[comments.refersTo] ?? null;
      const key = String(tables.nextKey('comments'));
      const columns = asStored({
        ...Object.fromEntries(comments.where),
        ...constantColumns(comments.onInsert, now, zone),
        ...row,
        [comments.ticket]: ticket,
        [comments.key]: keyValue(key),
      });
      tables.setComments(ticket, [...tables.comments(ticket), columns]);
      return key;
    },

    async insertAttachment(ticketKey, file, fields, now) {
      if (attachments === null) throw new Error('this contract describes no attachments');
      const row = await written(attachments, fields);
      const ticket: Bound = mustHave(ticketKey)[attachments.refersTo] ?? null;
      const key = String(tables.nextKey('attachments'));
      const path = `${file.content.id}-${file.name}`;
      const columns = asStored({
        ...newAttachment(attachments, row, ticket, file, path, now, zone),
        [attachments.key]: keyValue(key),
      });
      tables.setAttachments(ticket, [...tables.attachments(ticket), columns]);
      contents.take(description.isOfChanges, key, file);
      return key;
    },

    async insertApproval(changeKey, approvalId, fields, now) {
      if (approvals === null) throw new Error('this contract describes no approvals');
      const row = await written(approvals, fields);
      const change: Bound = mustHave(changeKey)[approvals.refersTo] ?? null;
      const key = String(tables.nextKey('approvals'));
      const columns = asStored({
        ...newApproval(approvals, row, change, approvalId, now, zone),
        [approvals.key]: keyValue(key),
      });
      tables.setApprovals(change, [...tables.approvals(change), columns]);
      return key;
    },

    async updateApproval(changeKey, approvalKey, fields, now) {
      if (approvals === null) throw new Error('this contract describes no approvals');
      if (Object.keys(fields).length === 0) return;
      const row = await written(approvals, fields);
      const change: Bound = mustHave(changeKey)[approvals.refersTo] ?? null;
      const changed = asStored(changedApproval(approvals, row, now, zone));
      tables.setApprovals(
        change,
        tables
          .approvals(change)
          .map((other) =>
            plainText(other[approvals.key]) === approvalKey ? { ...other, ...changed } : other,
          ),
      );
    },
  };
}
