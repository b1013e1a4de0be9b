import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../adapters/database/connect.ts';
import { engineTables } from '../../../adapters/database/engine-tables.ts';
import { openItsm } from '../../../adapters/database/itsm/itsm.ts';
import { openStore } from '../../../adapters/database/store/store.ts';
import { oneByOne, runTransaction } from '../../../adapters/database/transactions.ts';
import { minutes } from '../../../engine/domain/instant.ts';
import { pollQueue } from '../../../engine/runtime/accept.ts';
import type { Database } from '../../../engine/runtime/ports.ts';
import { ReadingGate } from '../../../engine/runtime/reading-gate.ts';
import { type DatabaseKind, type SampleDatabase, onServer, sampleDatabase } from '../../support/databases.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { openSmallWorld, type SmallWorld } from '../../support/small-world.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const NEVER = new AbortController().signal;

// A server of its own: it is made read-only as a whole.
const server: { own: MariaDb | null } = { own: null };
beforeAll(async () => {
  server.own = await startMariaDb();
});
afterAll(async () => server.own?.stop());
const url = (): string => server.own?.url ?? '';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The sample's database in one session that tests can reach, as the engine would use it. */
async function opened(kind: DatabaseKind, connection?: (sample: SampleDatabase) => Promise<string>) {
  const sample = await sampleDatabase(kind, 'acme', NOW, url);
  cleanups.push(() => sample.end());
  const own = connect((await connection?.(sample)) ?? sample.connection);
  cleanups.push(() => own.knex.destroy());
  const schema = kind === 'MariaDB' ? sample.itsm.database.engineSchema : null;
  const scope = { kind: own.kind, tables: engineTables(schema), contract: 'acme' };
  const database: Database = {
    transaction: (work) =>
      runTransaction(
        oneByOne(own.knex),
        () => 0.5,
        (knex) => work({ itsm: openItsm(knex, sample.itsm), store: openStore({ knex, ...scope }) }),
      ),
  };
  return { sample, knex: own.knex, database };
}

async function pollsOf(database: Database) {
  const world = await openSmallWorld('acme');
  const gate = new ReadingGate();
  const runtime = world.runtime((ports) => ({ ...ports, database }));
  return { world, poll: () => pollQueue(runtime, NEVER, gate) };
}

const receivesOf = ({ tenant }: SmallWorld): readonly number[] =>
  tenant.queue.state().messages.map(({ receiveCount }) => receiveCount);
const open = ({ desk }: SmallWorld, description: string): unknown =>
  desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe', description });

describe('a database that cannot be written to: the queue', () => {
  test('is left alone while a session of SQLite is read-only, and read once it is not', async () => {
    const { knex, database } = await opened('SQLite');
    const { world, poll } = await pollsOf(database);
    open(world, 'short');
    await knex.raw('PRAGMA query_only = ON');

    expect(await poll()).toMatchObject({ kind: 'left-alone', cause: 'database' });
    expect(receivesOf(world)).toEqual([0]);
    await knex.raw('PRAGMA query_only = OFF');
    expect(await poll()).toMatchObject({ kind: 'polled', accepted: 1 });
    expect(receivesOf(world)).toEqual([]);
  });

  test('costs a full SQLite file one receive, and is read again once there is room for as much', async () => {
    const { knex, database } = await opened('SQLite');
    const { world, poll } = await pollsOf(database);
    expect(await poll()).toMatchObject({ kind: 'polled', accepted: 0 });
    const [{ page_count: pages }] = (await knex.raw('PRAGMA page_count')) as [{ page_count: number }];
    await knex.raw(`PRAGMA max_page_count = ${pages + 1}`);
    for (let count = 0; count < 8; count += 1) open(world, 'x'.repeat(3900));

    expect(await poll()).toMatchObject({ kind: 'left-alone', cause: 'database' });
    const burnt = receivesOf(world);
    expect(burnt).toEqual(Array<number>(8).fill(1));
    for (let polls = 0; polls < 10; polls += 1) {
      await world.clock.advance(minutes(1));
      expect(await poll()).toMatchObject({ kind: 'left-alone', cause: 'database' });
    }
    expect(receivesOf(world)).toEqual(burnt);

    await knex.raw('PRAGMA max_page_count = 100000');
    expect(await poll()).toMatchObject({ kind: 'polled', accepted: 8 });
    expect(receivesOf(world)).toEqual([]);
  });

  test('is left alone while a MariaDB server is read-only, and read once it is not', async () => {
    const { database } = await opened('MariaDB', async ({ connection, itsm }) => {
      const { host, pathname } = new URL(connection);
      const name = pathname.slice(1);
      // Who may everything may write to a read-only server too.
      await onServer(
        url(),
        `CREATE USER engine@'127.0.0.1' IDENTIFIED BY 'engine'`,
        `GRANT ALL ON ${name}.* TO engine@'127.0.0.1'`,
        `GRANT ALL ON ${itsm.database.engineSchema}.* TO engine@'127.0.0.1'`,
      );
      return `mysql://engine:engine@${host}/${name}`;
    });
    const { world, poll } = await pollsOf(database);
    open(world, 'short');
    await onServer(url(), 'SET GLOBAL read_only = 1');

    expect(await poll()).toMatchObject({ kind: 'left-alone', cause: 'database' });
    expect(receivesOf(world)).toEqual([0]);
    await onServer(url(), 'SET GLOBAL read_only = 0');
    expect(await poll()).toMatchObject({ kind: 'polled', accepted: 1 });
    expect(receivesOf(world)).toEqual([]);
  });
});
