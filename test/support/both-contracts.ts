import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { loadSampleItsm, type SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import { providerControl, type ProviderControl } from '../../adapters/demo/provider-control.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { RequestRecord } from '../../adapters/simulator/request-log.ts';
import { startCli, type CliProcess } from './cli-process.ts';
import { copyContracts } from './contract-copies.ts';
import { onServer, type DatabaseKind } from './databases.ts';
import { people, type People } from './people.ts';
import { startSimulatorCli } from './simulator-cli.ts';

/** Half a minute between two polls passes in a second and a half. */
const SPEED = 20;

/** Both sample contracts as they run in life: engine and provider are processes, the clients' people write SQL. */
export interface BothContracts {
  /** The folder with the rules, and the working directory of every `bridgehead`. */
  readonly folder: string;
  /** What the contracts take from the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly acme: People;
  readonly globex: People;
  /** The provider's users. */
  readonly provider: ProviderControl;
  /** The time that all of them live in. */
  now(): number;
  /** Starts a process of the engine; several may run at once. */
  startEngine(): CliProcess;
  providerTicket(client: SampleClient, clientNumber: string): Promise<ProviderTicket>;
  /** What the clients sent so far, reading and deleting from the queue left out. */
  calls(client?: SampleClient): Promise<readonly RequestRecord[]>;
  /** Waits until the engine has looked at both queues twice more. */
  twoPollsMore(): Promise<void>;
  end(): Promise<void>;
}

/** Repeats the expectation until it holds; at last, its failure is the test's. */
export const eventually = <T>(holds: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(holds, { timeout: 45_000, interval: 100 });

/** @param speed how many times as fast as ours its time runs. */
export async function openBothContracts(
  kind: DatabaseKind,
  mysqlUrl: () => string,
  speed = SPEED,
): Promise<BothContracts> {
  const folder = await mkdtemp(join(tmpdir(), 'bridgehead-acceptance-'));
  const name = `bh_acceptance_${randomBytes(6).toString('hex')}`;
  const databases = [`${name}_acme`, `${name}_globex`, `${name}_engine`] as const;
  const connections =
    kind === 'SQLite'
      ? { acme: `sqlite:${join(folder, 'acme.sqlite')}`, globex: `sqlite:${join(folder, 'globex.sqlite')}` }
      : { acme: `${mysqlUrl()}/${databases[0]}`, globex: `${mysqlUrl()}/${databases[1]}` };
  if (kind === 'MariaDB') {
    for (const database of databases.slice(0, 2))
      await onServer(mysqlUrl(), `CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
  }
  await copyContracts(folder, databases[2]);

  const begun = Date.now();
  const now = (): number => begun + (Date.now() - begun) * speed;
  const time = ['--speed', String(speed), '--speed-since', new Date(begun).toISOString()];
  await loadSampleItsm(connections.acme, 'acme', begun);
  await loadSampleItsm(connections.globex, 'globex', begun);

  const simulator = await startSimulatorCli(time, { cwd: folder, env: { TZ: 'Asia/Tokyo' } });
  const { url } = simulator;
  const provider = providerControl(url);
  const env = {
    // Dates are read and written in the contract's zone, so this one must not matter.
    TZ: 'America/New_York',
    ACME_BRIDGE_URL: `${url}/acme/prod`,
    ACME_BRIDGE_KEY: 'acme-demo-key',
    ACME_ITSM_DATABASE: connections.acme,
    GLOBEX_BRIDGE_URL: `${url}/globex/prod`,
    GLOBEX_BRIDGE_KEY: 'globex-demo-key',
    GLOBEX_ITSM_DATABASE: connections.globex,
  };
  const requests = async (query: string): Promise<readonly RequestRecord[]> =>
    (await (await fetch(`${url}/_control/requests?${query}`)).json()) as readonly RequestRecord[];

  const acme = people(connections.acme, 'UTC', now);
  const globex = people(connections.globex, 'Europe/Berlin', now);
  const started: CliProcess[] = [];
  return {
    folder,
    env,
    acme,
    globex,
    provider,
    now,
    startEngine: () => {
      const engine = startCli(['run', 'rules/acme', 'rules/globex', ...time], { cwd: folder, env });
      started.push(engine);
      return engine;
    },
    providerTicket: async (client, clientNumber) => {
      const found = (await provider.tickets(client)).filter(
        ({ clientTicketNumber }) => clientTicketNumber === clientNumber,
      );
      const [ticket] = found;
      if (ticket === undefined || found.length > 1)
        throw new Error(`the provider has ${found.length} tickets for ${clientNumber}`);
      return ticket;
    },
    calls: async (client) =>
      (await requests(client === undefined ? '' : `client=${client}`)).filter(
        ({ call }) => call !== 'receive' && call !== 'delete',
      ),
    twoPollsMore: async () => {
      const seen = (await requests('')).at(-1)?.id ?? 0;
      for (const client of ['acme', 'globex'])
        await eventually(async () => {
          const receives = await requests(`client=${client}&call=receive&after=${seen}`);
          if (receives.length < 2) throw new Error(`${client} has not polled twice more`);
        });
    },
    end: async () => {
      for (const engine of started) engine.kill('SIGKILL');
      await Promise.all([simulator.stop(), ...started.map(({ ended }) => ended)]);
      await Promise.all([acme.leave(), globex.leave()]);
      if (kind === 'MariaDB') {
        for (const database of databases) await onServer(mysqlUrl(), `DROP DATABASE IF EXISTS ${database}`);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
