import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { CLIENT_WORDS } from './clients.ts';
import { inspectSeed, type Examined } from './examine.ts';
import { shrink } from './shrink.ts';
import { storyOf } from './story.ts';
import { Totals } from './totals.ts';

const USAGE = `npm run simulate-faults -- --seeds N --from S [--contract acme|globex|initech] [--story] [--jobs 2]

  --seeds N      how many seeds to run (default 100)
  --from S       the first of them (default 1)
  --contract C   acme, globex or initech; default: as each seed chooses
  --story        tell what happened in the first seed, also where nothing is wrong
  --jobs J       processes that share the seeds (default 2)
`;

/** Stories told of failing seeds. */
const STORIES_MAX = 3;
const JOBS_MAX = 16;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    contract: { type: 'string' },
    story: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
    /** What a job is told: every so many seeds. */
    every: { type: 'string' },
  },
});
const [seeds, from, jobs] = [Number(values.seeds), Number(values.from), Number(values.jobs)];
const isUsable =
  [seeds, from, jobs].every((count) => Number.isSafeInteger(count) && count > 0) &&
  jobs <= JOBS_MAX &&
  (values.contract === undefined || values.contract in CLIENT_WORDS);
if (values.help || !isUsable) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}
const contract = (values.contract ?? null) as SampleItsm | null;

if (values.every !== undefined) await work(Number(values.every));
else await lead();

/** One job: its share of the seeds, told to who leads. */
async function work(every: number): Promise<void> {
  for (let seed = from; seed < from + seeds; seed += every) {
    const { findings, events, virtualMs, injected } = await inspectSeed(seed, contract);
    process.send?.({ seed, findings, events, virtualMs, injected } satisfies Omit<Examined, 'settings'>);
  }
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000 } satisfies JobEnd);
  process.disconnect();
}

/** What a job says last. */
interface JobEnd {
  readonly cpuMs: number;
}

async function lead(): Promise<void> {
  const begun = performance.now();
  const totals = new Totals();
  const count = Math.min(jobs, seeds);
  const run = (job: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const share = ['--seeds', String(seeds - job), '--from', String(from + job), '--every', String(count)];
      const others = contract === null ? [] : ['--contract', contract];
      const child = fork(import.meta.filename, [...share, ...others], { execArgv: process.execArgv });
      child.on('message', (said: Omit<Examined, 'settings'> | JobEnd) => {
        if ('cpuMs' in said) totals.cpuMs += said.cpuMs;
        else totals.add(said);
      });
      child.once('error', reject);
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a job ended with ${String(code)}`)),
      );
    });
  await Promise.all(Array.from({ length: count }, (_, job) => run(job)));
  const took = performance.now() - begun;

  totals.failed.sort((one, other) => one.seed - other.seed);
  for (const { seed, findings } of totals.failed)
    process.stdout.write(`seed ${seed}: ${findings[0]?.oracle ?? ''}: ${findings[0]?.words ?? ''}\n`);
  for (const { seed } of totals.failed.slice(0, STORIES_MAX)) await tell(seed);
  if (values.story && totals.failed.length === 0) await tell(from);
  process.stdout.write(`${totals.text(took)}\n`);
  process.exitCode = totals.failed.length > 0 ? 1 : 0;
}

async function tell(seed: number): Promise<void> {
  const first = await inspectSeed(seed, contract);
  const replay = `npm run simulate-faults -- --seeds 1 --from ${seed}${contract === null ? '' : ` --contract ${contract}`}`;
  if (first.findings.length === 0) {
    const everything = first.evidence.tickets.map(({ number }) => number);
    const story = storyOf(first.evidence, { oracle: 'loud', tickets: everything, words: '' });
    process.stdout.write(`\nseed ${seed}: nothing is wrong\n${story.join('\n')}\nreplay: ${replay}\n\n`);
    return;
  }
  const { finding, inspected, restrictions } = await shrink(first, contract);
  const left = Object.entries(inspected.injected).map(([kind, count]) => `${count} ${kind}`);
  const lines = [
    `seed ${seed} (${inspected.settings.contract}): ${finding.oracle}`,
    `  ${finding.words}`,
    `  needs: ${left.length === 0 ? 'no fault' : left.join(', ')}; tickets: ${restrictions.tickets?.length ?? inspected.settings.tickets}`,
    ...storyOf(inspected.evidence, finding).map((line) => `  ${line}`),
    `replay: ${replay}`,
  ];
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
