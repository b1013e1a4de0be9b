import { join } from 'node:path';
import { assert, describe, expect, it } from 'vitest';
import { playTest } from '../../adapters/contract-tests/play-test.ts';
import { readContractFolder } from '../../adapters/rules/read-contract-folder.ts';
import { readTestsFolder } from '../../adapters/rules/read-tests-folder.ts';
import { compileContract } from '../../engine/compile/compile-contract.ts';
import { compileTests } from '../../engine/compile/tests/compile-tests.ts';
import { mutantsOf } from '../support/mutants.ts';

const RULES = join(import.meta.dirname, '../../rules');

/** Altered, and the same all the same: what stands there is what any other is too, and what comes back is that by default. */
const EQUIVALENT: readonly string[] = [
  'tables.level.low: taken away',
  'tables.group.Vendor Desk: taken away',
];

/** What the first test that goes red is called, or `check`; null: nobody notices. */
async function caughtBy(
  files: ReadonlyMap<string, string>,
  main: string,
  tests: ReadonlyMap<string, string>,
  before: string | null,
): Promise<string | null> {
  const { contract } = compileContract({ files, main });
  if (contract === null) return 'check';
  const compiled = compileTests(tests, contract);
  if (compiled.tests === null) return 'the tests do not compile';
  // What noticed the mutant before is likely to notice its neighbour.
  const likely = compiled.tests.filter(({ name }) => name === before);
  for (const test of [...likely, ...compiled.tests]) {
    if ((await playTest(contract, test, null)).kind !== 'passed') return test.name;
  }
  return null;
}

describe.each(['acme', 'globex', 'initech'])('the tests of %s', (name) => {
  it('notice every field mapping, table entry, condition, fallback and policy that is altered', async () => {
    const source = await readContractFolder(join(RULES, name));
    assert(source.kind === 'read');
    const { files: tests } = await readTestsFolder(join(RULES, name));
    const mutants = mutantsOf(source.files.get(source.main) ?? '');
    const missed: string[] = [];
    const byCheck: string[] = [];
    let before: string | null = null;
    for (const mutant of mutants) {
      const files = new Map([...source.files, [source.main, mutant.text]]);
      const caught: string | null = await caughtBy(files, source.main, tests, before);
      before = caught;
      if (caught === null) missed.push(mutant.name);
      if (caught === 'check') byCheck.push(mutant.name);
    }

    expect(mutants.length).toBeGreaterThan(80);
    expect(byCheck.length).toBeLessThan(mutants.length / 10);
    expect(missed.filter((one) => !EQUIVALENT.includes(one))).toEqual([]);
  }, 900_000);
});
