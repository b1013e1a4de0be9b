import { inspect } from './examine.ts';
import { settingsIn, type Focus } from './focus.ts';

/** What a hunt is asked, as JSON in its one argument. */
export interface HuntOrder {
  readonly from: number;
  readonly seeds: number;
  /** No seed is begun after so much of a processor's time: the machine may have other work. */
  readonly ms: number;
  readonly focus: Focus | null;
}

/** What came of it, as JSON on its standard output. */
export interface HuntEnd {
  /** Seeds that were run. */
  readonly seeds: number;
  /** What the first oracle found in the last of them; null: nothing in any. */
  readonly finding: { readonly seed: number; readonly oracle: string; readonly words: string } | null;
  /** A processor's time that it took. */
  readonly cpuMs: number;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs seeds from the first on until an oracle finds something. */
const { from, seeds, ms, focus } = JSON.parse(process.argv[2] ?? '') as HuntOrder;
let end: HuntEnd = { seeds: 0, finding: null, cpuMs: 0 };
while (end.finding === null && end.seeds < seeds && cpuMs() < ms) {
  const seed = from + end.seeds;
  const { findings } = await inspect(settingsIn(seed, focus));
  const [first] = findings;
  end = {
    seeds: end.seeds + 1,
    finding: first === undefined ? null : { seed, oracle: first.oracle, words: first.words },
    cpuMs: cpuMs(),
  };
}
process.stdout.write(JSON.stringify(end));
