import { scriptedDownloads } from '../../adapters/rehearsal/scripted-downloads.ts';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { openDatabase } from '../../adapters/database/open-database.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { cryptoRandom } from '../../adapters/random/crypto-random.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { detectChanges } from '../../engine/runtime/detect.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { CountedBridge } from '../drain/counted-bridge.ts';
import { makeWorld, startDurableMariaDb, type Server } from '../drain/world.ts';
import { quantile } from '../measure/rounds.ts';
import type { Benchmark, BenchOptions, Section } from '../measure/section.ts';
import { ratioText, timeText } from '../measure/words.ts';
import { editSome, fillTickets } from './many-tickets.ts';

const EDITED = 100;
const NEVER = new AbortController().signal;

/** (e) one look for changed tickets, among few and among many. */
export const DETECT: Benchmark = {
  name: 'detect',
  async run({ quick }: BenchOptions) {
    const counts = quick ? [1000, 10_000, 100_000] : [10_000, 100_000, 1_000_000];
    const rounds = quick ? 7 : 21;
    const { contract } = await loadContract('rules/acme');
    if (contract === null) throw new Error('rules/acme does not compile');
    const mariaDb = await startDurableMariaDb();
    try {
      const rows: string[][] = [];
      for (const server of [{ kind: 'SQLite' }, { kind: 'MariaDB', url: mariaDb.url }] as const)
        rows.push(...(await compare(contract, server, counts, rounds)));
      const section: Section = {
        title: `(e) one poll that finds ${EDITED} changed tickets, rules/acme`,
        head: ['tickets', 'a poll', 'times the first', 'half of the rounds', 'rows that the server read'],
        rows,
      };
      return [section];
    } finally {
      await mariaDb.stop();
    }
  },
};

interface Looked {
  readonly count: number;
  /** Edits a hundred tickets, and looks for them. Nanoseconds of the look. */
  look(): Promise<number>;
  /** How many rows the server has read so far; null: it does not say. */
  rowsRead(): Promise<number | null>;
  end(): Promise<void>;
}

async function compare(
  contract: Contract,
  server: Server,
  counts: readonly number[],
  rounds: number,
): Promise<readonly string[][]> {
  const all: Looked[] = [];
  try {
    for (const count of counts) all.push(await prepared(contract, server, count));
    const taken = new Map(all.map((one): [Looked, number[]] => [one, []]));
    const rowsRead = new Map<Looked, string>();
    for (const one of all) {
      await one.look();
      const before = await one.rowsRead();
      await one.look();
      const after = await one.rowsRead();
      rowsRead.set(one, before === null || after === null ? '' : (after - before).toLocaleString('en'));
    }
    for (let round = 0; round < rounds; round += 1)
      for (const one of all) taken.get(one)?.push(await one.look());
    const [first] = taken.values();
    const base = first ?? [];
    return all.map((one) => {
      const own = taken.get(one) ?? [];
      const ratios = own.map((time, round) => time / (base[round] ?? Number.NaN));
      return [
        `${one.count.toLocaleString('en')}, ${server.kind}`,
        timeText(quantile(own, 0.5)),
        one === all[0] ? '1' : ratioText(quantile(ratios, 0.5)),
        one === all[0] ? '' : `${ratioText(quantile(ratios, 0.25))} – ${ratioText(quantile(ratios, 0.75))}`,
        rowsRead.get(one) ?? '',
      ];
    });
  } finally {
    for (const one of all) await one.end();
  }
}

async function prepared(contract: Contract, server: Server, count: number): Promise<Looked> {
  const world = await makeWorld(server, []);
  await fillTickets(world.knex, server, count);
  const itsm = {
    ...contract.itsm,
    database: { ...contract.itsm.database, engineSchema: world.engineSchema },
  };
  const database = openDatabase({ contract: contract.name, itsm, connection: world.connection });
  await database.migrate();
  const clock = wallClock();
  const runtime: Runtime = {
    contract: { ...contract, itsm },
    rules: null,
    ports: {
      bridge: new CountedBridge(),
      database,
      files: database.files,
      downloads: scriptedDownloads(() => null),
      clock,
      random: cryptoRandom(),
      log: collectedLog(),
    },
  };
  // As if it had run until a moment ago.
  await database.transaction(async ({ store }) => {
    for (const { table } of itsm.changes) await store.setCursor(table, clock.now() - minutes(5));
  });
  let edits = 0;
  return {
    count,
    async look() {
      // Each edit has a date of its own, in whole seconds, none of them ahead of now.
      edits += 1;
      const at = new Date(clock.now() - seconds(100) + seconds(edits)).toISOString();
      await editSome(world.knex, count, EDITED, at.slice(0, 19).replace('T', ' '));
      const begun = performance.now();
      const found = await detectChanges(runtime, NEVER);
      const took = (performance.now() - begun) * 1e6;
      if (found !== EDITED) throw new Error(`${found} of ${EDITED} edits were found`);
      return took;
    },
    async rowsRead() {
      if (server.kind === 'SQLite') return null;
      type Counters = readonly { readonly Value: string }[];
      const [rows] = await world.knex.raw<readonly [Counters]>("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
      return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
    },
    async end() {
      await database.close();
      await world.end();
    },
  };
}
