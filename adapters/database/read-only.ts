import type { Knex } from 'knex';
import { connect, type Connected } from './connect.ts';
import { DatabaseMisconfigured, driverWords } from './errors.ts';
import { oneByOne, runTransaction } from './transactions.ts';

/** A client's database in the middle of a transaction that cannot write. */
export interface ReadOnlyDatabase extends Omit<Connected, 'knex'> {
  readonly knex: Knex.Transaction;
}

/** What MySQL says to a user who may see a table but not its rows. */
const DENIED = ['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR'];

/**
 * Runs `work` in one transaction of a session in which the server refuses every write. Makes nothing: no
 * file, no schema, no table. Another application's writes in between may make it start over.
 * @throws DatabaseMisconfigured when the connection cannot be understood, names no file, or may not read a table
 * @throws DatabaseUnavailable when the server cannot be reached
 */
export async function readOnly<T>(
  connection: string,
  work: (database: ReadOnlyDatabase) => Promise<T>,
): Promise<T> {
  const database = connect(connection, { readOnly: true });
  try {
    return await runTransaction(
      oneByOne(database.knex),
      () => 0.5,
      (knex) => work({ ...database, knex }),
    );
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (DENIED.includes(code))
      throw new DatabaseMisconfigured(`the database cannot be read: ${driverWords(error)}`, { cause: error });
    throw error;
  } finally {
    await database.knex.destroy();
  }
}
