import type { Knex } from 'knex';
import { createTable } from './create-table.ts';
import { hasColumn } from './has-column.ts';

/**
 * Several processes for one contract: who is at work, which of them polls, and in whose hands each lane is. MySQL
 * commits every statement by itself, so what is there already is left as it is.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const schema = (): Knex.SchemaBuilder =>
    schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
  const create = (table: string, columns: (table: Knex.CreateTableBuilder) => void): Promise<void> =>
    createTable(knex, schemaName, table, columns);

  await create('bh_instances', (table) => {
    table.string('id', 64).notNullable().primary();
    table.string('contract', 64).notNullable();
    table.bigInteger('beat').notNullable();
    table.string('place', 191).notNullable();
    table.bigInteger('started_at').notNullable();
    table.index(['contract'], 'bh_instances_contract');
  });

  await create('bh_duty', (table) => {
    table.string('contract', 64).notNullable().primary();
    table.string('owner', 64);
    table.bigInteger('last_poll_at');
  });

  // The index is made with the last of the columns, so that a migration that was cut short makes it later.
  if (!(await hasColumn(knex, schemaName, 'bh_lanes', 'fence')))
    await schema().alterTable('bh_lanes', (table) => {
      table.bigInteger('fence').notNullable().defaultTo(0);
    });
  if (!(await hasColumn(knex, schemaName, 'bh_lanes', 'owner')))
    await schema().alterTable('bh_lanes', (table) => {
      table.string('owner', 64);
      table.index(['contract', 'owner'], 'bh_lanes_owner');
    });
}
