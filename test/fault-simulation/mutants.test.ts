import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants/index.ts';
import { huntMutants, misfit } from './run-mutants.ts';

/** Caught within the first seeds; `npm run mutants` hunts all. */
const REPRESENTATIVE = ['delete before commit', 'resend too early'];

describe('the mutants of the engine', () => {
  it('are at least 60, named once each, and fit the files that they break', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.flatMap(misfit)).toEqual([]);
  });

  it.each(REPRESENTATIVE)(
    'are caught by the simulation, as "%s" is',
    async (name) => {
      const [hunted] = await huntMutants(
        MUTANTS.filter((mutant) => mutant.name === name),
        1,
      );
      expect(hunted?.caught?.oracle).toBeDefined();
    },
    300_000,
  );
});
