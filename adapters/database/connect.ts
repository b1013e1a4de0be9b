import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database as SqliteConnection } from 'better-sqlite3';
import knex, { type Knex } from 'knex';
import type { Connection as MysqlConnection } from 'mysql2';
import { DatabaseMisconfigured } from './errors.ts';
import { SqliteDialect } from './sqlite-dialect.ts';

/** Turns share them; each has one of its own where they could not be worked together. A few are for detection, acceptance and the journal. */
export const MYSQL_CONNECTIONS_MAX = 12;
export const CONNECT_TIMEOUT_MS = 10_000;
/** How long a transaction waits for a free connection. */
export const ACQUIRE_TIMEOUT_MS = 30_000;
/** A row lock that is not had by then fails the transaction, which is then run again. */
export const MYSQL_LOCK_WAIT_SECONDS = 4;
/**
 * The driver waits without letting anything else in this process run, not even the transaction that holds the lock.
 * So it waits hardly at all, and the transaction is run again after a pause instead.
 */
export const SQLITE_BUSY_TIMEOUT_MS = 5;
/** Who only reads holds no lock that another transaction of this process could be waiting for. */
export const SQLITE_READ_BUSY_TIMEOUT_MS = 5000;

/**
 * Strict: what does not fit is refused, not cut. Written out in full, because the values are escaped with backslashes,
 * which NO_BACKSLASH_ESCAPES of a server's own default would turn into a hole.
 */
const SQL_MODE = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

/** Knex prints errors that it rejects with as well; the engine's log says them once, with what they mean. */
const ignored = (): void => undefined;
const SILENT: Knex.Logger = { debug: ignored, warn: ignored, error: ignored, deprecate: ignored };

export interface Connected {
  readonly knex: Knex;
  readonly kind: 'sqlite' | 'mysql';
  /** The server or file, for messages: without the password. */
  readonly name: string;
}

export interface ConnectOptions {
  /** Sessions in which the server refuses every write, and for which no SQLite file is made. */
  readonly readOnly?: boolean;
}

/**
 * Makes the pool; nothing is connected until it is used.
 * @param connection `sqlite:PATH` or `mysql://user:password@host:port/database` (`mariadb://` is the same thing), with
 *   `?ssl=true` for an encrypted connection whose certificate is verified.
 * @throws DatabaseMisconfigured when the text is neither, or names a file that is not there and may not be made.
 */
export function connect(connection: string, { readOnly = false }: ConnectOptions = {}): Connected {
  if (connection.startsWith('sqlite:')) return connectSqlite(connection.slice('sqlite:'.length), readOnly);
  if (/^(mysql|mariadb):\/\//.test(connection)) return connectMysql(connection, readOnly);
  // The text may hold a password, so it is not repeated.
  throw new DatabaseMisconfigured(
    'the database connection begins with none of sqlite:, mysql:// and mariadb://; ' +
      'expected sqlite:path/to/file or mysql://user:password@host:3306/database',
  );
}

function connectSqlite(path: string, readOnly: boolean): Connected {
  if (path === '') throw new DatabaseMisconfigured('the database connection sqlite: names no file');
  if (readOnly && !existsSync(path))
    throw new DatabaseMisconfigured(`there is no SQLite file ${path}, and none is made to be read`);
  if (!readOnly && path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const pool = knex({
    client: SqliteDialect as unknown as typeof Knex.Client,
    connection: { filename: path },
    useNullAsDefault: true,
    log: SILENT,
    acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
    pool: {
      // Transactions of one file exclude each other anyway: with one connection they queue up instead of colliding.
      min: 1,
      max: 1,
      afterCreate: (file: SqliteConnection, done: (error: Error | null, file: SqliteConnection) => void) => {
        try {
          if (readOnly) {
            file.pragma(`busy_timeout = ${SQLITE_READ_BUSY_TIMEOUT_MS}`);
            file.pragma('query_only = ON');
          } else {
            file.pragma(`busy_timeout = ${SQLITE_BUSY_TIMEOUT_MS}`);
            file.pragma('journal_mode = WAL');
            file.pragma('synchronous = FULL');
            file.pragma('foreign_keys = ON');
          }
          done(null, file);
        } catch (error) {
          file.close();
          done(error instanceof Error ? error : new Error(String(error)), file);
        }
      },
    },
  });
  return { knex: pool, kind: 'sqlite', name: path };
}

function connectMysql(text: string, readOnly: boolean): Connected {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new DatabaseMisconfigured(
      'the database connection is not a URL; expected mysql://user:password@host:3306/database ' +
        '(signs such as @ / : # in the password as %40 %2F %3A %23)',
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '' || database.includes('/'))
    throw new DatabaseMisconfigured(`the database connection to ${url.host} does not end in /database`);
  for (const option of url.searchParams.keys())
    if (option !== 'ssl')
      throw new DatabaseMisconfigured(
        `the database connection to ${url.host} has the option ${option}; the only option is ssl=true`,
      );
  const pool = knex({
    client: 'mysql2',
    log: SILENT,
    connection: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 3306 : Number(url.port),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database,
      charset: 'utf8mb4',
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Dates stay the texts that they are in the database, whatever the zone of this process or of the session.
      dateStrings: true,
      supportBigNumbers: true,
      jsonStrings: true,
      stringifyObjects: true,
      flags: '-LOCAL_FILES',
      ...(url.searchParams.get('ssl') === 'true' ? { ssl: {} } : {}),
    } as Knex.MySql2ConnectionConfig,
    acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
    pool: {
      min: 0,
      max: MYSQL_CONNECTIONS_MAX,
      afterCreate: (
        session: MysqlConnection,
        done: (error: Error | null, session: MysqlConnection) => void,
      ) => {
        session.query(
          `SET SESSION sql_mode = '${SQL_MODE}', innodb_lock_wait_timeout = ${MYSQL_LOCK_WAIT_SECONDS}, ` +
            // The content of a file is put together by GROUP_CONCAT: what bounds it is max_allowed_packet.
            'group_concat_max_len = 4294967295',
          (error) => {
            if (error !== null) {
              done(error, session);
              return;
            }
            // A statement of its own: the variable's name differs between MySQL and MariaDB.
            session.query(
              `SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED${readOnly ? ', READ ONLY' : ''}`,
              (failed) => done(failed, session),
            );
          },
        );
      },
    },
  });
  return { knex: pool, kind: 'mysql', name: `${url.host}/${database}` };
}
