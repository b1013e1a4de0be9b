import { isDeepStrictEqual } from 'node:util';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { quantile } from '../measure/rounds.ts';
import type { Benchmark, BenchOptions, Section } from '../measure/section.ts';
import { ratioText } from '../measure/words.ts';
import { CountedBridge } from './counted-bridge.ts';
import type { Drainer } from './drainer.ts';
import { engineDrainer } from './engine-drainer.ts';
import { queuedMessage } from './messages.ts';
import { minimalDrainer } from './minimal-drainer.ts';
import { linkedTickets, type LinkedTicket } from './tickets.ts';
import { makeWorld, startDurableMariaDb, type Server, type World } from './world.ts';

type Open = (world: World, tickets: readonly LinkedTicket[]) => Promise<Drainer>;

/** What is drained: how many, of how many tickets, and what came of it. */
interface Task {
  readonly name: string;
  readonly tickets: number;
  prepare(world: World): Promise<void>;
  bridge(tickets: readonly LinkedTicket[]): CountedBridge;
  drain(drainer: Drainer, bridge: CountedBridge): Promise<void>;
}

/** (d) the whole engine beside a minimal drainer that is as durable. */
export const DRAIN: Benchmark = {
  name: 'drain',
  async run({ quick }: BenchOptions) {
    const count = quick ? 500 : 10_000;
    const rounds = quick ? 3 : 5;
    const { contract } = await loadContract('rules/acme');
    if (contract === null) throw new Error('rules/acme does not compile');
    const mariaDb = await startDurableMariaDb();
    try {
      const rows: string[][] = [];
      for (const server of [{ kind: 'SQLite' }, { kind: 'MariaDB', url: mariaDb.url }] as const)
        for (const task of [queueOf(count), backlogOf(count)])
          rows.push(await compare(server, task, contract, count, rounds));
      const section: Section = {
        title: `(d) draining ${count.toLocaleString('en')}, rules/acme`,
        head: ['', 'minimal', 'ours', 'our throughput, times the minimal', 'half of the rounds'],
        rows,
      };
      return [section];
    } finally {
      await mariaDb.stop();
    }
  },
};

const queueOf = (count: number): Task => ({
  name: 'messages of the queue',
  tickets: count / 2,
  prepare: async () => undefined,
  bridge: (tickets) => new CountedBridge((index) => (index < count ? queuedMessage(tickets, index) : null)),
  drain: (drainer, bridge) => drainer.drainQueue(bridge, count),
});

const backlogOf = (count: number): Task => ({
  name: 'changed rows',
  tickets: count,
  prepare: async ({ knex }) => {
    const now = new Date(Date.now() - 1000).toISOString().slice(0, 19).replace('T', ' ');
    await knex('tickets').update({ priority: 'P1', updated_at: now });
  },
  bridge: () => new CountedBridge(),
  drain: (drainer, bridge) => drainer.drainRows(bridge, count),
});

async function compare(
  server: Server,
  task: Task,
  contract: Contract,
  count: number,
  rounds: number,
): Promise<string[]> {
  const engine: Open = (world, tickets) => engineDrainer(contract, world, tickets);
  const tickets = linkedTickets(task.tickets);
  const seconds: { readonly minimal: number[]; readonly ours: number[] } = { minimal: [], ours: [] };
  for (let round = 0; round < rounds; round += 1) {
    const minimal = await once(server, task, tickets, minimalDrainer);
    const ours = await once(server, task, tickets, engine);
    if (!isDeepStrictEqual(ours.result, minimal.result))
      throw new Error(`${task.name}: not the same came of it`);
    seconds.minimal.push(minimal.seconds);
    seconds.ours.push(ours.seconds);
  }
  const ratios = seconds.minimal.map((one, round) => one / (seconds.ours[round] ?? Number.NaN));
  const perSecond = (all: readonly number[]): string => `${(count / quantile(all, 0.5)).toFixed(0)} a second`;
  return [
    `${task.name}, ${server.kind}`,
    perSecond(seconds.minimal),
    perSecond(seconds.ours),
    ratioText(quantile(ratios, 0.5)),
    `${ratioText(quantile(ratios, 0.25))} – ${ratioText(quantile(ratios, 0.75))}`,
  ];
}

interface Drained {
  readonly seconds: number;
  /** The tickets as they are then, the calls that were made, and how many messages were deleted. */
  readonly result: unknown;
}

async function once(
  server: Server,
  task: Task,
  tickets: readonly LinkedTicket[],
  open: Open,
): Promise<Drained> {
  const world = await makeWorld(server, tickets);
  try {
    const drainer = await open(world, tickets);
    await task.prepare(world);
    const bridge = task.bridge(tickets);
    const begun = performance.now();
    await task.drain(drainer, bridge);
    const seconds = (performance.now() - begun) / 1000;
    await drainer.end();
    const rows: readonly JsonObject[] = await world
      .knex('tickets')
      .orderBy('id')
      .select('id', 'title', 'description', 'status', 'priority', 'group_id');
    const calls = bridge.calls.map((request) => JSON.stringify(request)).sort();
    return { seconds, result: { rows: rows.map((row) => ({ ...row })), calls, deleted: bridge.deleted } };
  } finally {
    await world.end();
  }
}
