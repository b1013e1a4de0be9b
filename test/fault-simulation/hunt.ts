import { inspect } from './examine.ts';
import { settingsIn, type Focus } from './focus.ts';

/** What a hunt is asked, as JSON in its one argument. */
export interface HuntOrder {
  readonly from: number;
  readonly seeds: number;
  /** No seed is begun after so long. */
  readonly ms: number;
  readonly focus: Focus | null;
}

/** What came of it, as JSON on its standard output. */
export interface HuntEnd {
  /** Seeds that were run. */
  readonly seeds: number;
  /** What the first oracle found in the last of them; null: nothing in any. */
  readonly finding: { readonly seed: number; readonly oracle: string; readonly words: string } | null;
}

/** Runs seeds from the first on until an oracle finds something. */
const { from, seeds, ms, focus } = JSON.parse(process.argv[2] ?? '') as HuntOrder;
const begun = performance.now();
let end: HuntEnd = { seeds: 0, finding: null };
while (end.finding === null && end.seeds < seeds && performance.now() - begun < ms) {
  const seed = from + end.seeds;
  const { findings } = await inspect(settingsIn(seed, focus));
  const [first] = findings;
  end = {
    seeds: end.seeds + 1,
    finding: first === undefined ? null : { seed, oracle: first.oracle, words: first.words },
  };
}
process.stdout.write(JSON.stringify(end));
