import { createHash } from 'node:crypto';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { compileSample } from '../support/compile-sample.ts';
import { Evidence, type Finding } from './evidence.ts';
import { findingsOf } from './oracles/index.ts';
import { NARROW } from './narrow-columns.ts';
import { runSeed, type Run } from './run-seed.ts';
import { settingsOf, type FaultKind, type Restrictions, type Settings } from './settings.ts';
import type { ChooseDeath } from './world.ts';

/** What one seed came to. */
export interface Examined {
  readonly seed: number;
  readonly settings: Settings;
  readonly findings: readonly Finding[];
  readonly events: number;
  readonly virtualMs: Milliseconds;
  readonly injected: Readonly<Partial<Record<FaultKind, number>>>;
}

export interface Inspected extends Examined {
  readonly evidence: Evidence;
}

/** Lets a seed happen and asks every oracle. `contract`: not the one that the seed chooses. */
export async function inspectSeed(
  seed: number,
  contract: SampleItsm | null = null,
  restrictions: Restrictions = {},
): Promise<Inspected> {
  return inspect(settingsOf(seed, contract, restrictions), restrictions);
}

export async function inspect(
  settings: Settings,
  restrictions: Restrictions = {},
  chooseDeath: ChooseDeath | null = null,
  plan?: Parameters<typeof runSeed>[4],
): Promise<Inspected> {
  const contract = await sampleContract(settings);
  const run = await runSeed(settings, contract, restrictions, chooseDeath, plan);
  const evidence = await Evidence.of(run);
  return { ...summaryOf(run), findings: await findingsOf(evidence), evidence };
}

function summaryOf({ world }: Run): Omit<Examined, 'findings'> {
  const { settings, scheduler, history } = world;
  return {
    seed: settings.seed,
    settings,
    events: scheduler.happened,
    virtualMs: scheduler.now() - settings.origin,
    injected: Object.fromEntries(history.injected),
  };
}

/** Everything that happened, in one short text: two runs of one seed have the same. */
export function hashOf({ world }: Evidence): string {
  const { calls, edits, deletions, deeds, commits, notes } = world.history;
  return createHash('sha256')
    .update(JSON.stringify([calls, edits, deletions, deeds, commits, notes]))
    .digest('hex');
}

const contracts = new Map<string, Promise<Contract>>();

/** The contract of `rules/`, compiled once; where its columns are narrow, once more. */
function sampleContract({ contract: name, narrow }: Settings): Promise<Contract> {
  const key = `${name} ${String(narrow)}`;
  const known = contracts.get(key);
  if (known !== undefined) return known;
  const compiling = compileSample(name, narrow ? { itsm: NARROW[name] } : {}).then(
    ({ contract }) => contract,
  );
  contracts.set(key, compiling);
  return compiling;
}
