import { setTimeout as wait } from 'node:timers/promises';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { openCrashWorld, type CrashWorld, type CrashWorldOptions } from './crash-world.ts';
import { engineBooks } from './engine-books.ts';
import { keepEvidence } from './evidence.ts';
import { groundTruth, type Verdict } from './ground-truth.ts';
import { providerTruth } from './provider-truth.ts';
import { TROUBLES, type TroubleName } from './troubles.ts';
import { work, type Done } from './workload.ts';

export interface CrashOptions extends Omit<CrashWorldOptions, 'ownDisk'> {
  readonly seed: number;
  readonly kills: number;
  /** What happens besides, and after every how many kills. */
  readonly troubles: ReadonlyMap<TroubleName, number>;
  /** Between two things that one side's people do, on the average. */
  readonly pauseMs: number;
}

export interface CrashReport {
  readonly kills: number;
  readonly troubles: ReadonlyMap<TroubleName, number>;
  readonly done: Done;
  readonly seconds: { readonly underLoad: number; readonly untilQuiet: number };
  /** Engines that ended by themselves and were started again: the database was away when they started. */
  readonly endedByThemselves: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Lines of the engines' logs that tell of what nobody foresaw. */
  readonly defects: readonly string[];
}

/** The longest that an engine works before it is killed; half of them work for less than a quarter of it. */
const LIFE_MS_MAX = 2000;
const QUIET_MS_MAX = 180_000;
/** So long nothing may happen: two polls, and the overlap after which a changed ticket is looked at once more. */
const QUIET_MS = 11_000;

/**
 * People on both sides work, while engines are killed at random moments and everything around them fails now and then.
 * Afterwards, when everything is quiet, the books of both sides are compared.
 */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const { seed, kills, say, pauseMs } = options;
  const random = seededRandom(seed);
  const world = await openCrashWorld({ ...options, ownDisk: options.troubles.has('full-disk') });
  // Nothing is left running, and no disk mounted, by a run that is broken off.
  const breakOff = (): void => void world.end().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, breakOff);
  try {
    const begun = performance.now();
    const stop = new AbortController();
    const working = work(world, seed, pauseMs, stop.signal);
    const troubles = new Map<TroubleName, number>();
    for (let kill = 1; kill <= kills; kill += 1) {
      const engine = world.engines[(kill - 1) % world.engines.length];
      if (engine === undefined) throw new Error('there is an engine at least');
      await engine.busy();
      await wait(random.next() ** 2 * LIFE_MS_MAX);
      await engine.kill();
      for (const [name, every] of options.troubles) {
        if (kill % every !== 0) continue;
        say(`${kill} kills; ${name}`);
        if (await TROUBLES[name](world, random)) troubles.set(name, (troubles.get(name) ?? 0) + 1);
        else say(`no ${name} here: it takes root`);
      }
    }
    stop.abort();
    const done = await working;
    const loaded = performance.now();
    say(`${kills} kills; people have gone home, waiting until everything is quiet`);
    const unrest = await untilQuiet(world);
    if (unrest !== null) say(`not quiet after ${QUIET_MS_MAX / 1000} s: ${unrest}`);
    const quiet = performance.now();
    const verdicts = [];
    for (const client of world.clients) verdicts.push(await groundTruth(world, client));
    if (unrest !== null || verdicts.some(({ faults }) => faults.length > 0))
      say(`what the engines said, and how the database stood: ${await keepEvidence(world)}`);
    await Promise.all(world.engines.map((engine) => engine.end('SIGTERM')));
    return {
      kills,
      troubles,
      done,
      seconds: {
        underLoad: Math.round((loaded - begun) / 1000),
        untilQuiet: Math.round((quiet - QUIET_MS - loaded) / 1000),
      },
      defects: world.engines.flatMap(({ defects }) => defects),
      endedByThemselves: world.engines.flatMap(({ endedByItself }) => endedByItself.map(lastWords)),
      verdicts,
    };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, breakOff);
    await world.end();
  }
}

/** Nothing waits, nothing is in doubt, and no call has been made for a while. Null, or what is still going on. */
async function untilQuiet(world: CrashWorld): Promise<string | null> {
  const provider = providerTruth(world.providerUrl);
  const deadline = performance.now() + QUIET_MS_MAX;
  let before = '';
  let since = performance.now();
  while (performance.now() < deadline) {
    const now = await Promise.all(world.clients.map((client) => stateOf(world, provider, client)));
    const state = JSON.stringify(now);
    if (state !== before || now.some(({ pending }) => pending > 0)) since = performance.now();
    if (performance.now() - since > QUIET_MS) return null;
    before = state;
    await wait(500);
  }
  return before;
}

async function stateOf(
  world: CrashWorld,
  provider: ReturnType<typeof providerTruth>,
  client: SampleClient,
): Promise<{ readonly pending: number; readonly calls: number }> {
  const books = await engineBooks(world.itsm(client), world.engineSchema, client);
  const queue = await provider.queue(client);
  const unsettled = [...books.inbox.values()].filter((outcome) => outcome === null).length;
  return {
    pending: queue.waiting + queue.inFlight + unsettled + books.ambiguous,
    calls: (await provider.calls(client)).length,
  };
}

const lastWords = ({
  code,
  out,
  err,
}: {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}): string => `exit code ${code ?? '?'}: ${`${out}\n${err}`.trim().split('\n').at(-1) ?? ''}`.slice(0, 300);
