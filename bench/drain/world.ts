import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { connect } from '../../adapters/database/connect.ts';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { startMariaDb, type MariaDb } from '../../test/support/mariadb.ts';
import type { LinkedTicket } from './tickets.ts';

/** Where it is measured: SQLite in a file, or a private MariaDB that flushes its log at every commit. */
export type Server = { readonly kind: 'SQLite' } | { readonly kind: 'MariaDB'; readonly url: string };

/** AcmeCorp's tables with these tickets and nothing else, in a database of their own. */
export interface World {
  /** As `connect` takes it. */
  readonly connection: string;
  readonly engineSchema: string;
  readonly knex: Knex;
  end(): Promise<void>;
}

/** Rows named in one statement of the preparation. */
const ROWS_AT_ONCE = 500;

export async function makeWorld(server: Server, tickets: readonly LinkedTicket[]): Promise<World> {
  const name = `bh_bench_${randomBytes(6).toString('hex')}`;
  const engineSchema = `${name}_engine`;
  const folder = server.kind === 'SQLite' ? await mkdtemp(join(tmpdir(), 'bridgehead-bench-')) : null;
  if (server.kind === 'MariaDB') await onServer(server.url, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const connection =
    server.kind === 'MariaDB' ? `${server.url}/${name}` : `sqlite:${join(folder ?? '', 'itsm.sqlite')}`;
  await loadSampleItsm(connection, 'acme', Date.now());
  const { knex } = connect(connection);
  await knex.transaction(async (transaction) => {
    for (const table of ['comments', 'custom_values', 'tickets']) await transaction(table).delete();
    await transaction.batchInsert(
      'tickets',
      tickets.map(({ row }) => row),
      ROWS_AT_ONCE,
    );
    await transaction.batchInsert(
      'custom_values',
      tickets.flatMap(({ custom }) => (custom === null ? [] : [custom])),
      ROWS_AT_ONCE,
    );
  });
  return {
    connection,
    engineSchema,
    knex,
    async end() {
      await knex.destroy();
      if (folder !== null) await rm(folder, { recursive: true, force: true });
      if (server.kind === 'MariaDB')
        await onServer(server.url, `DROP DATABASE ${name}`, `DROP DATABASE IF EXISTS ${engineSchema}`);
    },
  };
}

/** A private MariaDB that keeps what it has committed, whatever happens to the machine. */
export async function startDurableMariaDb(): Promise<MariaDb> {
  const server = await startMariaDb({ durable: true });
  await onServer(
    server.url,
    'SET GLOBAL innodb_flush_log_at_trx_commit = 1',
    `SET GLOBAL innodb_buffer_pool_size = ${512 * 1024 * 1024}`,
  );
  return server;
}

/** Statements without a database of one's own. */
export async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  const { knex } = connect(`${url}/information_schema`);
  try {
    for (const statement of statements) await knex.raw(statement);
  } finally {
    await knex.destroy();
  }
}
