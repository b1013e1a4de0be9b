import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { echoTest, type EchoCommandOptions } from '../../../adapters/cli/echo-test.ts';
import { wallClock } from '../../../adapters/clock/wall-clock.ts';
import type { EchoReport } from '../../../adapters/echo-test/report.ts';
import { sampleClients } from '../../../adapters/simulator/client-options.ts';
import { startSimulator, type Simulator } from '../../../adapters/simulator/server.ts';
import { startTamperingProxy, type Tampering } from '../../support/tampering-proxy.ts';

/** The provider of the test that runs. */
export let simulator: Simulator;
/** An empty folder of its own. */
export let folder: string;

const proxies: { readonly stop: () => Promise<void> }[] = [];

/** Each test of the file that calls it has a provider and a folder of its own. */
export function useProvider(): void {
  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, clients: sampleClients(), seed: 'echo' });
    folder = await mkdtemp(path.join(tmpdir(), 'bridgehead-echo-'));
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
    await simulator.stop();
    await rm(folder, { recursive: true });
  });
}

export const environmentOf = (url: string, key = 'acme-demo-key') => ({
  ACME_BRIDGE_URL: `${url}/acme/prod`,
  ACME_BRIDGE_KEY: key,
  GLOBEX_BRIDGE_URL: `${url}/globex/dev`,
  GLOBEX_BRIDGE_KEY: 'globex-demo-key',
  INITECH_BRIDGE_URL: `${url}/initech/cert`,
  INITECH_BRIDGE_KEY: 'initech-demo-key',
});

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly report: () => EchoReport;
}

export async function run(contract: string, options: Partial<EchoCommandOptions> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await echoTest(
    contract,
    { write: (text) => (out += text) },
    {
      ticket: null,
      timeoutMs: 4000,
      pollMs: 50,
      format: 'json',
      color: false,
      environment: environmentOf(simulator.url),
      clock: wallClock(),
      signal: new AbortController().signal,
      complaints: { write: (text) => (err += text) },
      ...options,
    },
  );
  return { code, out, err, report: () => JSON.parse(out) as EchoReport };
}

export async function tampered(tampering: Tampering, contract = 'acme'): Promise<Ran> {
  const proxy = await startTamperingProxy(simulator.url, tampering);
  proxies.push(proxy);
  return run(`rules/${contract}`, { environment: environmentOf(proxy.url) });
}

export const problems = ({ steps, findings }: EchoReport): readonly string[] =>
  [...steps.flatMap((step) => step.findings), ...findings]
    .filter(({ kind }) => kind === 'problem')
    .map(({ text }) => text);
export const notes = ({ steps, findings }: EchoReport): readonly string[] =>
  [...steps.flatMap((step) => step.findings), ...findings]
    .filter(({ kind }) => kind === 'note')
    .map(({ text }) => text);
export const NO_ECHO = expect.stringMatching(
  /^the echo returned no Attachment for the file in 2 looks/,
) as string;
export const fileStep = ({ steps }: EchoReport) => steps.find(({ name }) => name === 'file');
export const tenant = (client = 'acme') => simulator.provider.tenant(client, 'dev');
