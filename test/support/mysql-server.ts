import { afterAll, beforeAll } from 'vitest';
import { type MariaDb, startMariaDb } from './mariadb.ts';

/**
 * The MariaDB server of this test file: the one that `npm test` has started (BRIDGEHEAD_TEST_MYSQL), or, when a file
 * is run by itself, one that lives as long as the file's tests. Call it at the top of a file or of a `describe`.
 * @returns the URL without a database, for use inside tests.
 */
export function useMysqlServer(): () => string {
  const given = process.env.BRIDGEHEAD_TEST_MYSQL;
  if (given !== undefined && given !== '') return () => given;
  let own: MariaDb | null = null;
  beforeAll(async () => {
    own = await startMariaDb();
  });
  afterAll(async () => {
    await own?.stop();
  });
  return () => {
    if (own === null) throw new Error('the MariaDB server starts in beforeAll; ask for it later');
    return own.url;
  };
}
