import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { startStatusServer, type StatusServer } from '../../../adapters/http/status-server.ts';
import { ContractMetrics } from '../../../adapters/metrics/contract-metrics.ts';
import { minutes, seconds } from '../../../engine/domain/instant.ts';
import type { Ports } from '../../../engine/runtime/ports.ts';
import { runContract } from '../../../engine/runtime/run-contract.ts';
import { Vitals } from '../../../engine/runtime/vitals.ts';
import { withOutages } from '../../support/outages.ts';
import { openSmallWorld } from '../../support/small-world.ts';

const servers: StatusServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** A contract that runs in virtual time, and its status over real HTTP. */
async function served(change: (ports: Ports) => Partial<Ports> = () => ({})) {
  const world = await openSmallWorld('acme');
  const metrics = new ContractMetrics();
  const vitals = new Vitals(metrics.observer('acme'));
  const progress = { isOver: false };
  const server = await startStatusServer({
    host: '127.0.0.1',
    port: 0,
    contracts: [{ name: 'acme', vitals, isRunning: () => !progress.isOver }],
    registry: metrics.registry,
    now: () => world.clock.now(),
  });
  servers.push(server);
  const stop = new AbortController();
  const runtime = world.runtime((ports) => ({
    ...ports,
    log: metrics.counting(ports.log),
    ...change(ports),
  }));
  const run = runContract(runtime, stop.signal, undefined, vitals).finally(() => (progress.isOver = true));
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${server.url}${path}`);
    return { status: response.status, body: await response.json() };
  };
  return {
    world,
    server,
    get,
    metrics: async () => parsed(await (await fetch(`${server.url}/metrics`)).text()),
    end: async () => {
      stop.abort();
      await world.clock.advance(seconds(1));
      await run;
    },
  };
}

/** Prometheus' text: every line is a comment, or a name with labels and a number. */
function parsed(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, sample, value] = /^([a-z_:][a-z0-9_:]*(?:\{[^}]*\})?) (\S+)$/i.exec(line) ?? [];
    if (sample === undefined) throw new Error(`not a line of metrics: ${line}`);
    samples.set(sample, Number(value));
  }
  return samples;
}

describe('the status of a process', () => {
  test('is healthy and ready while the contract works, and no longer when its loop hangs', async () => {
    const { world, get, end } = await served();
    await world.clock.advance(minutes(1));
    expect(await get('/health')).toEqual({
      status: 200,
      body: { status: 'ok', contracts: [{ contract: 'acme', beat_age_s: 0, hangs: false }] },
    });
    expect(await get('/ready')).toEqual({
      status: 200,
      body: {
        status: 'ready',
        contracts: [{ contract: 'acme', ready: true, reasons: [], last_poll_age_s: 0 }],
      },
    });
    await end();
    expect(await get('/health')).toMatchObject({ status: 200 });
    expect(await get('/ready')).toMatchObject({
      status: 503,
      body: { contracts: [{ reasons: ['the contract does not run'] }] },
    });
  });

  test('is not healthy when the contract’s loop does not come round', async () => {
    const vitals = new Vitals();
    vitals.beatAt = 0;
    const server = await startStatusServer({
      host: '127.0.0.1',
      port: 0,
      contracts: [{ name: 'acme', vitals, isRunning: () => true }],
      registry: new ContractMetrics().registry,
      now: () => minutes(10),
    });
    servers.push(server);
    const answer = await fetch(`${server.url}/health`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'hangs', contracts: [{ contract: 'acme', beat_age_s: 600, hangs: true }] },
    ]);
  });

  test('is not ready while the database takes no writes, and says why', async () => {
    const { world, get, end } = await served(({ database, clock }) => ({
      database: withOutages(database, clock, [
        { kind: 'read-only', from: clock.now() + minutes(1), until: clock.now() + minutes(5) },
      ]),
    }));
    await world.clock.advance(minutes(3));
    expect(await get('/ready')).toMatchObject({
      status: 503,
      body: {
        status: 'not-ready',
        contracts: [
          {
            reasons: [
              'the database takes no writes: the server is read-only',
              'the queue is not read: the server is read-only',
            ],
          },
        ],
      },
    });
    await world.clock.advance(minutes(5));
    expect(await get('/ready')).toMatchObject({ status: 200 });
    await end();
  });

  test('has metrics of what passed, with labels from closed lists only', async () => {
    const { world, metrics, end } = await served();
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    world.tenant.queue.send({
      group: 'e-CS0204070',
      transactionType: 'Surprise"} 1\nbridgehead_forged 1',
      clientReferenceAvailable: true,
      body: {},
    });
    await world.clock.advance(minutes(2));
    const samples = await metrics();
    expect(
      samples.get('bridgehead_queue_messages_received_total{contract="acme",transaction="Create"}'),
    ).toBe(1);
    expect(samples.get('bridgehead_queue_messages_received_total{contract="acme",transaction="other"}')).toBe(
      1,
    );
    expect(
      samples.get('bridgehead_bridge_calls_total{contract="acme",call="delete",outcome="accepted"}'),
    ).toBe(2);
    expect(
      samples.get(
        'bridgehead_transactions_total{contract="acme",direction="in",transaction="Create",outcome="applied"}',
      ),
    ).toBe(1);
    expect(samples.get('bridgehead_database_up{contract="acme"}')).toBe(1);
    expect(samples.get('bridgehead_last_poll_timestamp_seconds{contract="acme"}')).toBe(
      world.clock.now() / 1000,
    );
    expect(samples.get('bridgehead_alarm{contract="acme",alarm="parked"}')).toBeDefined();
    expect([...samples.keys()].filter((name) => name.includes('forged'))).toEqual([]);
    expect(samples.has('process_cpu_user_seconds_total')).toBe(true);
    await end();
  });

  test('is told to this machine’s own names only', async () => {
    const { server, end } = await served();
    const { port } = new URL(server.url);
    const status = await new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
    await end();
  });
});

test('only journal lines are counted, and all lines are handed on', () => {
  const log = collectedLog();
  const metrics = new ContractMetrics();
  const counting = metrics.counting(log);
  counting.warn('queue left alone', { contract: 'acme' });
  counting.error('lane', { contract: 'acme', direction: 'out', transaction: 'contract', outcome: 'stopped' });
  expect(log.lines.map(({ level, step }) => `${level} ${step}`)).toEqual([
    'warn queue left alone',
    'error lane',
  ]);
});

test('docs/operations.md lists every metric with its type and labels', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(bridgehead_\w+)` \| (\w+) \| *([^|]*?) *\|/gm)].map(
    ([, name, type, labels = '']) => `${name} ${type} ${labels.replaceAll(/[`,]/g, '').trim()}`.trim(),
  );
  const { registry } = new ContractMetrics();
  const offered = registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('bridgehead_'))
    .map((metric) => {
      const { name, type, labelNames } = metric as unknown as Readonly<Record<'name' | 'type', string>> & {
        readonly labelNames: readonly string[];
      };
      return `${name} ${type} ${labelNames.filter((label) => label !== 'contract').join(' ')}`.trim();
    });
  expect([...listed].sort()).toEqual([...offered].sort());
});
