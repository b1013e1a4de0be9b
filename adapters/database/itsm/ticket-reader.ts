import type { Knex } from 'knex';
import type {
  ApprovalTable,
  AttachmentTable,
  CommentTable,
  TicketTable,
} from '../../../engine/domain/itsm-description.ts';
import type { ApprovalRow, Ticket, TicketAttachment, TicketComment } from '../../../engine/domain/ticket.ts';
import { numbered, type Prepared, roundedUp } from '../prepared.ts';
import { prefixed } from './changed-rows.ts';
import { customFieldReader } from './custom-fields.ts';
import { fieldReader, type SelectedColumn } from './field-reader.ts';
import { type Bound, plainText } from './field-values.ts';
import { readAttachment } from './read-attachment.ts';
import type { ItsmSide } from './side.ts';
import { ofTickets } from './write-queries.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one table that belong to tickets: how they are found, and what each of them says. */
interface Part<Read> {
  readonly columns: readonly SelectedColumn[];
  /** Those of the tickets with these keys, in their order; no column is selected yet. The tickets go by the alias t. */
  from(keys: readonly Bound[]): Knex.QueryBuilder;
  read(row: Row): Read;
}

/** Tickets with all that belongs to them, by their keys; missing are those that are not there. */
export type ReadTickets = (keys: readonly string[]) => Promise<ReadonlyMap<string, Ticket>>;

/** Only with a limit does a server keep the order of a union's branch. */
const EVERY_ROW = Number.MAX_SAFE_INTEGER;

/**
 * Reads tickets as they are at one moment. A transaction sees what others commit between two of its statements (READ
 * COMMITTED). Put together from two moments, a ticket would be one that never was: a comment there already, the status that was
 * changed before it not yet. To read everything in one snapshot would cost locks on the gaps between the client's rows.
 *
 * So it is one statement: a union of the parts, each with columns of its own, which are null in the rows of the others. To a
 * transaction on an SQLite file nothing moves; there each part is a statement.
 */
export function ticketReader(knex: Knex, side: ItsmSide, prepared: Prepared): ReadTickets {
  const what = side.isOfChanges ? 'changes' : 'tickets';
  const own = ticketPart(knex, side);
  const comments = commentPart(knex, side);
  const attachments = attachmentPart(knex, side);
  const approvals = approvalPart(knex, side);
  const parts: readonly Part<unknown>[] = [own, comments, attachments, approvals].filter(
    (part) => part !== null,
  );
  const columns = parts.flatMap((part) => part.columns);

  /** With `all` columns, each branch of a union has the same. */
  const selected = (part: Part<unknown>, keys: readonly Bound[], all: readonly SelectedColumn[]) => {
    const query = part
      .from(keys)
      .select(knex.raw('? as ??', [parts.indexOf(part), 'part']))
      .select({ ticket: `t.${side.tickets.key}` });
    for (const { as, from } of all) {
      if (!part.columns.some((column) => column.as === as)) void query.select(knex.raw('null as ??', [as]));
      else if (typeof from === 'string') void query.select({ [as]: from });
      else void query.select(from().as(as));
    }
    return query;
  };

  const rowsOf = async (keys: readonly string[]): Promise<readonly Row[]> => {
    const asked = roundedUp(keys);
    const given = numbered('key', asked);
    if (!prepared.seesOneMoment)
      return prepared.rows(
        `${what}, ${asked.length}`,
        given,
        (values) =>
          knex.unionAll(
            parts.map((part) => selected(part, Object.values(values), columns).limit(EVERY_ROW)),
            true,
          ),
        (row: Row) => row,
      );
    const rows: Row[] = [];
    for (const [index, part] of parts.entries()) {
      const some = await prepared.rows(
        `part ${index} of ${what}, ${asked.length}`,
        given,
        (values) => selected(part, Object.values(values), part.columns),
        (row: Row) => row,
      );
      rows.push(...some);
    }
    return rows;
  };

  return async (keys) => {
    if (keys.length === 0) return new Map();
    const byTicket = new Map<string, Row[][]>();
    for (const row of await rowsOf(keys)) {
      const key = plainText(row.ticket);
      const ofTicket = byTicket.get(key) ?? parts.map(() => []);
      byTicket.set(key, ofTicket);
      ofTicket[Number(row.part)]?.push(row);
    }
    const read = <Read>(rows: readonly (readonly Row[])[], part: Part<Read>): Read[] =>
      (rows[parts.indexOf(part)] ?? []).map((row) => part.read(row));
    const tickets = new Map<string, Ticket>();
    for (const [key, rows] of byTicket) {
      const [ticket] = read(rows, own);
      if (ticket === undefined) continue;
      tickets.set(key, {
        key,
        ...ticket,
        comments: comments === null ? [] : read(rows, comments),
        ...(attachments === null ? {} : { attachments: read(rows, attachments) }),
        ...(side.isOfChanges
          ? { change: { approvals: approvals === null ? [] : read(rows, approvals) } }
          : {}),
      });
    }
    return tickets;
  };
}

/** The row's own fields, and its custom ones. */
function ticketPart(
  knex: Knex,
  { tickets, database }: ItsmSide,
): Part<Pick<Ticket, 'number' | 'providerNumber' | 'fields'>> {
  const fields = fieldReader(tickets.table, 't', tickets.fields, database.timeZone);
  const custom = tickets.customFields === null ? null : customFieldReader(knex, tickets.customFields, 't');
  return {
    columns: [
      { as: 't_number', from: `t.${tickets.number.column}` },
      { as: 't_provider', from: `t.${tickets.providerNumber}` },
      ...fields.columns,
      ...(custom?.columns ?? []),
    ],
    from: (keys) => fields.join(ofTickets(knex, tickets).whereIn(`t.${tickets.key}`, [...keys])),
    read: (row) => ({
      number: row.t_number === null ? '' : plainText(row.t_number),
      providerNumber: row.t_provider === null ? null : plainText(row.t_provider),
      fields: { ...fields.read(row), ...(custom === null ? {} : { custom: custom.read(row) }) },
    }),
  };
}

/** The rows of a table that goes by this alias, of the tickets with these keys. */
const belonging = (
  knex: Knex,
  tickets: TicketTable,
  alias: string,
  {
    table,
    ticket,
    refersTo,
    where,
  }: Pick<CommentTable | AttachmentTable | ApprovalTable, 'table' | 'ticket' | 'refersTo' | 'where'>,
  keys: readonly Bound[],
): Knex.QueryBuilder =>
  knex({ [alias]: table })
    .join({ t: tickets.table }, `t.${refersTo}`, `${alias}.${ticket}`)
    .whereIn(`t.${tickets.key}`, [...keys])
    .where(prefixed(alias, where));

function commentPart(knex: Knex, { tickets, comments, database }: ItsmSide): Part<TicketComment> | null {
  if (comments === null) return null;
  const fields = fieldReader(comments.table, 'c', comments.fields, database.timeZone);
  return {
    columns: [{ as: 'c_key', from: `c.${comments.key}` }, ...fields.columns],
    from: (keys) =>
      fields.join(
        belonging(knex, tickets, 'c', comments, keys).orderBy([`c.${comments.orderBy}`, `c.${comments.key}`]),
      ),
    read: (row) => ({ key: plainText(row.c_key), fields: fields.read(row) }),
  };
}

/** Without the content, which may be long. */
function attachmentPart(
  knex: Knex,
  { tickets, attachments, database }: ItsmSide,
): Part<TicketAttachment> | null {
  if (attachments === null) return null;
  const fields = fieldReader(attachments.table, 'f', attachments.fields, database.timeZone);
  const { contentType, size } = attachments;
  return {
    columns: [
      { as: 'f_key', from: `f.${attachments.key}` },
      { as: 'f_name', from: `f.${attachments.name}` },
      ...(contentType === null ? [] : [{ as: 'f_type', from: `f.${contentType}` }]),
      ...(size === null ? [] : [{ as: 'f_size', from: `f.${size}` }]),
      ...fields.columns,
    ],
    from: (keys) =>
      fields.join(
        belonging(knex, tickets, 'f', attachments, keys).orderBy([
          `f.${attachments.orderBy}`,
          `f.${attachments.key}`,
        ]),
      ),
    read: (row) =>
      readAttachment(
        attachments,
        { key: row.f_key, name: row.f_name, contentType: row.f_type, size: row.f_size },
        fields.read(row),
      ),
  };
}

function approvalPart(knex: Knex, { tickets, approvals, database }: ItsmSide): Part<ApprovalRow> | null {
  if (approvals === null) return null;
  const fields = fieldReader(approvals.table, 'a', approvals.fields, database.timeZone);
  return {
    columns: [
      { as: 'a_key', from: `a.${approvals.key}` },
      { as: 'a_id', from: `a.${approvals.approvalId}` },
      ...fields.columns,
    ],
    from: (keys) => fields.join(belonging(knex, tickets, 'a', approvals, keys).orderBy(`a.${approvals.key}`)),
    read: (row) => ({
      key: plainText(row.a_key),
      approvalId: row.a_id === null ? null : plainText(row.a_id),
      fields: fields.read(row),
    }),
  };
}
