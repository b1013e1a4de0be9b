import type { Database as SqliteConnection } from 'better-sqlite3';
import BetterSqlite3Client from 'knex/lib/dialects/better-sqlite3/index.js';

/**
 * Knex's dialect for better-sqlite3, with two habits changed:
 *
 * - Transactions begin with the write lock (`BEGIN IMMEDIATE`). A transaction that first reads and then writes fails
 *   with SQLITE_BUSY_SNAPSHOT in WAL mode if another one committed in between, and waiting does not help it. Where
 *   nothing can be written, no such lock is to be had, and none is needed.
 * - Whole numbers are bound as integers. The driver binds them as REAL, which a text column would store as `3.0`.
 */
export class SqliteDialect extends BetterSqlite3Client {
  override _query(
    connection: SqliteConnection,
    query: Parameters<BetterSqlite3Client['_query']>[1],
  ): Promise<Parameters<BetterSqlite3Client['_query']>[1]> {
    if (query.sql === 'BEGIN;') {
      // A COMMIT that failed (a full disk) may leave its transaction open, and the pool hands out the connection again.
      if (connection.inTransaction) connection.exec('ROLLBACK');
      const canWrite = connection.pragma('query_only', { simple: true }) === 0;
      if (canWrite) query.sql = 'BEGIN IMMEDIATE;';
    }
    return super._query(connection, query);
  }

  override _formatBindings(bindings: readonly unknown[] | undefined): readonly unknown[] {
    return boundValues(super._formatBindings(bindings));
  }
}

/** What the driver takes: it knows no truth values, and whole numbers must be integers. */
export const boundValues = (values: readonly unknown[]): readonly unknown[] =>
  values.map((value) => {
    if (typeof value === 'boolean') return value ? 1n : 0n;
    return Number.isSafeInteger(value) ? BigInt(value as number) : value;
  });
