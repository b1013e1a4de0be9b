import knex, { type Knex } from 'knex';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { FieldSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../engine/domain/json.ts';
import type { ItsmWrite } from '../../rehearsal/rehearsal.ts';
import { shown } from '../errors.ts';
import { SqliteDialect } from '../sqlite-dialect.ts';
import { customRow } from './custom-fields.ts';
import type { Bound } from './field-values.ts';
import { type FindKey, keyQuery, writtenFields } from './field-writer.ts';
import { ownKeyOfChange } from './joined-itsm.ts';
import { changeSide, ticketSide, type ItsmSide } from './side.ts';
import * as queries from './write-queries.ts';

export type Dialect = 'sqlite' | 'mysql';

export interface Statement {
  readonly sql: string;
  /**
   * In the order of the placeholders. What only the database knows is said in brackets: `(groups.id of "Mainframe Ops")`.
   */
  readonly values: readonly Bound[];
  /** When it is run, in words; null: always. */
  readonly condition: string | null;
}

/**
 * A write to the ITSM as the statements that the adapter runs for it, the lookups of what it refers to among them.
 * Nothing is connected.
 * Rejects with ItsmRefused on a value that its column does not take.
 */
export async function writeStatements(
  itsm: ItsmDescription,
  dialect: Dialect,
  write: ItsmWrite,
  now: Instant,
): Promise<readonly Statement[]> {
  const { side, own } = sideOf(itsm, write);
  const builder = new Statements(side, DIALECTS[dialect], now);
  await builder.write(own);
  return builder.statements;
}

/** Of tickets or of changes, and the write with the keys that its rows have there. */
function sideOf(
  itsm: ItsmDescription,
  write: ItsmWrite,
): { readonly side: ItsmSide; readonly own: ItsmWrite } {
  const key = ownKeyOfChange('ticketKey' in write ? write.ticketKey : write.key);
  const side = key === null ? ticketSide(itsm) : changeSide(itsm);
  if (side === null) throw new Error('this contract describes no change requests');
  if (key === null) return { side, own: write };
  return { side, own: 'ticketKey' in write ? { ...write, ticketKey: key } : { ...write, key } };
}

/** Without a connection they only build. */
const DIALECTS: Readonly<Record<Dialect, Knex>> = {
  sqlite: knex({ client: SqliteDialect as unknown as typeof Knex.Client, useNullAsDefault: true }),
  mysql: knex({ client: 'mysql2' }),
};

class Statements {
  readonly statements: Statement[] = [];
  readonly #itsm: ItsmSide;
  readonly #knex: Knex;
  readonly #now: Instant;

  constructor(itsm: ItsmSide, builder: Knex, now: Instant) {
    this.#itsm = itsm;
    this.#knex = builder;
    this.#now = now;
  }

  async write(write: ItsmWrite): Promise<void> {
    const { tickets } = this.#itsm;
    switch (write.kind) {
      case 'insert-ticket':
      case 'insert-change':
        return this.#insertTicket(write.key, write.fields);
      case 'update-ticket': {
        if (Object.keys(write.fields).length === 0) return;
        const { custom, ...own } = write.fields as JsonObject & { readonly custom?: Json };
        this.#updateTicket(write.key, await this.#columns(tickets.table, tickets.fields, own));
        this.#writeCustom(write.key, custom);
        return;
      }
      case 'set-provider-number':
        this.#updateTicket(write.key, { [tickets.providerNumber]: write.providerNumber });
        return;
      case 'insert-comment':
        return this.#insertComment(write.ticketKey, write.fields);
      case 'insert-attachment':
        return this.#insertAttachment(write);
      case 'insert-approval':
        return this.#insertApproval(write);
      case 'update-approval':
        return this.#updateApproval(write.key, write.fields);
    }
  }

  async #insertTicket(key: string, fields: JsonObject): Promise<void> {
    const { tickets, database } = this.#itsm;
    const { custom, ...own } = fields as JsonObject & { readonly custom?: Json };
    const row = await this.#columns(tickets.table, tickets.fields, own);
    const { generate } = tickets.number;
    const until = generate === null ? null : '(something unique, until the key is known)';
    const columns = queries.newTicket(tickets, row, until, this.#now, database.timeZone);
    this.#add(queries.insertRow(this.#knex, tickets.table, columns));
    if (generate !== null)
      this.#add(queries.numberTicket(this.#knex, tickets, key, queries.generatedNumber(generate, key)));
    this.#writeCustom(key, custom);
  }

  #updateTicket(key: string, row: queries.Columns): void {
    const { tickets, database } = this.#itsm;
    const columns = queries.changedTicket(tickets, row, this.#now, database.timeZone);
    this.#add(queries.updateTicketRow(this.#knex, tickets, key, columns));
  }

  async #insertComment(ticketKey: string, fields: JsonObject): Promise<void> {
    const { comments, database } = this.#itsm;
    if (comments === null) throw new Error('this contract describes no comments');
    const row = await this.#columns(comments.table, comments.fields, fields);
    const ticket = this.#referred(ticketKey, comments.refersTo);
    const columns = queries.newComment(comments, row, ticket, this.#now, database.timeZone);
    this.#add(queries.insertRow(this.#knex, comments.table, columns));
  }

  async #insertAttachment({
    key,
    ticketKey,
    file,
    fields,
  }: Extract<ItsmWrite, { readonly kind: 'insert-attachment' }>): Promise<void> {
    const { attachments, database } = this.#itsm;
    if (attachments === null) throw new Error('this contract describes no attachments');
    const row = await this.#columns(attachments.table, attachments.fields, fields);
    const ticket = this.#referred(ticketKey, attachments.refersTo);
    const path = `(something unique)-${file.name}`;
    const zone = database.timeZone;
    const columns = queries.newAttachment(attachments, row, ticket, file, path, this.#now, zone);
    this.#add(queries.insertRow(this.#knex, attachments.table, columns));
    const { column } = attachments.content;
    if (column === null) return;
    const filled = { [column]: `(the ${file.size} bytes of the file)` };
    this.#add(this.#knex(attachments.table).where(attachments.key, key).update(filled));
  }

  async #insertApproval({
    ticketKey,
    approvalId,
    fields,
  }: Extract<ItsmWrite, { readonly kind: 'insert-approval' }>): Promise<void> {
    const { approvals, database } = this.#itsm;
    if (approvals === null) throw new Error('this contract describes no approvals');
    const row = await this.#columns(approvals.table, approvals.fields, fields);
    const change = this.#referred(ticketKey, approvals.refersTo);
    const columns = queries.newApproval(approvals, row, change, approvalId, this.#now, database.timeZone);
    this.#add(queries.insertRow(this.#knex, approvals.table, columns));
  }

  async #updateApproval(key: string, fields: JsonObject): Promise<void> {
    const { approvals, database } = this.#itsm;
    if (approvals === null) throw new Error('this contract describes no approvals');
    const row = await this.#columns(approvals.table, approvals.fields, fields);
    const columns = queries.changedApproval(approvals, row, this.#now, database.timeZone);
    this.#add(queries.updateApprovalRow(this.#knex, approvals, key, columns));
  }

  #writeCustom(ticketKey: string, values: Json | undefined): void {
    if (values === undefined) return;
    const { tickets, changes, database } = this.#itsm;
    const table = tickets.customFields;
    if (table === null || !isJsonObject(values))
      throw new Error('custom takes an object, for a contract whose itsm.yaml has custom_fields');
    const changed = changes.find((source) => source.table === table.table)?.changed ?? null;
    const ticket = this.#referred(ticketKey, table.refersTo);
    for (const [field, value] of Object.entries(values)) {
      const { name, row } = customRow(table, changed, field, value, this.#now, database.timeZone);
      this.#add(queries.updateCustom(this.#knex, table, ticket, name, row));
      if (value !== null)
        this.#add(
          queries.insertCustom(this.#knex, table, ticket, name, row),
          `where the ticket has no row for ${name} yet`,
        );
    }
  }

  async #columns(
    table: string,
    sources: ReadonlyMap<string, FieldSource>,
    fields: JsonObject,
  ): Promise<queries.Columns> {
    const { row } = await writtenFields(table, sources, fields, this.#itsm.database.timeZone, this.#findKey);
    return row;
  }

  readonly #findKey: FindKey = (source, valueColumn, wanted) => {
    this.#add(keyQuery(this.#knex, source, valueColumn, wanted));
    return `(${source.table}.${source.key} of ${shown(wanted)})`;
  };

  #referred(ticketKey: string, column: string): Bound {
    const { tickets } = this.#itsm;
    this.#add(queries.referredColumn(this.#knex, tickets, ticketKey, column));
    return column === tickets.key ? ticketKey : `(${tickets.table}.${column} of ${ticketKey})`;
  }

  #add(query: { toSQL(): Knex.Sql }, condition: string | null = null): void {
    const { sql, bindings } = query.toSQL().toNative();
    this.statements.push({ sql, values: bindings as readonly Bound[], condition });
  }
}
