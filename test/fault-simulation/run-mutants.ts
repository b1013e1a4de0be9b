import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { MUTANTS, type Mutant } from './mutants.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What the simulation needs of the tree. */
const PARTS = [
  'engine',
  'adapters',
  'rules',
  'schemas',
  'test/fault-simulation',
  'package.json',
  'tsconfig.json',
];
/** Seeds in which a mutant must be caught. */
export const HUNT_SEEDS_MAX = 150;
/** A hunt that takes longer is given up: the mutant was not caught. */
const HUNT_MS_MAX = 150_000;

export interface Caught {
  readonly seed: number;
  readonly oracle: string;
  readonly words: string;
}

export interface Hunted {
  readonly mutant: Mutant;
  /** Null: nobody noticed. */
  readonly caught: Caught | null;
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
        const one = { mutant, caught: await hunt(copy, mutant) };
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

async function hunt(copy: string, { file, find, replace }: Mutant): Promise<Caught | null> {
  const target = path.join(copy, file);
  const original = readFileSync(target, 'utf8');
  writeFileSync(
    target,
    original.replace(find, () => replace),
  );
  try {
    const args = ['--import', 'tsx', 'test/fault-simulation/hunt.ts', '1', String(HUNT_SEEDS_MAX)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy, timeout: HUNT_MS_MAX });
    return JSON.parse(stdout) as Caught | null;
  } catch (error) {
    if (error instanceof Error && 'killed' in error && error.killed === true) return null;
    const words = error instanceof Error ? error.message : String(error);
    return {
      seed: 0,
      oracle: 'the simulation itself broke',
      words: words.split('\n').find((line) => line.includes('Error: ')) ?? words,
    };
  } finally {
    writeFileSync(target, original);
  }
}

if (process.argv[1] === import.meta.filename) {
  const [name = ''] = process.argv.slice(2);
  const chosen = MUTANTS.filter((mutant) => mutant.name.includes(name));
  const begun = performance.now();
  const hunted = await huntMutants(chosen, 2, ({ mutant, caught }) => {
    const end =
      caught === null
        ? 'MISSED'
        : `caught by seed ${caught.seed}, ${caught.oracle}: ${caught.words.split('\n')[0]?.slice(0, 120) ?? ''}`;
    process.stdout.write(`${mutant.name.padEnd(58)} ${end}\n`);
  });
  const missed = hunted.filter(({ caught }) => caught === null).length;
  process.stdout.write(
    `${hunted.length - missed} of ${hunted.length} caught in ${Math.round((performance.now() - begun) / 1000)} s\n`,
  );
  process.exitCode = missed > 0 ? 1 : 0;
}
