import type { Knex } from 'knex';
import { createTable } from './create-table.ts';

/**
 * The engine's tables, each scoped by `contract`. Times are epoch milliseconds. Identifiers compare byte by byte, as
 * they do on the wire. MySQL commits every CREATE TABLE by itself, so a migration that was cut short finds some of
 * them there and makes the rest.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const create = (table: string, columns: (table: Knex.CreateTableBuilder) => void): Promise<void> =>
    createTable(knex, schemaName, table, (builder) => {
      builder.bigIncrements('id');
      builder.string('contract', 64).notNullable();
      columns(builder);
    });

  await create('bh_lanes', (table) => {
    table.string('client_ticket', 100);
    table.string('client_number', 100);
    table.string('provider_ticket', 100);
    table.bigInteger('wanted').notNullable();
    table.bigInteger('due_at');
    table.bigInteger('recheck_at');
    table.bigInteger('parked_at');
    table.string('parked_code', 100);
    table.text('parked_reason', 'longtext');
    table.text('parked_rule');
    table.string('parked_until', 20);
    // Whether a call of this lane still lacks its answer: part of the state, here for counting.
    table.boolean('ambiguous').notNullable();
    table.text('state', 'longtext').notNullable();
    table.unique(['contract', 'client_ticket'], { indexName: 'bh_lanes_client_ticket' });
    table.unique(['contract', 'provider_ticket'], { indexName: 'bh_lanes_provider_ticket' });
    table.index(['contract', 'client_number'], 'bh_lanes_client_number');
    table.index(['contract', 'due_at'], 'bh_lanes_due');
    table.index(['contract', 'parked_at'], 'bh_lanes_parked');
  });

  await create('bh_inbox', (table) => {
    table.bigInteger('lane_id').notNullable();
    table.string('message_id', 128).notNullable();
    table.string('message_group', 191).notNullable();
    table.string('transaction_type', 100).notNullable();
    table.bigInteger('sent_at').notNullable();
    table.string('sequence', 40).notNullable();
    // The sequence with leading zeros: it exceeds 2^53, and orders as a text of one length.
    table.string('sequence_order', 40).notNullable();
    table.boolean('client_reference_available').notNullable();
    table.text('body', 'longtext').notNullable();
    table.bigInteger('accepted_at').notNullable();
    table.string('outcome', 100);
    table.bigInteger('settled_at');
    table.unique(['contract', 'message_id'], { indexName: 'bh_inbox_message' });
    table.index(['contract', 'lane_id', 'outcome', 'sent_at', 'sequence_order'], 'bh_inbox_lane_next');
    table.index(['contract', 'outcome'], 'bh_inbox_waiting');
  });

  await create('bh_ledger', (table) => {
    table.bigInteger('lane_id').notNullable();
    table.string('client_id', 100).notNullable();
    table.string('provider_id', 191);
    table.string('origin', 20).notNullable();
    table.bigInteger('at').notNullable();
    table.unique(['contract', 'lane_id', 'client_id'], { indexName: 'bh_ledger_client' });
    table.unique(['contract', 'lane_id', 'provider_id'], { indexName: 'bh_ledger_provider' });
  });

  await create('bh_cursors', (table) => {
    table.string('source', 100).notNullable();
    table.bigInteger('position').notNullable();
    table.unique(['contract', 'source'], { indexName: 'bh_cursors_source' });
  });

  await create('bh_seen_rows', (table) => {
    table.string('source', 100).notNullable();
    table.string('row_key', 100).notNullable();
    table.string('mark', 64).notNullable();
    table.bigInteger('changed_at').notNullable();
    table.unique(['contract', 'source', 'row_key'], { indexName: 'bh_seen_rows_row' });
    table.index(['contract', 'source', 'changed_at'], 'bh_seen_rows_date');
  });

  await create('bh_journal', (table) => {
    table.bigInteger('at').notNullable();
    table.bigInteger('lane_id');
    table.string('client_number', 191);
    table.string('provider_ticket', 191);
    table.string('direction', 3).notNullable();
    table.string('transaction', 191).notNullable();
    table.string('transaction_id', 191);
    table.string('outcome', 20).notNullable();
    table.text('rule');
    table.text('summary', 'longtext').notNullable();
    table.text('detail', 'longtext').notNullable();
    table.index(['contract', 'client_number'], 'bh_journal_client_number');
    table.index(['contract', 'provider_ticket'], 'bh_journal_provider_ticket');
    table.index(['contract', 'lane_id'], 'bh_journal_lane');
  });
}
