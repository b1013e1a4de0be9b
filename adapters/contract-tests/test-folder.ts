import { compileTests } from '../../engine/compile/tests/compile-tests.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import { readTestsFolder } from '../rules/read-tests-folder.ts';
import { Coverage, type CoverageReport } from './coverage.ts';
import { playTest, type PlayedTest } from './play-test.ts';

/** What came of the tests of one contract. */
export interface TestedFolder {
  readonly folder: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the diagnostics point into. */
  readonly files: ReadonlyMap<string, string>;
  /** Null if the contract, or a test, has errors: then nothing was played. */
  readonly contract: Contract | null;
  readonly played: readonly PlayedTest[];
  /** Null: not asked for. */
  readonly coverage: CoverageReport | null;
}

/** Reads a contract with its tests, and plays those whose name holds the filter. */
export async function testFolder(
  folder: string,
  { filter, coverage }: { readonly filter: string; readonly coverage: boolean },
): Promise<TestedFolder> {
  const { contract, diagnostics, files } = await loadContract(folder);
  const nothing = { folder, contract: null, played: [], coverage: null };
  if (contract === null) return { ...nothing, diagnostics, files };
  const read = await readTestsFolder(folder);
  const compiled = compileTests(read.files, contract);
  const found = {
    diagnostics: [...diagnostics, ...read.diagnostics, ...compiled.diagnostics],
    files: new Map([...files, ...read.files]),
  };
  if (compiled.tests === null || read.diagnostics.length > 0) return { ...nothing, ...found };

  const wanted = filter.toLowerCase();
  const tests = compiled.tests.filter(({ name }) => name.toLowerCase().includes(wanted));
  const counted = coverage ? new Coverage(contract) : null;
  const played: PlayedTest[] = [];
  for (const test of tests) played.push(await playTest(contract, test, counted));
  return { folder, contract, played, coverage: counted?.report() ?? null, ...found };
}
