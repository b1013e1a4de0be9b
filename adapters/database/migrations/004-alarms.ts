import type { Knex } from 'knex';
import { createTable } from './create-table.ts';

/**
 * Alarms that are up, or whose end was not told to everybody yet; and, for each contract, a row that is only written to
 * see whether the database takes writes. MySQL commits every statement by itself, so what is there already is left.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const create = (table: string, columns: (table: Knex.CreateTableBuilder) => void): Promise<void> =>
    createTable(knex, schemaName, table, (builder) => {
      builder.bigIncrements('id');
      builder.string('contract', 64).notNullable();
      columns(builder);
    });

  await create('bh_proofs', (table) => {
    table.bigInteger('at').notNullable();
    table.text('filling', 'longtext').notNullable();
    table.unique(['contract'], { indexName: 'bh_proofs_contract' });
  });

  await create('bh_alarms', (table) => {
    table.string('alarm_id', 64).notNullable();
    table.string('kind', 64).notNullable();
    table.bigInteger('raised_at').notNullable();
    table.bigInteger('cleared_at');
    table.text('state', 'longtext').notNullable();
    table.unique(['contract', 'alarm_id'], { indexName: 'bh_alarms_alarm' });
  });
}
