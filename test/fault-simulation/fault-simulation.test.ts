import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashOf, inspectSeed, type Examined } from './examine.ts';
import { ORACLES } from './oracles/index.ts';
import { REGRESSIONS } from './regressions.ts';

const FIXED_SEEDS = 200;
const FRESH_SEEDS = 60;
const SEED_MAX = 1_000_000_000;

const told = ({ seed, findings }: Examined): readonly string[] =>
  findings.map(
    ({ oracle, words }) => `npm run simulate-faults -- --seeds 1 --from ${seed}: ${oracle}: ${words}`,
  );

async function findingsFrom(first: number, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) found.push(...told(await inspectSeed(seed)));
  return found;
}

describe('the whole runtime, with faults on all sides', () => {
  const names = ORACLES.map(({ name }) => `[${name}]`).join(' ');

  it(`${names} holds on ${FIXED_SEEDS} seeds that are always the same`, async () => {
    expect(await findingsFrom(1, FIXED_SEEDS)).toEqual([]);
  }, 300_000);

  it(`holds on ${FRESH_SEEDS} seeds that nobody has run before`, async () => {
    const first = randomInt(1_000_000, SEED_MAX);
    console.log(`fresh seeds from ${first}`);
    expect(await findingsFrom(first, FRESH_SEEDS)).toEqual([]);
  }, 300_000);

  it.each(REGRESSIONS)('holds on seed $seed of $contract, where $showed', async ({ seed, contract }) => {
    expect(told(await inspectSeed(seed, contract))).toEqual([]);
  });

  it('happens exactly as it did before, event by event, when a seed is run again', async () => {
    for (const seed of [3, 32, 171]) {
      const hashes = [hashOf((await inspectSeed(seed)).evidence), hashOf((await inspectSeed(seed)).evidence)];
      expect(hashes[0]).toBe(hashes[1]);
    }
    expect(hashOf((await inspectSeed(3)).evidence)).not.toBe(hashOf((await inspectSeed(4)).evidence));
  });
});
