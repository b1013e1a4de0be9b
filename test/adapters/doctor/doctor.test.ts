import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doctor } from '../../../adapters/cli/doctor.ts';
import type { Check } from '../../../adapters/doctor/check.ts';
import { readGrant } from '../../../adapters/doctor/check-grants.ts';
import { startSimulator, type Simulator } from '../../../adapters/simulator/server.ts';
import { onServer, sampleDatabase, type SampleDatabase } from '../../support/databases.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { contractCopy } from '../../support/doctor-contract.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
let server: MariaDb;
let sample: SampleDatabase;
let simulator: Simulator;
let folder: string;
let database: string;
/** A user whose rights are what a test grants. */
let restricted: string;

beforeAll(async () => {
  server = await startMariaDb();
  simulator = await startSimulator({ port: 0 });
  sample = await sampleDatabase('MariaDB', 'acme', NOW, () => server.url);
  database = new URL(sample.connection).pathname.slice(1);
  folder = await contractCopy('acme', sample.itsm.database.engineSchema);
  const url = new URL(sample.connection);
  url.username = 'bridge';
  url.password = 'pw';
  restricted = url.href;
}, 120_000);
afterAll(async () => {
  await sample.end();
  await simulator.stop();
  await server.stop();
});

/** The rights that docs/itsm.md names, without and with others. */
async function grant(...more: readonly string[]): Promise<void> {
  const engine = sample.itsm.database.engineSchema;
  await onServer(
    server.url,
    `DROP USER IF EXISTS bridge@'127.0.0.1'`,
    `CREATE USER bridge@'127.0.0.1' IDENTIFIED BY 'pw'`,
    `GRANT SELECT ON ${database}.* TO bridge@'127.0.0.1'`,
    `GRANT INSERT, UPDATE ON ${database}.comments TO bridge@'127.0.0.1'`,
    `GRANT ALL ON ${engine}.* TO bridge@'127.0.0.1'`,
    ...more.map((rights) => `GRANT ${rights} TO bridge@'127.0.0.1'`),
  );
}

/** The same rights, held by a role that is the user's default and by one within it. */
async function grantByRole(...more: readonly string[]): Promise<void> {
  const engine = sample.itsm.database.engineSchema;
  const written = ['tickets', 'comments', 'attachments'];
  await onServer(
    server.url,
    'DROP ROLE IF EXISTS bridge_all',
    'DROP ROLE IF EXISTS bridge_writes',
    `DROP USER IF EXISTS bridge@'127.0.0.1'`,
    'CREATE ROLE bridge_writes',
    'CREATE ROLE bridge_all',
    ...written.map((table) => `GRANT INSERT, UPDATE ON ${database}.${table} TO bridge_writes`),
    'GRANT bridge_writes TO bridge_all',
    `GRANT SELECT ON ${database}.* TO bridge_all`,
    `GRANT ALL ON ${engine}.* TO bridge_all`,
    ...more.map((rights) => `GRANT ${rights} TO bridge_writes`),
    `CREATE USER bridge@'127.0.0.1' IDENTIFIED BY 'pw'`,
    `GRANT bridge_all TO bridge@'127.0.0.1'`,
    `SET DEFAULT ROLE bridge_all FOR bridge@'127.0.0.1'`,
  );
}

const files = (): string => `INSERT, UPDATE ON ${database}.attachments`;

async function examine(
  url = `${simulator.url}/acme/prod`,
  connection = restricted,
  key = 'acme-demo-key',
): Promise<{
  readonly code: number;
  readonly out: string;
  readonly checks: readonly Check[];
  readonly of: (about: string) => readonly string[];
}> {
  let out = '';
  const code = await doctor(
    folder,
    { write: (text) => (out += text) },
    {
      number: null,
      complaint: null,
      format: 'json',
      color: false,
      environment: { ACME_BRIDGE_URL: url, ACME_BRIDGE_KEY: key, ACME_ITSM_DATABASE: connection },
      complaints: { write: () => undefined },
    },
  );
  const { checks } = JSON.parse(out) as { readonly checks: readonly Check[] };
  const of = (about: string): readonly string[] =>
    checks.filter((check) => check.about === about).map(({ verdict, text }) => `${verdict} ${text}`);
  return { code, out, checks, of };
}

describe('bridgehead doctor, on MariaDB', () => {
  test('finds nothing wrong with the rights that docs/itsm.md names', async () => {
    await grant(`INSERT, UPDATE ON ${database}.tickets`, files());
    const { code, of, out } = await examine();

    expect(of('rights')).toEqual([
      expect.stringMatching(/^ok 9 tables read, 3 written, the engine's own too/) as string,
      'ok no more than is needed, by SHOW GRANTS',
    ]);
    expect(of('charset')).toEqual(['ok the connection is utf8mb4', 'ok every named text column is utf8mb4']);
    expect(of('tables')).toEqual(["ok the engine's tables are up to date"]);
    expect(of('engine')).toEqual(['warn none is at work for this contract; never polled']);
    expect(code).toBe(0);
    expect(out).not.toMatch(/acme-demo-key|bridge:pw/);
  });

  test('names the right that is missing, and the table', async () => {
    await grant(`INSERT ON ${database}.tickets`, files());
    const { code, of } = await examine();

    expect(code).toBe(1);
    expect(of('rights')[0]).toMatch(/^fail UPDATE on tickets: UPDATE command denied/);
  });

  test('names the right on attachments that is missing', async () => {
    await grant(`INSERT, UPDATE ON ${database}.tickets`, `INSERT ON ${database}.attachments`);
    const { code, of } = await examine();

    expect(code).toBe(1);
    expect(of('rights')[0]).toMatch(/^fail UPDATE on attachments: UPDATE command denied/);
  });

  test('counts the rights of the role that a connection has, and of roles within it, as its own', async () => {
    await grantByRole(`DELETE ON ${database}.comments`);
    const { of } = await examine();
    expect(of('rights')).toEqual([
      expect.stringMatching(/^ok .* tables read, \d+ written/) as string,
      `warn more than is needed: DELETE on ${database}.comments`,
    ]);
  });

  test('names a role that is granted and that no connection has', async () => {
    await grantByRole();
    await onServer(server.url, `SET DEFAULT ROLE NONE FOR bridge@'127.0.0.1'`);
    // Without its role the user could not even connect to that database.
    await onServer(server.url, `GRANT SELECT ON ${database}.* TO bridge@'127.0.0.1'`);
    const { checks, of } = await examine();
    expect(checks.find(({ text }) => text.includes('the role'))).toMatchObject({
      verdict: 'warn',
      text: 'the role bridge_all is granted, and no connection has it: it is not the default',
      help: 'SET DEFAULT ROLE bridge_all FOR this user',
    });
    expect(of('rights').some((text) => text.startsWith('fail INSERT on comments'))).toBe(true);
  });

  test('warns of more than is needed', async () => {
    await grant(
      files(),
      `INSERT, UPDATE, DELETE ON ${database}.tickets`,
      `UPDATE ON ${database}.users`,
      'PROCESS ON *.*',
    );
    const { code, of } = await examine();

    expect(code).toBe(0);
    const said = of('rights').join('\n');
    expect(said).toContain(`warn more than is needed: DELETE on ${database}.tickets`);
    expect(said).toContain(`UPDATE on ${database}.users (written are`);
    expect(said).toContain('PROCESS on *.*');
  });

  test('changes no row: what it tries it tries on none', async () => {
    await grant(`INSERT, UPDATE ON ${database}.tickets`, files());
    const before = await sample.knex('tickets').select();
    await examine();
    expect(await sample.knex('tickets').select()).toEqual(before);
  });

  test('tells a server that takes no writes, a column of utf8mb3, a clock that is wrong and tables of an older version', async () => {
    await grant(`INSERT, UPDATE ON ${database}.tickets`, files());
    await onServer(
      server.url,
      `ALTER TABLE ${database}.comments MODIFY body TEXT CHARACTER SET utf8mb3`,
      `DELETE FROM ${sample.itsm.database.engineSchema}.bh_migrations WHERE name = '005-operators'`,
      `SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + 300'`,
      'SET GLOBAL read_only = 1',
    );
    try {
      const { code, of } = await examine();
      expect(code).toBe(1);
      expect(of('rights')[0]).toMatch(/^fail .* takes no writes: .*read-only/);
      expect(of('charset')).toContain(
        'warn columns that do not hold every character: comments (utf8mb3): body',
      );
      expect(of('clock').join()).toMatch(/fail the database's clock is 5 min ahead of this machine's/);
      expect(of('tables')).toEqual(["warn the engine's tables lack 1 step: 005-operators"]);
      expect(of('engine')).toEqual(['not-checked its tables are of an older version']);
    } finally {
      await onServer(
        server.url,
        'SET GLOBAL read_only = 0',
        `SET GLOBAL init_connect = ''`,
        `ALTER TABLE ${database}.comments MODIFY body TEXT CHARACTER SET utf8mb4`,
        `INSERT INTO ${sample.itsm.database.engineSchema}.bh_migrations (name, batch, migration_time) VALUES ('005-operators', 1, NOW())`,
      );
    }
  });

  test('a database that cannot be reached is exit code 3, and the bridge is looked at all the same', async () => {
    const { code, of } = await examine(undefined, 'mysql://nobody:pw@127.0.0.1:1/itsm');
    expect(code).toBe(3);
    expect(of('database')[0]).toMatch(/^fail the database cannot be worked with/);
    expect(of('bridge')[0]).toMatch(/^ok /);
  });
});

describe('bridgehead doctor, on the bridge', () => {
  test('asks by one call that has no effect, and receives no message', async () => {
    await examine();
    const calls = await fetch(`${simulator.url}/_control/requests?client=acme`).then((r) => r.text());
    expect(calls).toContain('bridgehead-doctor-no-such-message');
    expect(calls).not.toContain('"call":"receive"');
  });

  test.each([
    ['a wrong key', 'acme/prod', 'wrong', /^fail the key is refused/],
    ['a wrong client', 'acmee/prod', 'acme-demo-key', /^fail the key is refused, or the URL's client/],
    [
      'a wrong environment',
      'acme/echo',
      'acme-demo-key',
      /^fail the path is wrong: 403 Missing Authentication Token/,
    ],
  ])('tells %s apart', async (_, path, key, says) => {
    const { code, of, out } = await examine(`${simulator.url}/${path}`, undefined, key);
    expect(of('bridge')[0]).toMatch(says);
    expect(code).toBe(3);
    expect(out).not.toContain('acme-demo-key');
  });

  test.each([
    ['a portal', 200, '<html>Log in</html>', /^fail something else than the bridge answered/],
    ['a redirect', 302, '', /^fail it answers with a redirect/],
    [
      'a clientName that is not known',
      400,
      '{"Response":"Unable to find mapping for ClientName"}',
      /^fail the clientName is not known/,
    ],
    ['trouble there', 503, '', /^warn in trouble: 503/],
  ])('tells %s apart, and what time it is there', async (_, status, body, says) => {
    const odd: Server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { date: new Date(Date.now() - 600_000).toUTCString() }).end(body);
    });
    await new Promise<void>((listening) => odd.listen(0, '127.0.0.1', listening));
    const { of } = await examine(`http://127.0.0.1:${(odd.address() as AddressInfo).port}/acme/prod`);
    odd.close();
    expect(of('bridge')[0]).toMatch(says);
    expect(of('clock')[0]).toMatch(/fail the bridge's clock is 10 min behind this machine's/);
  });

  test('says that nothing listens there', async () => {
    const { code, of } = await examine('http://127.0.0.1:9/acme/prod');
    expect(code).toBe(3);
    expect(of('bridge')[0]).toMatch(/^fail (?:cannot be reached|no usable answer)/);
  });
});

test('grants are read as MySQL and MariaDB write them', () => {
  expect(
    readGrant('GRANT SELECT, UPDATE (`a`, `b`) ON `itsm`.`tickets` TO `u`@`%` WITH GRANT OPTION'),
  ).toEqual({
    rights: ['SELECT', 'UPDATE'],
    schema: 'itsm',
    table: 'tickets',
    grantsOn: true,
  });
  expect(readGrant("GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*0'")?.rights).toEqual(['USAGE']);
  expect(readGrant('GRANT `role` TO `u`@`%`')).toBeNull();
});
