import { minutes } from '../../engine/domain/instant.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { inspectSeed, type Inspected } from './examine.ts';
import type { Finding } from './evidence.ts';
import { FAULT_KINDS, type Restrictions } from './settings.ts';

/** Runs of one seed that are spent on making its story shorter. */
const RUNS_MAX = 80;

export interface Shrunk {
  readonly restrictions: Restrictions;
  readonly inspected: Inspected;
  readonly finding: Finding;
}

/**
 * The same seed with everything switched off that its finding does not need: kinds of faults, processes, tickets, and
 * the time after it. Each run is as deterministic as the first.
 */
export async function shrink(first: Inspected, contract: SampleItsm | null): Promise<Shrunk> {
  const [finding] = first.findings;
  if (finding === undefined) throw new Error('a seed without a finding has nothing to be shrunk');
  let best: Shrunk = { restrictions: {}, inspected: first, finding };
  let runs = 0;
  const attempt = async (restrictions: Restrictions): Promise<boolean> => {
    if (runs >= RUNS_MAX) return false;
    runs += 1;
    const inspected = await inspectSeed(first.seed, contract, restrictions);
    const same = inspected.findings.find(({ oracle }) => oracle === finding.oracle);
    if (same === undefined) return false;
    best = { restrictions, inspected, finding: same };
    return true;
  };

  const all = Array.from({ length: first.settings.tickets }, (_, index) => index);
  const only = all.filter((index) => isConcerned(first, finding, index));
  if (only.length > 0 && only.length < all.length) await attempt({ tickets: only });
  if (best.restrictions.tickets === undefined)
    await halve(all, (tickets) => attempt({ ...best.restrictions, tickets }));
  await attempt({ ...best.restrictions, without: FAULT_KINDS });
  for (const kind of FAULT_KINDS) {
    const without = best.restrictions.without ?? [];
    if (without.includes(kind) || first.settings.rates[kind] === 0) continue;
    await attempt({ ...best.restrictions, without: [...without, kind] });
  }
  if (first.settings.processes > 1) await attempt({ ...best.restrictions, processes: 1 });
  for (let activeMs = first.settings.activeMs - minutes(1); activeMs > 0; activeMs -= minutes(1)) {
    if (!(await attempt({ ...best.restrictions, activeMs }))) break;
  }
  return best;
}

/** Takes halves away as long as that is possible. */
async function halve(
  all: readonly number[],
  attempt: (some: readonly number[]) => Promise<boolean>,
): Promise<void> {
  let left = all;
  while (left.length > 1) {
    const middle = Math.ceil(left.length / 2);
    const halves = [left.slice(0, middle), left.slice(middle)];
    const [first = [], second = []] = halves;
    if (await attempt(first)) left = first;
    else if (await attempt(second)) left = second;
    else return;
  }
}

function isConcerned({ evidence }: Inspected, { tickets }: Finding, index: number): boolean {
  const subject = evidence.run.subjects[index];
  if (subject === undefined) return false;
  const row = evidence.tickets.find(({ key }) => key === subject.key);
  return [subject.key, subject.providerTicket, row?.number, row?.providerNumber].some(
    (number) => number !== null && number !== undefined && tickets.includes(number),
  );
}
