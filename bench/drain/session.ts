import type { Database, Statement } from 'better-sqlite3';
import mysql from 'mysql2/promise';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** One connection, each statement of which is prepared once. */
export interface Session {
  run(sql: string, values: readonly Value[]): Promise<number>;
  all(sql: string, values: readonly Value[]): Promise<readonly Row[]>;
  begin(): Promise<void>;
  commit(): Promise<void>;
  end(): Promise<void>;
}

/** @param connection `sqlite:PATH` or `mysql://…`; durable as the engine's own connections are. */
export async function openSession(connection: string): Promise<Session> {
  return connection.startsWith('sqlite:')
    ? sqliteSession(connection.slice('sqlite:'.length))
    : mysqlSession(connection);
}

async function sqliteSession(path: string): Promise<Session> {
  const { default: Sqlite } = await import('better-sqlite3');
  const file: Database = new Sqlite(path);
  file.pragma('journal_mode = WAL');
  file.pragma('synchronous = FULL');
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql) ?? file.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    run: async (sql, values) => prepared(sql).run(...values).changes,
    all: async (sql, values) => prepared(sql).all(...values) as readonly Row[],
    begin: async () => void prepared('BEGIN IMMEDIATE').run(),
    commit: async () => void prepared('COMMIT').run(),
    end: async () => void file.close(),
  };
}

async function mysqlSession(url: string): Promise<Session> {
  const connection = await mysql.createConnection({ uri: url, dateStrings: true });
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  return {
    run: async (sql, values) => {
      const [result] = await connection.execute<mysql.ResultSetHeader>(sql, [...values]);
      return result.affectedRows;
    },
    all: async (sql, values) => {
      const [rows] = await connection.execute<mysql.RowDataPacket[]>(sql, [...values]);
      return rows;
    },
    begin: () => connection.beginTransaction(),
    commit: () => connection.commit(),
    end: () => connection.end(),
  };
}
