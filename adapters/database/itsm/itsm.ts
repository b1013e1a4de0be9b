import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../engine/domain/json.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { writing } from '../errors.ts';
import type { TakesContent } from '../files/files.ts';
import { Prepared, Texts } from '../prepared.ts';
import type { BulkItsm } from '../read-ahead.ts';
import { changedRows } from './changed-rows.ts';
import { writeCustomFields } from './custom-fields.ts';
import { type Bound, plainText } from './field-values.ts';
import { findKeyIn, writtenFields } from './field-writer.ts';
import { foretoldTicket } from './foretold-ticket.ts';
import { joinedItsm, joinedLocks, joinedTickets, ownKeyOfChange } from './joined-itsm.ts';
import { changeSide, type ItsmSide, type SideItsm, ticketSide } from './side.ts';
import { type LockTickets, ticketLock } from './ticket-lock.ts';
import { type ReadTickets, ticketReader } from './ticket-reader.ts';
import {
  changedApproval,
  changedTicket,
  generatedNumber,
  insertRow,
  newApproval,
  newAttachment,
  newComment,
  newTicket,
  numberTicket,
  ofTickets,
  referredColumn,
  updateApprovalRow,
  updateTicketRow,
} from './write-queries.ts';

/** A name that no column has. */
const KEY = '!key';

type Keyed = Readonly<Record<'key' | 'value', unknown>>;

/**
 * One client's ITSM tables within one transaction; everything about them is said by the description. `content`: how the
 * new row of an attachment comes by its content; who only reads needs none. `texts`: the same for all transactions of one
 * database, whose statements are then built once.
 */
export function openItsm(
  knex: Knex,
  description: ItsmDescription,
  content: (side: ItsmSide) => TakesContent | null = () => null,
  texts: Texts = new Texts(),
): BulkItsm {
  const prepared = new Prepared(knex, texts);
  const tickets = ticketSide(description);
  const changes = changeSide(description);
  const readTickets = ticketReader(knex, tickets, prepared);
  const readChanges = changes === null ? null : ticketReader(knex, changes, prepared);
  const lockTickets = ticketLock(knex, tickets, prepared);
  const lockChanges = changes === null ? null : ticketLock(knex, changes, prepared);
  return {
    ...joinedItsm(description, (side) => {
      const read = side.isOfChanges && readChanges !== null ? readChanges : readTickets;
      const lock = side.isOfChanges && lockChanges !== null ? lockChanges : lockTickets;
      return openSide(knex, side, content(side), prepared, { read, lock });
    }),
    tickets: joinedTickets(readTickets, readChanges),
    lockTickets: (keys) => joinedLocks(lockTickets, lockChanges, keys),
    foretold(ticket, fields, now) {
      const side = ownKeyOfChange(ticket.key) === null ? tickets : changes;
      return side === null ? null : foretoldTicket(side, ticket, fields, now);
    },
  };
}

function openSide(
  knex: Knex,
  description: ItsmSide,
  content: TakesContent | null,
  prepared: Prepared,
  { read, lock }: { readonly read: ReadTickets; readonly lock: LockTickets },
): SideItsm {
  const { tickets, comments, attachments, approvals, database } = description;
  const zone = database.timeZone;
  const findKey = findKeyIn(knex);
  /** Of tickets and of changes the statements differ. */
  const named = (what: string): string => `${what} of ${description.isOfChanges ? 'changes' : 'tickets'}`;

  const keyWhere = async (column: string, value: string): Promise<string | null> => {
    const rows = await prepared.rows(
      named(`key by ${column}`),
      { value },
      (given) =>
        ofTickets(knex, tickets)
          .where(`t.${column}`, given.value)
          .orderBy(`t.${tickets.key}`)
          .select({ key: `t.${tickets.key}`, value: `t.${column}` }),
      (row: Keyed) => row,
    );
    // MySQL's comparison may find more than what was asked for: other case, or 42 for "42a".
    const exact = rows.find((row) => plainText(row.value) === value);
    return exact === undefined ? null : plainText(exact.key);
  };

  const writeCustom = async (ticketKey: string, values: Json, now: Instant): Promise<void> => {
    const { customFields: table } = tickets;
    if (table === null || !isJsonObject(values))
      throw new Error('custom takes an object, for a contract whose itsm.yaml has custom_fields');
    const changed = description.changes.find((source) => source.table === table.table)?.changed;
    const ticket = await referredValue(ticketKey, table.refersTo);
    await writeCustomFields(knex, table, changed ?? null, ticket, values, now, zone);
  };

  const referredValue = async (ticketKey: string, column: string): Promise<Bound> => {
    const rows: readonly { readonly value: Bound }[] = await referredColumn(knex, tickets, ticketKey, column);
    const [row] = rows;
    if (row === undefined) throw noTicket(ticketKey);
    return row.value;
  };

  const noTicket = (key: string): ItsmRefused =>
    new ItsmRefused(`${tickets.table} has no ticket whose ${tickets.key} is ${key}`);

  const updateRow = async (
    key: string,
    row: Readonly<Record<string, Bound>>,
    fieldOf: ReadonlyMap<string, string>,
    now: Instant,
  ): Promise<void> => {
    const columns = changedTicket(tickets, row, now, zone);
    const found = await writing(tickets.table, columns, fieldOf, () =>
      prepared.changed(
        named(`update of ${Object.keys(columns).join(', ')}`),
        { ...columns, [KEY]: key },
        (given) => {
          const { [KEY]: ticket, ...written } = given;
          return updateTicketRow(knex, tickets, ticket, written);
        },
      ),
    );
    if (found === 0) throw noTicket(key);
  };

  return {
    changedRows: (source, from, now, after, limit) =>
      changedRows(knex, description, source, from, now, after, limit),

    async ticket(key, mustLock) {
      if (mustLock) await lock([key]);
      // A comparison of the server's may find the key written otherwise.
      const [ticket] = (await read([key])).values();
      return ticket ?? null;
    },

    async missingTickets(keys) {
      const [key] = keys;
      if (key !== undefined && keys.length === 1) {
        const isThere = await prepared.first(
          named('ticket that may be missing'),
          { key },
          (given) =>
            ofTickets(knex, tickets)
              .where(`t.${tickets.key}`, given.key)
              .select({ key: `t.${tickets.key}` }),
          () => true,
        );
        return isThere === true ? [] : [key];
      }
      const rows: readonly Keyed[] = await ofTickets(knex, tickets)
        .whereIn(`t.${tickets.key}`, [...keys])
        .select({ key: `t.${tickets.key}` });
      const there = new Set(rows.map(({ key }) => plainText(key)));
      return keys.filter((key) => !there.has(key));
    },

    ticketKeyByNumber: (number) => keyWhere(tickets.number.column, number),
    ticketKeyByProviderNumber: (number) => keyWhere(tickets.providerNumber, number),

    async insertTicket(fields, now) {
      const { custom, ...own } = fields as JsonObject & { readonly custom?: Json };
      const { row, fieldOf } = await writtenFields(tickets.table, tickets.fields, own, zone, findKey);
      const { column, generate } = tickets.number;
      // The column may want something unique until the number is there.
      const until = generate === null ? null : placeholder(generate.prefix.length + generate.digits);
      const key = await insert(tickets.table, newTicket(tickets, row, until, now, zone), fieldOf);
      if (generate !== null) {
        const number = generatedNumber(generate, key);
        await writing(tickets.table, { [column]: number }, new Map(), () =>
          numberTicket(knex, tickets, key, number),
        );
      }
      if (custom !== undefined) await writeCustom(key, custom, now);
      return key;
    },

    async updateTicket(key, fields, now) {
      const { custom, ...own } = fields as JsonObject & { readonly custom?: Json };
      if (Object.keys(fields).length === 0) return;
      const { row, fieldOf } = await writtenFields(tickets.table, tickets.fields, own, zone, findKey);
      await updateRow(key, row, fieldOf, now);
      if (custom !== undefined) await writeCustom(key, custom, now);
    },

    async setProviderNumber(key, providerNumber, now) {
      await updateRow(key, { [tickets.providerNumber]: providerNumber }, new Map(), now);
    },

    async insertComment(ticketKey, fields, now) {
      if (comments === null) throw new Error('this contract describes no comments');
      const { row, fieldOf } = await writtenFields(comments.table, comments.fields, fields, zone, findKey);
      const ticket = await referredValue(ticketKey, comments.refersTo);
      return await insert(comments.table, newComment(comments, row, ticket, now, zone), fieldOf);
    },

    async insertAttachment(ticketKey, file, fields, now) {
      if (attachments === null) throw new Error('this contract describes no attachments');
      if (content === null) throw new Error('this database was opened to be read');
      const { row, fieldOf } = await writtenFields(
        attachments.table,
        attachments.fields,
        fields,
        zone,
        findKey,
      );
      const ticket = await referredValue(ticketKey, attachments.refersTo);
      const columns = newAttachment(attachments, row, ticket, file, content.nameOf(file), now, zone);
      const key = await insert(attachments.table, columns, fieldOf);
      await content.take(knex, attachments, key, file);
      return key;
    },

    async insertApproval(changeKey, approvalId, fields, now) {
      if (approvals === null) throw new Error('this contract describes no approvals');
      const { row, fieldOf } = await writtenFields(approvals.table, approvals.fields, fields, zone, findKey);
      const change = await referredValue(changeKey, approvals.refersTo);
      const columns = newApproval(approvals, row, change, approvalId, now, zone);
      return await insert(approvals.table, columns, fieldOf);
    },

    async updateApproval(_, approvalKey, fields, now) {
      if (approvals === null) throw new Error('this contract describes no approvals');
      if (Object.keys(fields).length === 0) return;
      const { row, fieldOf } = await writtenFields(approvals.table, approvals.fields, fields, zone, findKey);
      const columns = changedApproval(approvals, row, now, zone);
      await writing(approvals.table, columns, fieldOf, () =>
        updateApprovalRow(knex, approvals, approvalKey, columns),
      );
    },
  };

  /** Inserts a row whose key the database makes. */
  async function insert(
    table: string,
    row: Readonly<Record<string, Bound>>,
    fieldOf: ReadonlyMap<string, string>,
  ): Promise<string> {
    const [key] = await writing(table, row, fieldOf, () => insertRow(knex, table, row));
    if (!key) throw new Error(`${table} makes no keys of its own: its key must be AUTO_INCREMENT`);
    return String(key);
  }
}

/** Unique for as long as the transaction lasts, and no longer than the number that replaces it. */
const placeholder = (length: number): string =>
  `~${BigInt(`0x${randomBytes(16).toString('hex')}`).toString(36)}`.slice(0, length);
