import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CODES } from '../../engine/compile/codes.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import { failureDiagnostic, readText, shownName } from './read-contract-folder.ts';

/** Where the tests of a contract live, beside its contract.yaml. */
export const TESTS_FOLDER = 'tests';

/** Test files of one contract. */
const TEST_FILES_MAX = 200;

export interface ReadTests {
  /** By their names as shown to users, in the order of those. Empty if there are none. */
  readonly files: ReadonlyMap<string, string>;
  /** What could not be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every `tests/*.yaml` of a contract's folder. */
export async function readTestsFolder(folder: string): Promise<ReadTests> {
  const names = await namesIn(path.join(folder, TESTS_FOLDER));
  const files = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  if (names.length > TEST_FILES_MAX) {
    const message = `The folder holds ${names.length} test files.`;
    const hint = `At most ${TEST_FILES_MAX} are read.`;
    const failure = { code: CODES.tooManyTests, message, hint };
    diagnostics.push(failureDiagnostic(shownName(folder, TESTS_FOLDER), failure));
  }
  for (const name of names.slice(0, TEST_FILES_MAX)) {
    const relative = path.join(TESTS_FOLDER, name);
    const text = await readText(folder, relative);
    if (typeof text === 'string') files.set(shownName(folder, relative), text);
    else if (text !== null) diagnostics.push(failureDiagnostic(shownName(folder, relative), text));
  }
  return { files, diagnostics };
}

/** The YAML files there, by name; none if there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder);
    return entries.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
