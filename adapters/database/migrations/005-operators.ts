import type { Knex } from 'knex';

/**
 * What operators work with: at which message a parked lane stands, from when on it is tried again by itself, and which
 * lanes were taken out. MySQL commits every statement by itself, so what is there already is left as it is.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const there = await columnsOf(knex, schemaName);
  const add = async (column: string, change: (table: Knex.AlterTableBuilder) => unknown): Promise<void> => {
    if (there.has(column)) return;
    const schema = schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
    await schema.alterTable('bh_lanes', (table) => void change(table));
  };
  await add('parked_message', (table) => table.string('parked_message', 128));
  await add('parked_retry_at', (table) => {
    table.bigInteger('parked_retry_at');
    table.index(['contract', 'parked_retry_at'], 'bh_lanes_retry');
  });
  await add('dropped_at', (table) => {
    table.bigInteger('dropped_at');
    table.index(['contract', 'dropped_at'], 'bh_lanes_dropped');
  });
}

async function columnsOf(knex: Knex, schemaName: string | null): Promise<ReadonlySet<string>> {
  const on = knex.table<object>('bh_lanes');
  return new Set(Object.keys(await (schemaName === null ? on : on.withSchema(schemaName)).columnInfo()));
}
