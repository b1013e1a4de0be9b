import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as dial, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../../../adapters/database/connect.ts';
import { DatabaseMisconfigured, failureOf, unavailable } from '../../../adapters/database/errors.ts';
import { type OpenDatabase, openDatabase } from '../../../adapters/database/open-database.ts';
import { DatabaseUnavailable } from '../../../engine/runtime/ports.ts';
import { onServer, type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { acmeItsm } from '../../support/sample-itsm.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const opened = (connection: string): OpenDatabase => {
  const database = openDatabase({ contract: 'acme', itsm: acmeItsm, connection });
  cleanups.push(() => database.close());
  return database;
};
const anything = (database: OpenDatabase): Promise<unknown> =>
  database.transaction(({ itsm }) => itsm.ticket('1', true));

async function mariaDbSample(): Promise<SampleDatabase> {
  const sample = await sampleDatabase('MariaDB', 'acme', NOW, mysql);
  cleanups.push(() => sample.end());
  return sample;
}

/** The way to the server, which can be cut. */
async function proxy(to: URL): Promise<{ url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const onward = dial(Number(to.port), to.hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => undefined);
    }
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  cleanups.push(async () => cut());
  return { url: url.href, cut };
}

describe('the database is unavailable', () => {
  test('when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const database = opened(`mysql://somebody:secret@127.0.0.1:${port}/itsm`);
    await expect(anything(database)).rejects.toThrow(DatabaseUnavailable);
    await expect(anything(database)).rejects.toThrow(/ECONNREFUSED/);
    await expect(database.migrate()).rejects.toThrow(DatabaseUnavailable);
  });

  test('when the password is wrong, which is not repeated', async () => {
    const url = new URL(`${mysql()}/information_schema`);
    url.password = 'not-the-secret';
    const failure = await anything(opened(url.href)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseUnavailable);
    expect(String(failure)).toMatch(/Access denied/);
    expect(String(failure)).not.toContain('not-the-secret');
  });

  test('when the connection is lost in the middle; nothing is committed, and a new one is made later', async () => {
    const sample = await mariaDbSample();
    const way = await proxy(new URL(sample.connection));
    const database = openDatabase({ contract: 'acme', itsm: sample.itsm, connection: way.url });
    cleanups.push(() => database.close());
    const lost = database.transaction(async ({ itsm }) => {
      await itsm.updateTicket('1', { title: 'half done' }, NOW);
      way.cut();
      await itsm.updateTicket('2', { title: 'half done' }, NOW);
    });
    await expect(lost).rejects.toThrow(DatabaseUnavailable);
    await expect(anything(database)).rejects.toThrow(DatabaseUnavailable);
    expect(await sample.knex('tickets').where({ title: 'half done' })).toEqual([]);
  });

  test('when the server ends the session, and not any more at the next transaction', async () => {
    const sample = await mariaDbSample();
    const killed = sample.database.transaction(async ({ itsm }) => {
      await itsm.updateTicket('1', { title: 'half done' }, NOW);
      // Other tests write on this server too: it is the session that works in this test's own database.
      const [[session]] = (await sample.knex.raw(
        `SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx
         JOIN information_schema.processlist AS sessions ON sessions.id = trx_mysql_thread_id
         WHERE trx_rows_modified > 0 AND sessions.db = DATABASE()`,
      )) as [[{ id: number }]];
      await onServer(mysql(), `KILL CONNECTION ${session.id}`);
      await itsm.updateTicket('2', { title: 'half done' }, NOW);
    });
    await expect(killed).rejects.toThrow(DatabaseUnavailable);
    expect(await anything(sample.database)).toMatchObject({ key: '1' });
    expect(await sample.knex('tickets').where({ title: 'half done' })).toEqual([]);
  });

  test('when somebody holds a lock for longer than is waited', async () => {
    const sample = await mariaDbSample();
    await sample.knex.transaction(async (person) => {
      await person('tickets').where({ id: 1 }).update({ title: 'being edited' });
      const waiting = sample.database.transaction(({ itsm }) =>
        itsm.updateTicket('1', { title: 'ours' }, NOW),
      );
      await expect(waiting).rejects.toThrow(/too busy: gave up after \d+ runs/);
      await expect(waiting).rejects.toThrow(DatabaseUnavailable);
    });
  });

  test('when the files of a table are damaged', async () => {
    const { knex } = await mariaDbSample();
    await knex.raw('CREATE TABLE damaged (id INT PRIMARY KEY, word TEXT) ENGINE = MyISAM');
    await knex.raw("INSERT INTO damaged VALUES (1, 'whole')");
    await knex.raw('FLUSH TABLES damaged');
    const [[place]] = (await knex.raw('SELECT @@datadir AS folder, DATABASE() AS name')) as [
      [{ folder: string; name: string }],
    ];
    await writeFile(join(place.folder, place.name, 'damaged.MYI'), 'no index');
    const damaged = await knex('damaged')
      .where({ id: 1 })
      .catch((error: unknown) => error);
    expect(unavailable(damaged).message).toMatch(/damaged/);
    expect(failureOf(damaged)).toBe('unavailable');
  });

  test('when a SQLite file is none, or has no room', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bridgehead-unavailable-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'itsm.sqlite');
    await writeFile(file, 'this is no database, whatever its name may be '.repeat(50));
    await chmod(file, 0o600);
    await expect(anything(opened(`sqlite:${file}`))).rejects.toThrow(/file is not a database/);

    const sample = await sampleDatabase('SQLite', 'acme', NOW, mysql);
    cleanups.push(() => sample.end());
    const { knex } = connect(sample.connection);
    cleanups.push(() => knex.destroy());
    await knex.raw('PRAGMA max_page_count = 1');
    const full = await knex('tickets')
      .where({ id: 1 })
      .update({ description: 'x'.repeat(1_000_000) })
      .catch((error: unknown) => error);
    expect(unavailable(full).message).toMatch(/full/);
    expect(failureOf(full)).toBe('unavailable');
  });
});

describe('the connection text is refused', () => {
  test.each([
    ['postgres://user:secret@host/database', /begins with none of sqlite:, mysql:\/\/ and mariadb:/],
    ['sqlite:', /names no file/],
    ['mysql://user:secret@host:3306', /does not end in \/database/],
    ['mysql://user:sec/ret@host:3306/database', /is not a URL/],
    ['mysql://user:secret@host/database?timezone=Z', /has the option timezone; the only option is ssl=true/],
  ])('%s', (connection, words) => {
    const open = () => connect(connection);
    expect(open).toThrow(DatabaseMisconfigured);
    expect(open).toThrow(words);
    expect(open).not.toThrow(/sec/);
  });
});

describe('the engine’s schema', () => {
  test('that is missing and may not be made is asked for in words', async () => {
    const sample = await mariaDbSample();
    const name = new URL(sample.connection).pathname.slice(1);
    const user = `u_${name.slice(-12)}`;
    await onServer(
      mysql(),
      `CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'secret'`,
      `GRANT ALL ON ${name}.* TO ${user}@'127.0.0.1'`,
    );
    cleanups.push(() => onServer(mysql(), `DROP USER ${user}@'127.0.0.1'`));
    const url = new URL(sample.connection);
    url.username = user;
    url.password = 'secret';
    const itsm = { ...sample.itsm, database: { ...sample.itsm.database, engineSchema: `${name}_other` } };
    const database = openDatabase({ contract: 'acme', itsm, connection: url.href });
    cleanups.push(() => database.close());
    await expect(database.migrate()).rejects.toThrow(DatabaseMisconfigured);
    await expect(database.migrate()).rejects.toThrow(`CREATE DATABASE ${name}_other`);
  });

  test('that is no plain name is refused', () => {
    const itsm = { ...acmeItsm, database: { ...acmeItsm.database, engineSchema: 'a`b' } };
    expect(() =>
      openDatabase({ contract: 'acme', itsm, connection: 'mysql://user:secret@127.0.0.1/itsm' }),
    ).toThrow(DatabaseMisconfigured);
  });
});
