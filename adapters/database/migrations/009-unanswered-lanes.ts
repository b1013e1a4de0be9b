import type { Knex } from 'knex';

const TABLE = 'bh_lanes';
const INDEX = 'bh_lanes_ambiguous';

/**
 * Calls without an answer are asked for every half minute: without looking through all lanes. MySQL commits every statement by
 * itself, so what is there already is left as it is.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  if (await isThere(knex, schemaName)) return;
  const schema = schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
  await schema.alterTable(TABLE, (table) => {
    table.index(['contract', 'ambiguous'], INDEX);
  });
}

async function isThere(knex: Knex, schemaName: string | null): Promise<boolean> {
  const found: readonly unknown[] =
    schemaName === null
      ? await knex('sqlite_master').where({ type: 'index', name: INDEX }).select('name')
      : await knex
          .withSchema('information_schema')
          .from('statistics')
          .where({ table_schema: schemaName, table_name: TABLE, index_name: INDEX })
          .select('index_name');
  return found.length > 0;
}
