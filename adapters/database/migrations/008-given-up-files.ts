import type { Knex } from 'knex';
import { hasColumn } from './has-column.ts';

/**
 * Files that were given up stay for an operator, and how long files are on their way is known. MySQL commits every
 * statement by itself, so what is there already is left as it is.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const schema = (): Knex.SchemaBuilder =>
    schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
  for (const [table, column] of [
    ['bh_uploads', 'begun_at'],
    ['bh_uploads', 'given_up_at'],
    ['bh_downloads', 'given_up_at'],
  ] as const) {
    if (await hasColumn(knex, schemaName, table, column)) continue;
    await schema().alterTable(table, (change) => {
      change.bigInteger(column);
      if (column === 'given_up_at') change.index(['contract', column], `${table}_given_up`);
    });
  }
}
