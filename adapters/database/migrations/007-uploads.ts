import type { Knex } from 'knex';
import { createTable } from './create-table.ts';

/** Files on their way to the provider: under which name each is sent, and in whose hands it is. */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  await createTable(knex, schemaName, 'bh_uploads', (table) => {
    table.bigIncrements('id');
    table.string('contract', 64).notNullable();
    table.bigInteger('lane_id').notNullable();
    table.string('attachment', 191).notNullable();
    table.string('name', 191).notNullable();
    table.string('phase', 16).notNullable();
    table.string('intent', 64);
    table.integer('attempts').notNullable();
    table.bigInteger('resend_at');
    table.bigInteger('due_at');
    table.text('reason');
    table.string('owner', 64);
    table.bigInteger('fence').notNullable().defaultTo(0);
    table.unique(['contract', 'lane_id', 'attachment'], { indexName: 'bh_uploads_attachment' });
    table.index(['contract', 'due_at'], 'bh_uploads_due');
  });
}
