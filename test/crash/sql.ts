import type { Knex } from 'knex';

type Value = string | number;

/** Rows of a statement on MariaDB; whoever asks knows their columns. */
export async function rowsOf<Row>(
  knex: Knex,
  statement: string,
  values: readonly Value[] = [],
): Promise<readonly Row[]> {
  const result = await knex.raw<readonly unknown[]>(statement, [...values]);
  return result[0] as readonly Row[];
}

/** How many rows it wrote. */
export async function writeRows(knex: Knex, statement: string, values: readonly Value[]): Promise<number> {
  const result = await knex.raw<readonly unknown[]>(statement, [...values]);
  return (result[0] as { readonly affectedRows: number }).affectedRows;
}
