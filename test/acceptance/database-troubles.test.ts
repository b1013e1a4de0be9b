import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { eventually } from '../support/both-contracts.ts';
import { runCli, startCli, type CliProcess } from '../support/cli-process.ts';
import { copyContracts } from '../support/contract-copies.ts';
import { onServer } from '../support/databases.ts';
import { startMariaDb, type MariaDb } from '../support/mariadb.ts';
import { startSimulatorCli, type SimulatorCli } from '../support/simulator-cli.ts';

/* What a run makes of a database that is not there yet, of one that does not want it, and of one that loses a table. */

let folder: string;
let server: MariaDb;
let simulator: SimulatorCli;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridgehead-database-at-start-'));
  await copyContracts(folder, 'bridgehead');
  [server, simulator] = await Promise.all([
    startMariaDb({ durable: true }),
    startSimulatorCli([], { cwd: folder }),
  ]);
  await onServer(
    server.url,
    'CREATE DATABASE itsm CHARACTER SET utf8mb4',
    'CREATE DATABASE bridgehead CHARACTER SET utf8mb4',
    // `tester` may write where nobody may.
    "CREATE USER engine@'127.0.0.1' IDENTIFIED BY 'engine'",
    "GRANT ALL ON itsm.* TO engine@'127.0.0.1'",
    "GRANT ALL ON bridgehead.* TO engine@'127.0.0.1'",
  );
  await loadSampleItsm(`${server.url}/itsm`, 'acme', Date.now());
  env = {
    ACME_BRIDGE_URL: `${simulator.url}/acme/prod`,
    ACME_BRIDGE_KEY: 'acme-demo-key',
    ACME_ITSM_DATABASE: `${server.url.replace(/\/\/.*@/, '//engine:engine@')}/itsm`,
  };
});

afterAll(async () => {
  await simulator.stop();
  await server.stop();
  await rm(folder, { recursive: true });
});

const start = (...more: readonly string[]): CliProcess =>
  startCli(['run', 'rules/acme', '--speed', '20', ...more], { cwd: folder, env });

const says = (engine: CliProcess, words: string): Promise<void> =>
  eventually(() => expect(engine.out()).toContain(words));

const PORT = /"url":"(http:[^"]+)"/;

test('a database that is away is waited for, and /ready says why', async () => {
  await server.kill();
  const engine = start('--listen', '127.0.0.1:0');
  await says(engine, '"step":"contract waits for its database"');
  expect(engine.out()).toContain('ECONNREFUSED');
  const url = PORT.exec(engine.out())?.[1] ?? '';
  const ready = await fetch(`${url}/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('ECONNREFUSED');

  await server.restart();
  await says(engine, '"step":"contract started"');
  engine.kill('SIGTERM');
  expect((await engine.ended).code).toBe(0);
});

test('so is one that takes no writes', async () => {
  await onServer(server.url, 'SET GLOBAL read_only = 1');
  const engine = start();
  await says(engine, '"step":"contract waits for its database"');
  expect(engine.out()).toContain('read-only');
  await onServer(server.url, 'SET GLOBAL read_only = 0');
  await says(engine, '"step":"contract started"');
  engine.kill('SIGTERM');
  expect((await engine.ended).code).toBe(0);
});

test('a table of the engine’s that goes while it runs breaks the contract, which begins again until it is back', async () => {
  const engine = start('--listen', '127.0.0.1:0');
  await says(engine, '"step":"contract started"');
  await onServer(server.url, 'RENAME TABLE bridgehead.bh_lanes TO bridgehead.being_restored');
  await says(engine, '"step":"contract broken"');
  expect(engine.out()).toContain("'bridgehead.bh_lanes' doesn't exist");
  const url = PORT.exec(engine.out())?.[1] ?? '';
  await eventually(async () => expect((await fetch(`${url}/ready`)).status).toBe(503));

  await onServer(server.url, 'RENAME TABLE bridgehead.being_restored TO bridgehead.bh_lanes');
  await eventually(async () => expect((await fetch(`${url}/ready`)).status).toBe(200));
  engine.kill('SIGTERM');
  expect((await engine.ended).code).toBe(0);
});

test.each([
  ['a password that is not right', (url: string) => url.replace(/:[^:@]+@/, ':top-secret@')],
  ['a database that is not there', (url: string) => `${url.slice(0, url.lastIndexOf('/'))}/itsn`],
])('3: %s', async (_, changed) => {
  const connection = changed(env.ACME_ITSM_DATABASE ?? '');
  const { code, out } = await runCli(['run', 'rules/acme'], {
    cwd: folder,
    env: { ...env, ACME_ITSM_DATABASE: connection },
  });
  expect(code).toBe(3);
  expect(out).toContain('"contract":"acme"');
  expect(out).not.toContain('top-secret');
});

test('told to end, it waits no more', async () => {
  await server.kill();
  const engine = start();
  await says(engine, '"step":"contract waits for its database"');
  engine.kill('SIGTERM');
  expect((await engine.ended).code).toBe(0);
  await server.restart();
});
