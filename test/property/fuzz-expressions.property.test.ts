import { expect, test } from 'vitest';
import { Chance } from '../fuzz-expressions/chance.ts';
import { drawing, fuzz } from '../fuzz-expressions/fuzz.ts';
import { Splicer, type Written } from '../fuzz-expressions/splice.ts';
import { expressionsOf } from '../../adapters/terminal/ways-of-expressions.ts';
import { compileSample } from '../support/compile-sample.ts';

/** A long run: npm run fuzz-expressions -- --evaluations 1000000 --seed 1 */
const EVALUATIONS = 4000;
const SPLICED = 2000;
/** Always the same, so that what passes once passes everywhere; and another one each time, named so that it can be repeated. */
const given = process.env.FUZZ_SEED;
const SEEDS = given === undefined ? [5001, Date.now() % 1_000_000_000] : [Number(given)];

test.each(SEEDS)(
  'expressions come to what the library makes of them, value or error, as closures and as generated source (FUZZ_SEED=%i)',
  async (seed) => {
    console.log(`fuzz-expressions: FUZZ_SEED=${seed}`);
    const totals = await fuzz(EVALUATIONS, drawing(new Chance(seed)));
    expect(totals.findings).toEqual([]);
    // It is about values and errors, and hardly about what is left out.
    expect(totals.values).toBeGreaterThan(EVALUATIONS / 4);
    expect(totals.errors).toBeGreaterThan(EVALUATIONS / 10);
    expect(totals.bounded).toBeLessThan(EVALUATIONS / 20);
  },
);

test('so do those that are made of parts of what the samples say, on what they were not made for', async () => {
  const contracts = await Promise.all(
    (['acme', 'globex', 'initech'] as const).map((name) => compileSample(name)),
  );
  const sources = contracts.flatMap(({ contract }) => expressionsOf(contract).map(({ source }) => source));
  // Each name has a value; with spaces around, $trim finds something to do.
  const written = sources.map((expr): Written => {
    const names = expr.match(/\b[a-z]\w*/gi) ?? [];
    const values = [' VPN ', 1, 'open', true, ['a', 'b'], null];
    const input = Object.fromEntries(names.map((name, index) => [name, values[index % values.length]]));
    return { expr, input, bindings: {} };
  });
  const splicer = new Splicer(new Chance(6001), written);
  const totals = await fuzz(SPLICED, () => splicer.draw());
  expect(totals.findings).toEqual([]);
  expect(totals.values).toBeGreaterThan(SPLICED / 4);
  expect(totals.errors).toBeGreaterThan(SPLICED / 10);
});
