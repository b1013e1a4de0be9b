import type { Knex } from 'knex';

/**
 * Rows of one of the engine's tables by their ids, which are nobody else's. The contract is not asked for besides: SQLite would take it
 * for the narrower of the two, and look through all of the contract's rows.
 */
export const byIds = <Row extends { readonly id: number }>(
  knex: Knex,
  table: string,
  ids: readonly number[],
): Knex.QueryBuilder<Row, Row[]> => knex(table).whereIn('id', [...ids]) as Knex.QueryBuilder<Row, Row[]>;
