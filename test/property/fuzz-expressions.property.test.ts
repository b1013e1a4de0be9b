import { expect, test } from 'vitest';
import { fuzz } from '../fuzz-expressions/fuzz.ts';

/** A long run: npm run fuzz-expressions -- --evaluations 1000000 --seed 1 */
const EVALUATIONS = 4000;

test('expressions come to what the library makes of them, value or error, as closures and as generated source', async () => {
  const seed = Number(process.env.FUZZ_SEED ?? 5001);
  console.log(`fuzz-expressions: FUZZ_SEED=${seed}`);
  const totals = await fuzz(EVALUATIONS, seed);
  expect(totals.findings).toEqual([]);
  // It is about values and errors, and hardly about what is left out.
  expect(totals.values).toBeGreaterThan(EVALUATIONS / 4);
  expect(totals.errors).toBeGreaterThan(EVALUATIONS / 10);
  expect(totals.bounded).toBeLessThan(EVALUATIONS / 20);
});
