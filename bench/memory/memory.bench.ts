import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import { CountedBridge } from '../drain/counted-bridge.ts';
import { engineDrainer } from '../drain/engine-drainer.ts';
import { queuedMessage } from '../drain/messages.ts';
import { linkedTickets } from '../drain/tickets.ts';
import { makeWorld } from '../drain/world.ts';
import type { Benchmark, BenchOptions, Section } from '../measure/section.ts';

const TICKETS = 2000;
const READINGS = 10;

/** (g) the process's memory while it takes a million messages. */
export const MEMORY: Benchmark = {
  name: 'memory',
  async run({ quick, progress }: BenchOptions) {
    const count = quick ? 10_000 : 1_000_000;
    const { contract } = await loadContract('rules/acme');
    if (contract === null) throw new Error('rules/acme does not compile');
    const tickets = linkedTickets(TICKETS);
    const world = await makeWorld({ kind: 'SQLite' }, tickets);
    const rows: string[][] = [];
    const collect = collector();
    try {
      const drainer = await engineDrainer(contract, world, tickets);
      for (let reading = 0; reading < READINGS; reading += 1) {
        const from = (reading * count) / READINGS;
        const bridge = new CountedBridge((index) =>
          index < count / READINGS ? queuedMessage(tickets, from + index) : null,
        );
        await drainer.drainQueue(bridge, count / READINGS);
        collect();
        const { rss, heapUsed, external } = process.memoryUsage();
        const row = [
          ((reading + 1) * (count / READINGS)).toLocaleString('en'),
          megabytes(heapUsed),
          megabytes(external),
          megabytes(rss),
        ];
        rows.push(row);
        progress(row.join(' · '));
      }
      await drainer.end();
    } finally {
      await world.end();
    }
    const section: Section = {
      title: '(g) memory, rules/acme on SQLite',
      head: ['messages', 'heap after collection', 'outside of it', 'whole process'],
      rows,
    };
    return [section];
  },
};

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** What collects garbage at once, so that a reading is of what is kept. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
