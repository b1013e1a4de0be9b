import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { HuntEnd, HuntOrder } from './hunt.ts';
import { MUTANTS } from './mutants/index.ts';
import type { Mutant } from './mutants/mutant.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What the simulation needs of the tree. */
const PARTS = [
  'bin',
  'engine',
  'adapters',
  'rules',
  'schemas',
  'test/fault-simulation',
  'test/support/compile-sample.ts',
  'package.json',
  'tsconfig.json',
];
/** Seeds in which a mutant must be caught. */
export const HUNT_SEEDS_MAX = 150;
/** After so much of a processor's time no further seed is begun. */
const HUNT_CPU_MS_MAX = 120_000;
/** One hunt is given up after so long, whatever else the machine does. */
const HUNT_MS_MAX = 1_800_000;

export interface Hunted {
  readonly mutant: Mutant;
  /** Null: nobody noticed. */
  readonly caught: HuntEnd['finding'];
  /** Seeds that were run. */
  readonly seeds: number;
  /** Seeds in which the oracles find something without the mutant too: what they find with it says nothing. */
  readonly failing: readonly number[];
  /** A processor's time that the hunts took. */
  readonly cpuMs: number;
}

/** Breaks a copy of the tree, one mutant after another, and lets the simulation look for each. */
export async function huntMutants(
  mutants: readonly Mutant[],
  jobs: number,
  told: (hunted: Hunted) => void = () => undefined,
): Promise<readonly Hunted[]> {
  const problems = mutants.flatMap(misfit);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const left = [...mutants];
  const hunted: Hunted[] = [];
  const job = async (): Promise<void> => {
    const copy = copyOfTree();
    try {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const one = await hunt(copy, mutant);
        hunted.push(one);
        told(one);
      }
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: jobs }, job));
  return hunted;
}

/** Why a replacement does not fit its file: the engine has changed since it was written. */
export function misfit({ name, file, find }: Mutant): readonly string[] {
  const count = readFileSync(path.join(ROOT, file), 'utf8').split(find).length - 1;
  return count === 1
    ? []
    : [`mutant "${name}": its text is ${count} times in ${file}; it must be there once`];
}

function copyOfTree(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'bridgehead-mutants-'));
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

/** Seeds are run until one fails that does not fail without the mutant. */
async function hunt(copy: string, mutant: Mutant): Promise<Hunted> {
  const { focus = null } = mutant;
  const failing: number[] = [];
  let seeds = 0;
  let cpuMs = 0;
  for (;;) {
    const ms = Math.max(0, HUNT_CPU_MS_MAX - cpuMs);
    const order = { from: 1 + seeds, seeds: HUNT_SEEDS_MAX - seeds, ms, focus };
    const end = await broken(copy, mutant, () => runSeeds(copy, order));
    seeds += end.seeds;
    cpuMs += end.cpuMs;
    const { finding } = end;
    const result = { mutant, seeds, failing, cpuMs };
    if (finding === null) return { ...result, caught: null };
    const without = await runSeeds(copy, { from: finding.seed, seeds: 1, ms: HUNT_CPU_MS_MAX, focus });
    if (without.finding === null) return { ...result, caught: finding };
    failing.push(finding.seed);
  }
}

async function broken<T>(copy: string, { file, find, replace }: Mutant, work: () => Promise<T>): Promise<T> {
  const target = path.join(copy, file);
  const original = readFileSync(target, 'utf8');
  writeFileSync(
    target,
    original.replace(find, () => replace),
  );
  try {
    return await work();
  } finally {
    writeFileSync(target, original);
  }
}

/** @throws Error if the simulation itself breaks, as it does with a mutant that does not compile: that is not caught. */
async function runSeeds(copy: string, order: HuntOrder): Promise<HuntEnd> {
  const args = ['--import', './bin/typescript.mjs', 'test/fault-simulation/hunt.ts', JSON.stringify(order)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy, timeout: HUNT_MS_MAX });
    return JSON.parse(stdout) as HuntEnd;
  } catch (error) {
    if (error instanceof Error && 'killed' in error && error.killed === true)
      return { seeds: 0, finding: null, cpuMs: HUNT_CPU_MS_MAX };
    throw error;
  }
}

const USAGE = `npm run mutants -- [--jobs 2] [NAME …]

  NAME        mutants whose name holds one of these (default: all)
  --jobs J    how many at a time (default 2)
`;
const JOBS_MAX = 16;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { jobs: { type: 'string', default: '2' }, help: { type: 'boolean', default: false } },
  });
  const jobs = Number(values.jobs);
  const chosen = MUTANTS.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  const isUsable = Number.isSafeInteger(jobs) && jobs > 0 && jobs <= JOBS_MAX && chosen.length > 0;
  if (values.help || !isUsable) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const begun = performance.now();
  const hunted = await huntMutants(chosen, jobs, (one) => process.stdout.write(`${line(one)}\n`));
  const missed = hunted.filter(({ caught }) => caught === null).length;
  process.stdout.write(
    `${hunted.length - missed} of ${hunted.length} caught in ${Math.round((performance.now() - begun) / 1000)} s\n`,
  );
  process.exitCode = missed > 0 ? 1 : 0;
}

/** Of what an oracle says, so much is shown. */
const WORDS_LENGTH_MAX = 120;

function line({ mutant, caught, seeds, failing, cpuMs }: Hunted): string {
  const took = `(${Math.round(cpuMs / 1000)} s)`;
  const words = caught?.words.split('\n')[0]?.slice(0, WORDS_LENGTH_MAX) ?? '';
  const end =
    caught === null
      ? `MISSED in ${seeds} seeds ${took}`
      : `caught by seed ${caught.seed} ${took}, ${caught.oracle}: ${words}`;
  const others = failing.length === 0 ? '' : `; fails without it too: ${failing.join(', ')}`;
  return `${mutant.name.padEnd(58)} ${end}${others}`;
}

if (process.argv[1] === import.meta.filename) await main();
