import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';
import { connect } from '../../adapters/database/connect.ts';
import { loadSampleItsm, type SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import { startCli, type CliProcess } from '../support/cli-process.ts';
import { copyContracts } from '../support/contract-copies.ts';
import { onServer } from '../support/databases.ts';
import { freePort, startMariaDb, type MariaDb } from '../support/mariadb.ts';
import { EngineProcess } from './engine-process.ts';
import { SIDES } from './client-sides.ts';
import { smallDisk, type SmallDisk } from './small-disk.ts';

/** Half a minute between two polls passes in a second and a half, and the 60 s of patience in three. */
export const SPEED = 20;
/** How long the provider takes to answer a call, in real time. */
const ANSWER_MS = 150;
const LISTENS_MS_MAX = 60_000;
const ENGINE_SCHEMA = 'crash_engine';
/** May do everything in the schemas, but nothing to the server: a read-only server is read-only for it. */
const ENGINE_USER = { name: 'engine', password: 'engine-of-the-crash-test' };

export interface CrashWorldOptions {
  readonly clients: readonly SampleClient[];
  readonly engines: number;
  /** When the provider sends the number of a ticket that was created: if the answer got lost, as it does by default, or always. */
  readonly returnNumber: 'lost' | 'always';
  /** The database server gets a small disk of its own, where one may be made. */
  readonly ownDisk: boolean;
  readonly say: (line: string) => void;
}

/** Engines, the provider and the database server, each a process that can be killed. */
export interface CrashWorld {
  readonly clients: readonly SampleClient[];
  readonly engines: readonly EngineProcess[];
  readonly server: MariaDb;
  /** The server's disk; null: it shares the machine's. */
  readonly disk: SmallDisk | null;
  readonly engineUser: string;
  /** The provider's address; it stays the same when the simulator is started again. */
  readonly providerUrl: string;
  readonly engineSchema: string;
  /** A connection for whoever administers the server. */
  readonly administrators: Knex;
  /** The client's tables, as the client's own people see them: a connection of theirs, not the engine's. */
  itsm(client: SampleClient): Knex;
  /** SQL for this moment in the engine's time, on the client's walls, read when the statement runs. */
  nowIn(client: SampleClient): string;
  restartSimulator(): Promise<void>;
  say(line: string): void;
  end(): Promise<void>;
}

export async function openCrashWorld({
  clients,
  engines: count,
  returnNumber,
  ownDisk,
  say,
}: CrashWorldOptions): Promise<CrashWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'bridgehead-crash-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const end = async (): Promise<void> => {
    for (const step of ends.reverse()) await step();
  };
  try {
    const disk = ownDisk ? await smallDisk() : null;
    if (disk !== null) ends.push(() => disk.end());
    const server = await startMariaDb({
      durable: true,
      ...(disk === null ? {} : { below: disk.folder }),
    });
    ends.push(() => server.stop());
    const schema = (client: SampleClient): string => `crash_${client}`;
    await onServer(
      server.url,
      ...clients.map((client) => `CREATE DATABASE ${schema(client)} CHARACTER SET utf8mb4`),
      `CREATE DATABASE ${ENGINE_SCHEMA} CHARACTER SET utf8mb4`,
      `CREATE USER ${ENGINE_USER.name}@'127.0.0.1' IDENTIFIED BY '${ENGINE_USER.password}'`,
      `GRANT ALL ON \`crash\\_%\`.* TO ${ENGINE_USER.name}@'127.0.0.1'`,
    );
    await copyContracts(folder, ENGINE_SCHEMA);

    const begun = Date.now();
    const { knex: administrators } = connect(`${server.url}/${ENGINE_SCHEMA}`);
    ends.push(() => administrators.destroy());
    const itsms = new Map<SampleClient, Knex>();
    for (const client of clients) {
      await loadSampleItsm(`${server.url}/${schema(client)}`, client, begun);
      const { knex } = connect(`${server.url}/${schema(client)}`);
      ends.push(() => knex.destroy());
      for (const statement of SIDES[client].audit) await knex.raw(statement);
      itsms.set(client, knex);
    }

    const time = ['--speed', String(SPEED), '--speed-since', new Date(begun).toISOString()];
    const port = String(await freePort());
    const startSimulator = async (): Promise<CliProcess> => {
      const state = join(folder, 'provider.jsonl');
      const started = startCli(['simulate', '--port', port, '--state', state, ...time], { cwd: folder });
      for (const deadline = Date.now() + LISTENS_MS_MAX; !started.out().includes('listens at');) {
        if (Date.now() > deadline) throw new Error(`the simulator does not listen: ${started.err()}`);
        await wait(20);
      }
      return started;
    };
    const providerUrl = `http://127.0.0.1:${port}`;
    let simulator = await startSimulator();
    await slowDown(providerUrl);
    for (const client of clients) await control(providerUrl, 'PATCH', `clients/${client}`, { returnNumber });
    ends.push(async () => {
      simulator.kill('SIGKILL');
      await simulator.ended;
    });

    const address = new URL(server.url);
    address.username = ENGINE_USER.name;
    address.password = ENGINE_USER.password;
    const env = Object.fromEntries(
      clients.flatMap((client) => {
        const name = client.toUpperCase();
        return [
          [`${name}_BRIDGE_URL`, `${providerUrl}/${client}/prod`],
          [`${name}_BRIDGE_KEY`, `${client}-demo-key`],
          [`${name}_ITSM_DATABASE`, `${address.href}/${schema(client)}`],
        ];
      }),
    );
    const folders = clients.map((client) => `rules/${client}`);
    const engines = Array.from(
      { length: count },
      () =>
        new EngineProcess(() => startCli(['run', ...folders, ...time], { cwd: folder, env }), clients.length),
    );
    ends.push(() => Promise.all(engines.map((engine) => engine.end('SIGKILL'))));
    return {
      clients,
      engines,
      server,
      disk,
      engineUser: `${ENGINE_USER.name}@'127.0.0.1'`,
      providerUrl,
      engineSchema: ENGINE_SCHEMA,
      administrators,
      itsm: (client) => {
        const knex = itsms.get(client);
        if (knex === undefined) throw new Error(`${client} takes no part`);
        return knex;
      },
      nowIn: (client) => nowIn(SIDES[client].timeZone, begun),
      restartSimulator: async () => {
        simulator.kill('SIGKILL');
        await simulator.ended;
        simulator = await startSimulator();
        await slowDown(providerUrl);
      },
      say,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** An answer takes a while, so that calls are under way when an engine is killed. */
const slowDown = (providerUrl: string): Promise<void> =>
  control(providerUrl, 'POST', 'faults', [{ kind: 'delay', ms: ANSWER_MS, match: { path: '/tickets' } }]);

async function control(providerUrl: string, method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${providerUrl}/_control/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}`);
}

/** The server's clock decides: whoever waits for it writes the date of the moment at which it writes. */
function nowIn(timeZone: string, begun: number): string {
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(begun)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(offset ?? '') ?? [];
  const seconds = Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60);
  const passed = `(UNIX_TIMESTAMP(NOW(6)) - ${begun / 1000}) * ${SPEED}`;
  return `TIMESTAMPADD(SECOND, FLOOR(${begun / 1000 + seconds} + ${passed}), '1970-01-01 00:00:00')`;
}
