import { DatabaseUnavailable, ItsmRefused } from '../../engine/runtime/ports.ts';

/** The connection text or the server's set-up is wrong: people must mend it, waiting does not help. */
export class DatabaseMisconfigured extends Error {
  override readonly name = 'DatabaseMisconfigured';
}

/** Another transaction wrote the same engine row first: the transaction is run again, and finds that row. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}

/** What a driver's error means, whichever driver it comes from. */
export type Failure =
  /** Another transaction stood in the way: run this one again. */
  | 'contended'
  /** The server is away, full or read-only. */
  | 'unavailable'
  /** A unique key is taken. */
  | 'duplicate'
  /** Another constraint: a missing value, a foreign key, a text too long, a trigger that says no. */
  | 'refused'
  | 'unknown';

/** MySQL error codes by name, as mysql2 gives them; MariaDB's own where they differ. */
const MYSQL: Readonly<Record<string, Failure>> = {
  ER_LOCK_DEADLOCK: 'contended',
  ER_LOCK_WAIT_TIMEOUT: 'contended',
  ER_CHECKREAD: 'contended', // MariaDB: the record has changed since it was last read

  ER_CON_COUNT_ERROR: 'unavailable',
  ER_TOO_MANY_USER_CONNECTIONS: 'unavailable',
  ER_USER_LIMIT_REACHED: 'unavailable',
  ER_ACCESS_DENIED_ERROR: 'unavailable',
  ER_DBACCESS_DENIED_ERROR: 'unavailable',
  ER_BAD_DB_ERROR: 'unavailable',
  ER_HOST_IS_BLOCKED: 'unavailable',
  ER_HOST_NOT_PRIVILEGED: 'unavailable',
  ER_SERVER_SHUTDOWN: 'unavailable',
  ER_NORMAL_SHUTDOWN: 'unavailable',
  ER_SERVER_OFFLINE_MODE: 'unavailable',
  ER_CONNECTION_KILLED: 'unavailable',
  ER_QUERY_INTERRUPTED: 'unavailable',
  ER_NET_READ_ERROR: 'unavailable',
  ER_NET_READ_INTERRUPTED: 'unavailable',
  ER_NET_ERROR_ON_WRITE: 'unavailable',
  ER_NET_WRITE_INTERRUPTED: 'unavailable',
  ER_DISK_FULL: 'unavailable',
  ER_RECORD_FILE_FULL: 'unavailable',
  ER_ERROR_ON_WRITE: 'unavailable',
  ER_OUTOFMEMORY: 'unavailable',
  ER_OUT_OF_RESOURCES: 'unavailable',
  ER_OPTION_PREVENTS_STATEMENT: 'unavailable', // --read-only
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'unavailable',
  ER_ERROR_DURING_COMMIT: 'unavailable',
  ER_AUTOINC_READ_FAILED: 'unavailable', // MariaDB, seen after it was killed

  ER_DUP_ENTRY: 'duplicate',

  ER_BAD_NULL_ERROR: 'refused',
  ER_NO_DEFAULT_FOR_FIELD: 'refused',
  ER_NO_REFERENCED_ROW: 'refused',
  ER_NO_REFERENCED_ROW_2: 'refused',
  ER_ROW_IS_REFERENCED: 'refused',
  ER_ROW_IS_REFERENCED_2: 'refused',
  ER_DATA_TOO_LONG: 'refused',
  ER_NET_PACKET_TOO_LARGE: 'refused', // longer than the server's max_allowed_packet
  WARN_DATA_TRUNCATED: 'refused',
  ER_WARN_DATA_OUT_OF_RANGE: 'refused',
  ER_TRUNCATED_WRONG_VALUE: 'refused',
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: 'refused',
  ER_CONSTRAINT_FAILED: 'refused', // MariaDB: a CHECK
  ER_CHECK_CONSTRAINT_VIOLATED: 'refused', // MySQL: a CHECK
  ER_SIGNAL_EXCEPTION: 'refused', // a trigger's own word
};

/** The server is there and lets us not in: at a start that is somebody's mistake, while it runs somebody's work on the server. */
const NOT_LET_IN: ReadonlySet<unknown> = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'ER_HOST_NOT_PRIVILEGED',
]);

export const isNotLetIn = ({ cause }: DatabaseUnavailable): boolean =>
  cause instanceof Error && 'code' in cause && NOT_LET_IN.has(cause.code);

/** What the network, the driver and the pool say. */
const CONNECTION =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_|PROTOCOL_|HANDSHAKE_|POOL_|SQLITE_(FULL|IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PERM|AUTH))/;

/** The files of a table are damaged: its administrators must mend them before anything can be done. */
const DAMAGED =
  /^(?:HA_ERR_(?:CRASHED|NOT_A_TABLE|INDEX_CORRUPT|TABLE_CORRUPT)|ER_(?:NOT_KEYFILE|OLD_KEYFILE|CRASHED_ON|INDEX_CORRUPT|INNODB_INDEX_CORRUPT|TABLE_CORRUPT))/;

/** Numbers for servers whose error names mysql2 does not know. */
const MYSQL_NUMBERS: Readonly<Record<number, Failure>> = {
  1020: 'contended',
  4025: 'refused',
  3819: 'refused',
};

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return 'unknown';
  const { code, errno, fatal } = error as Error & { code?: unknown; errno?: unknown; fatal?: unknown };
  if (error.name === 'KnexTimeoutError') return 'unavailable';
  if (typeof code === 'string') {
    const known = MYSQL[code];
    if (known !== undefined) return known;
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'contended';
    if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return 'duplicate';
    if (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_TOOBIG' || code === 'SQLITE_MISMATCH')
      return 'refused';
    if (CONNECTION.test(code) || DAMAGED.test(code)) return 'unavailable';
  }
  if (typeof errno === 'number') {
    const known = MYSQL_NUMBERS[errno];
    if (known !== undefined) return known;
  }
  // mysql2 marks what ends a connection, whatever its code; after that it refuses further commands in words only.
  if (fatal === true || /connection is in closed state|Connection lost/i.test(error.message))
    return 'unavailable';
  return 'unknown';
}

export const unavailable = (error: unknown): DatabaseUnavailable =>
  new DatabaseUnavailable(`the database cannot be worked with: ${driverWords(error)}`, { cause: error });

/** A driver's own words, without the statement and its values that knex puts in front of them. */
export function driverWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { sqlMessage, code } = error as Error & { sqlMessage?: unknown; code?: unknown };
  if (typeof sqlMessage === 'string') return sqlMessage;
  const message = error.message.slice(error.message.lastIndexOf(' - ') + 1).replace(/^- /, '');
  if (message !== '') return message;
  // Node reports several refused addresses as an error without words of its own.
  return typeof code === 'string' ? code : error.name;
}

const VALUE_LENGTH_MAX = 80;

/** A value as it is shown in an error: short, in quotes where it is a text. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX
    ? `${text.slice(0, VALUE_LENGTH_MAX)}… (${text.length} characters)`
    : text;
}

/**
 * Runs a write to one of the ITSM's tables; what the table refuses becomes an ItsmRefused that names the table, the
 * column, the field and the value. `fieldOf` says which field of itsm.yaml a column carries.
 */
export async function writing<T>(
  table: string,
  row: Readonly<Record<string, unknown>>,
  fieldOf: ReadonlyMap<string, string>,
  write: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== 'refused' && failure !== 'duplicate') throw error;
    const said = refusal(table, row, fieldOf, driverWords(error)) + limitHint(error);
    throw new ItsmRefused(said, { cause: error });
  }
}

/** What itsm.yaml can say, so that such a text goes the way that the contract has for it. */
function limitHint(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (code === 'ER_DATA_TOO_LONG')
    return ' Say the length of the column in itsm.yaml, and too_long in the contract says what becomes of such a text.';
  if (code === 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD')
    return ' If it lacks these characters, say its characters in itsm.yaml, and unstorable_characters in the contract says what becomes of them.';
  if (code === 'ER_TRUNCATED_WRONG_VALUE')
    return ' If it is a date that a TIMESTAMP lacks, say range: timestamp of the column in itsm.yaml, and unstorable_date in the contract says what becomes of it.';
  return '';
}

/** `Data too long for column 'title'`, `FOREIGN KEY (`group_id`)`, `NOT NULL constraint failed: tickets.title`. */
const COLUMN_IN_WORDS =
  /(?:column|field|FOREIGN KEY \()\s*[`']?(?:[^`'\s]+[`']\.[`'])*([^`'\s)]+)[`']?|failed: \w+\.(\w+)/i;

function refusal(
  table: string,
  row: Readonly<Record<string, unknown>>,
  fieldOf: ReadonlyMap<string, string>,
  words: string,
): string {
  const found = COLUMN_IN_WORDS.exec(words);
  const column = found?.[1] ?? found?.[2];
  const named = column !== undefined && column in row ? [column] : [];
  const columns = named.length > 0 ? named : Object.keys(row);
  const values = columns.map((name) => {
    const field = fieldOf.get(name);
    return `${name} = ${shown(row[name])}${field === undefined ? '' : ` (field ${field})`}`;
  });
  const missing =
    column !== undefined && named.length === 0
      ? ` If new rows need ${column}, give it a value in on_insert of itsm.yaml or map a field to it.`
      : '';
  return `${table} does not take ${values.join(', ')}: ${words}.${missing}`;
}
