import type { ContractTest } from '../../engine/compile/tests/contract-test.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { errorWords } from '../../engine/domain/error-words.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import { compare, type Comparison } from './compare.ts';
import type { Coverage } from './coverage.ts';
import { isSame } from './differences.ts';
import { Recorder } from './recorder.ts';
import { situationOf } from './situation-of.ts';

export type PlayedTest =
  | { readonly kind: 'passed'; readonly test: ContractTest }
  | FailedTest
  /** It could not be played to its end: its ticket does not fit the tables, or it never comes to rest. */
  | { readonly kind: 'broken'; readonly test: ContractTest; readonly reason: string };

export interface FailedTest {
  readonly kind: 'failed';
  readonly test: ContractTest;
  readonly comparison: Comparison;
  readonly rehearsal: Rehearsal;
  /** How the rules came to their results in it. */
  readonly seen: Recorder;
}

/**
 * Plays a test by itself: the engine as it is, and nothing real around it. The same test always ends the same, so one
 * that failed is played once more to see how its rules came to their results.
 */
export async function playTest(
  contract: Contract,
  test: ContractTest,
  coverage: Coverage | null,
): Promise<PlayedTest> {
  const seen = new Recorder();
  try {
    const situation = await situationOf(contract, test);
    const rehearsal = await rehearse(contract, situation, coverage);
    coverage?.played(rehearsal);
    const comparison = compare(test, rehearsal);
    if (isSame(comparison.expected, comparison.actual)) return { kind: 'passed', test };
    await rehearse(contract, situation, seen);
    return { kind: 'failed', test, comparison, rehearsal, seen };
  } catch (error) {
    return { kind: 'broken', test, reason: errorWords(error) };
  }
}
