import type { Knex } from 'knex';
import { createTable } from './create-table.ts';

/**
 * Files of the provider's: what is still to be fetched, and content that was fetched and is not a row's yet. MySQL commits
 * every statement by itself, so what is there already is left as it is.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const create = (table: string, columns: (table: Knex.CreateTableBuilder) => void): Promise<void> =>
    createTable(knex, schemaName, table, columns);

  await create('bh_downloads', (table) => {
    table.bigIncrements('id');
    table.string('contract', 64).notNullable();
    table.bigInteger('lane_id').notNullable();
    table.string('ticket_key', 191).notNullable();
    table.string('message_id', 128).notNullable();
    // The id of the content, and how often it was tried: names what was put aside.
    table.string('content_id', 64).notNullable();
    table.integer('attempts').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.bigInteger('due_at').notNullable();
    table.bigInteger('created_at').notNullable();
    table.string('owner', 64);
    table.text('reason', 'longtext');
    // With the address and its signature: the row is deleted as soon as nothing is to be fetched any more.
    table.text('request', 'longtext').notNullable();
    table.unique(['contract', 'message_id'], { indexName: 'bh_downloads_message' });
    table.index(['contract', 'due_at'], 'bh_downloads_due');
    table.index(['contract', 'expires_at'], 'bh_downloads_expiry');
  });

  await create('bh_chunks', (table) => {
    table.string('contract', 64).notNullable();
    table.string('content_id', 64).notNullable();
    table.integer('attempt').notNullable();
    table.integer('seq').notNullable();
    table.bigInteger('at').notNullable();
    table.specificType('data', schemaName === null ? 'blob' : 'mediumblob').notNullable();
    table.primary(['contract', 'content_id', 'attempt', 'seq']);
    table.index(['contract', 'at'], 'bh_chunks_at');
  });
}
