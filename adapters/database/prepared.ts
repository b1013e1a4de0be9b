import type { Database as SqliteConnection, Statement as SqliteStatement } from 'better-sqlite3';
import type { Knex } from 'knex';
import type { Connection as MysqlConnection, QueryResult, QueryValues, ResultSetHeader } from 'mysql2';
import { boundValues } from './sqlite-dialect.ts';

/** What a statement is bound to. */
export type Value = string | number | boolean | null;

/** Values by name, for one run of a statement. */
export type Values = Readonly<Record<string, Value>>;

/** `id0`, `id1` and so on, each made once: they are looked up for every value of every statement. */
function nameAt(name: string, index: number): string {
  let known = NAMES.get(name);
  if (known === undefined) {
    known = [];
    NAMES.set(name, known);
  }
  return (known[index] ??= `${name}${index}`);
}
const NAMES = new Map<string, string[]>();

/** `id0`, `id1` and so on: values of a statement that is built once for each number of them. */
export const numbered = <Of extends Value>(
  name: string,
  values: readonly Of[],
): Readonly<Record<string, Of>> =>
  Object.fromEntries(values.map((value, index) => [nameAt(name, index), value]));

/** Each number of values is a statement of its own, so there are few numbers: the last value is asked for again. */
export function roundedUp<Of>(values: readonly Of[]): readonly Of[] {
  const most = 2 ** Math.ceil(Math.log2(values.length));
  const last = values.slice(-1);
  return [...values, ...Array.from({ length: most - values.length }, () => last).flat()];
}

export function groupedBy<Key, Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): ReadonlyMap<Key, readonly Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** The values of several rows, `body0`, `at0`, `body1` and so on: for a statement that is built once for each number of them. */
export function rowValues(rows: readonly Values[]): Values {
  const values: Record<string, Value> = {};
  for (const [index, row] of rows.entries())
    for (const [name, value] of Object.entries(row)) values[nameAt(name, index)] = value;
  return values;
}

/** The rows again, in what a statement is built with. */
export const valuesOfRows = <Row extends Values>(given: Values, like: readonly Row[]): readonly Row[] =>
  like.map(
    (row, index) =>
      Object.fromEntries(Object.keys(row).map((name) => [name, given[nameAt(name, index)]])) as Row,
  );

/** Writes a statement with whatever it is given for its values. */
export type Build<Given> = (given: Given) => { toSQL(): Knex.Sql };

/** Stands in a statement, while that is built, for the value that each run brings. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement's text, and what it is bound to: slots are filled by each run. */
interface Text {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/**
 * The texts of the statements that are run for every message and every ticket, by their names. Building one costs more
 * than running it, so it is built once for a database.
 */
export class Texts {
  readonly #known = new Map<string, Text>();

  /** `build` writes the statement with whatever it is given: its slots have the types of the values. */
  of<Given extends Values>(name: string, given: Given, build: Build<Given>): Text {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const slots = Object.fromEntries(Object.keys(given).map((key) => [key, new Slot(key)]));
    const { sql, bindings } = build(slots as unknown as Given)
      .toSQL()
      .toNative();
    const text = { sql, bindings };
    this.#known.set(name, text);
    return text;
  }
}

/** Runs statements by name on the connection of one transaction, past the builder. */
export class Prepared {
  readonly #knex: Knex;
  readonly #texts: Texts;
  #connection: SqliteConnection | MysqlConnection | null = null;
  /** A transaction sees nothing of what others commit between two of its statements: to it an SQLite file stands still. */
  readonly seesOneMoment: boolean;

  constructor(knex: Knex, texts: Texts) {
    this.#knex = knex;
    this.#texts = texts;
    this.seesOneMoment = (knex.client as { readonly dialect: string }).dialect === 'sqlite3';
  }

  /** The rows of a query, each as `read` makes of it: it says what a row is. */
  async rows<Given extends Values, Read>(
    name: string,
    given: Given,
    build: Build<Given>,
    read: (row: never) => Read,
  ): Promise<Read[]> {
    const text = this.#texts.of(name, given, build);
    const connection = this.#known() ?? (await this.#connected());
    const rows =
      connection === null
        ? rowsOf(await this.#raw(text, given))
        : isSqlite(connection)
          ? sqliteStatement(connection, text.sql).all(bound(text, given))
          : await mysqlQuery(connection, text, given);
    return (rows as readonly never[]).map(read);
  }

  /** The first row of a query, as `read` makes of it; null: it has none. */
  async first<Given extends Values, Read>(
    name: string,
    given: Given,
    build: Build<Given>,
    read: (row: never) => Read,
  ): Promise<Read | null> {
    const [first] = await this.rows(name, given, build, read);
    return first ?? null;
  }

  /** How many rows an update or a delete has met. */
  async changed<Given extends Values>(name: string, given: Given, build: Build<Given>): Promise<number> {
    return (await this.#write(name, given, build)).changes;
  }

  /** The key of the row that an insert has made. */
  async inserted<Given extends Values>(name: string, given: Given, build: Build<Given>): Promise<number> {
    return (await this.#write(name, given, build)).key;
  }

  async #write<Given extends Values>(name: string, given: Given, build: Build<Given>): Promise<Written> {
    const text = this.#texts.of(name, given, build);
    const connection = this.#known() ?? (await this.#connected());
    if (connection === null) return writtenOf(await this.#raw(text, given));
    if (!isSqlite(connection)) return writtenOf([await mysqlQuery(connection, text, given)]);
    return writtenOf(sqliteStatement(connection, text.sql).run(bound(text, given)));
  }

  /** The transaction's connection, once it is known. */
  #known(): SqliteConnection | MysqlConnection | null {
    // It may be another transaction's by now.
    if (this.#knex.isTransaction === true && (this.#knex as Knex.Transaction).isCompleted())
      throw new Error('the transaction is over');
    return this.#connection;
  }

  /** Null: outside of a transaction any connection will do. */
  async #connected(): Promise<SqliteConnection | MysqlConnection | null> {
    const knex = this.#knex;
    if (knex.isTransaction !== true) return null;
    const client = knex.client as { acquireConnection(): Promise<SqliteConnection | MysqlConnection> };
    this.#connection ??= await client.acquireConnection();
    return this.#connection;
  }

  #raw({ sql, bindings }: Text, given: Values): Promise<unknown> {
    const values = filled(bindings, given) as readonly Knex.RawBinding[];
    return Promise.resolve(this.#knex.raw(sql, values));
  }
}

interface Written {
  readonly changes: number;
  readonly key: number;
}

const isSqlite = (connection: SqliteConnection | MysqlConnection): connection is SqliteConnection =>
  'pragma' in connection;

const filled = (bindings: readonly unknown[], given: Values): readonly unknown[] =>
  bindings.map((binding) => (binding instanceof Slot ? (given[binding.name] ?? null) : binding));

const bound = ({ bindings }: Text, given: Values): readonly unknown[] => boundValues(filled(bindings, given));

/** Of each connection, as long as that is open. */
const statements = new WeakMap<SqliteConnection, Map<string, SqliteStatement<[readonly unknown[]]>>>();

function sqliteStatement(connection: SqliteConnection, sql: string): SqliteStatement<[readonly unknown[]]> {
  let own = statements.get(connection);
  if (own === undefined) {
    own = new Map();
    statements.set(connection, own);
  }
  let statement = own.get(sql);
  if (statement === undefined) {
    statement = connection.prepare<[readonly unknown[]]>(sql);
    own.set(sql, statement);
  }
  return statement;
}

const mysqlQuery = (
  connection: MysqlConnection,
  { sql, bindings }: Text,
  given: Values,
): Promise<QueryResult> =>
  new Promise((resolve, reject) => {
    connection.query(sql, [...filled(bindings, given)] as QueryValues, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });

/** Knex hands on what its drivers say: rows alone, or rows and fields. */
const rowsOf = (answer: unknown): unknown => {
  const [first] = answer as readonly unknown[];
  return Array.isArray(first) ? first : answer;
};

function writtenOf(answer: unknown): Written {
  if (Array.isArray(answer)) {
    const { affectedRows, insertId } = answer[0] as ResultSetHeader;
    return { changes: affectedRows, key: insertId };
  }
  const { changes, lastInsertRowid } = answer as { changes: number; lastInsertRowid: number | bigint };
  return { changes, key: Number(lastInsertRowid) };
}
