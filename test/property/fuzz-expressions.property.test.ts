import { expect, test } from 'vitest';
import { fuzz } from '../fuzz-expressions/fuzz.ts';

/** A long run: npm run fuzz-expressions -- --evaluations 1000000 --seed 1 */
const EVALUATIONS = 4000;
/** Always the same, so that what passes once passes everywhere; and another one each time, named so that it can be repeated. */
const given = process.env.FUZZ_SEED;
const SEEDS = given === undefined ? [5001, Date.now() % 1_000_000_000] : [Number(given)];

test.each(SEEDS)(
  'expressions come to what the library makes of them, value or error, as closures and as generated source (FUZZ_SEED=%i)',
  async (seed) => {
    console.log(`fuzz-expressions: FUZZ_SEED=${seed}`);
    const totals = await fuzz(EVALUATIONS, seed);
    expect(totals.findings).toEqual([]);
    // It is about values and errors, and hardly about what is left out.
    expect(totals.values).toBeGreaterThan(EVALUATIONS / 4);
    expect(totals.errors).toBeGreaterThan(EVALUATIONS / 10);
    expect(totals.bounded).toBeLessThan(EVALUATIONS / 20);
  },
);
