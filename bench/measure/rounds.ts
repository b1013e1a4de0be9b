/** One of those that are measured side by side. */
export interface Contestant {
  readonly name: string;
  /** Does the work `times` times over. What is returned is waited for. */
  run(times: number): unknown;
}

export interface Measured {
  readonly name: string;
  /** Of one piece of work: the median over all rounds. */
  readonly nanoseconds: number;
  /** Times the first contestant's: the median over all rounds, each compared within itself. */
  readonly ratio: number;
  /** The ratio that a quarter of the rounds were below, and above: how much the machine's noise left open. */
  readonly ratioFrom: number;
  readonly ratioTo: number;
}

export interface RoundOptions {
  readonly rounds: number;
  /** How long one contestant works in one round, at least. */
  readonly milliseconds: number;
  /**
   * `processor`: the time in which this process was at work, so that what else the machine does hardly counts; for what
   * neither waits nor has others work for it. `wall`: the time that passed.
   */
  readonly time: 'processor' | 'wall';
}

/** Work that is repeated more often than this is no work. */
const TIMES_MAX = 1 << 24;

/**
 * Measures contestants in turn, round after round, each round beginning with another one: what slows the machine for a
 * while slows all of them, and the ratio of one round is of that round alone. The first one is what the others are
 * compared with.
 */
export async function measure(
  contestants: readonly Contestant[],
  { rounds, milliseconds, time }: RoundOptions,
): Promise<readonly Measured[]> {
  const times = new Map<Contestant, number>();
  for (const contestant of contestants)
    times.set(contestant, await timesFor(contestant, milliseconds, CLOCKS[time]));
  const taken = new Map(contestants.map((contestant): [Contestant, number[]] => [contestant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index] of contestants.entries()) {
      const contestant = contestants[(index + round) % contestants.length];
      if (contestant === undefined) continue;
      const count = times.get(contestant) ?? 1;
      taken.get(contestant)?.push((await nanosecondsOf(contestant, count, CLOCKS[time])) / count);
    }
  }
  const [first] = contestants;
  const base = first === undefined ? [] : (taken.get(first) ?? []);
  return contestants.map((contestant) => {
    const own = taken.get(contestant) ?? [];
    const ratios = own.map((one, round) => one / (base[round] ?? Number.NaN));
    return {
      name: contestant.name,
      nanoseconds: quantile(own, 0.5),
      ratio: quantile(ratios, 0.5),
      ratioFrom: quantile(ratios, 0.25),
      ratioTo: quantile(ratios, 0.75),
    };
  });
}

/** Nanoseconds since some moment. */
type Clock = () => number;

const CLOCKS: Readonly<Record<RoundOptions['time'], Clock>> = {
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  },
  wall: () => performance.now() * 1e6,
};

/** How often the work must be done to take that long; doing so warms it up as well. */
async function timesFor(contestant: Contestant, milliseconds: number, clock: Clock): Promise<number> {
  let times = 1;
  for (;;) {
    const took = await nanosecondsOf(contestant, times, clock);
    if (took >= milliseconds * 1e6 || times >= TIMES_MAX) return times;
    // At most tenfold: the first runs are slower than those to come.
    times = Math.ceil(times * Math.min(10, Math.max(1.5, (milliseconds * 1.2e6) / took)));
  }
}

async function nanosecondsOf(contestant: Contestant, times: number, clock: Clock): Promise<number> {
  const begun = clock();
  const pending = contestant.run(times);
  // Waiting for what is there already would cost the quick ones more than their work.
  if (pending instanceof Promise) await pending;
  return clock() - begun;
}

/** The value that the share of all values is at or below; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}
