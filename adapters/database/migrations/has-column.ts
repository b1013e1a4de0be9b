import type { Knex } from 'knex';

/** On MySQL, knex itself looks for the table in the schema of the connection only. */
export async function hasColumn(
  knex: Knex,
  schemaName: string | null,
  table: string,
  column: string,
): Promise<boolean> {
  if (schemaName === null) return await knex.schema.hasColumn(table, column);
  const found: readonly unknown[] = await knex
    .withSchema('information_schema')
    .from('columns')
    .where({ table_schema: schemaName, table_name: table, column_name: column })
    .select('column_name');
  return found.length > 0;
}
