import type { CoverageReport } from '../contract-tests/coverage.ts';
import { coverageText } from '../contract-tests/print-coverage.ts';
import { testText } from '../contract-tests/print-test.ts';
import { testFolder, type TestedFolder } from '../contract-tests/test-folder.ts';
import { testsDocument } from '../contract-tests/tests-json.ts';
import { watchFolders } from '../contract-tests/watch-folders.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { paint } from '../terminal/paint.ts';
import { diagnosticText } from '../terminal/print-diagnostics.ts';
import { chooseFolders } from './contract-folders.ts';
import type { TestFormat } from './test-formats.ts';

export interface TestOptions {
  /** Only tests whose name holds this text, in upper or lower case; empty: all. */
  readonly filter: string;
  readonly coverage: boolean;
  /** The least coverage of each contract, in percent; null: any will do. */
  readonly threshold: number | null;
  readonly format: TestFormat;
  readonly color: boolean;
  /** Of the terminal, in columns. */
  readonly width: number;
  /** Ends a watch. Null: the tests are run once. */
  readonly watch: AbortSignal | null;
  /** Where a wrong call is told of. */
  readonly complaints: Output;
}

/**
 * `bridgehead test [FOLDER…]`: plays the tests of contracts; without folders, of all below `rules/`. Resolves to the
 * exit code: 0 all passed, 1 something failed (or there was nothing to play), 2 a folder is missing.
 */
export async function runTests(
  folders: readonly string[],
  out: Output,
  options: TestOptions,
): Promise<ExitCode> {
  const named = await chooseFolders(folders, options.complaints);
  if (named === null) return EXIT.usage;
  if (options.watch === null) return runOnce(named, out, options);
  await watchFolders(named, options.watch, async () => {
    if (options.color) out.write('\u001b[2J\u001b[3J\u001b[H');
    await runOnce(named, out, options);
    out.write(`\nWatching ${named.join(', ')}; Ctrl-C ends.\n`);
  });
  return EXIT.ok;
}

async function runOnce(folders: readonly string[], out: Output, options: TestOptions): Promise<ExitCode> {
  const { filter, threshold, format } = options;
  const coverage = options.coverage || threshold !== null;
  const tested: TestedFolder[] = [];
  for (const folder of folders) {
    const one = await testFolder(folder, { filter, coverage });
    if (format === 'text') out.write(`${folderText(one, options).trimEnd()}\n\n`);
    tested.push(one);
  }
  const faults = faultsOf(tested, options);
  if (format === 'json')
    out.write(`${JSON.stringify(testsDocument(tested, faults.length === 0), null, 2)}\n`);
  else out.write(`${summary(tested, faults, options)}\n`);
  return faults.length === 0 ? EXIT.ok : EXIT.problems;
}

function folderText(tested: TestedFolder, options: TestOptions): string {
  const { color } = options;
  const { contract, played, diagnostics, files, coverage } = tested;
  return [
    paint(tested.folder, 'strong', color),
    ...diagnostics.map((diagnostic) => `${diagnosticText(diagnostic, files, { color })}\n`),
    ...(contract === null ? [] : played.map((one) => testText(one, contract, options))),
    ...(coverage === null ? [] : ['', coverageText(coverage, color)]),
  ].join('\n');
}

/** Why the run as a whole has not passed; empty if it has. */
function faultsOf(tested: readonly TestedFolder[], { filter, threshold }: TestOptions): readonly string[] {
  const faults: string[] = [];
  for (const { folder, contract, played, coverage } of tested) {
    if (contract === null) faults.push(`${folder} has mistakes: no test was played`);
    else if (played.length === 0 && filter === '')
      faults.push(`${folder} has no tests: write them below ${folder}/tests/`);
    if (coverage !== null && threshold !== null) {
      const words = shortfall(coverage, threshold);
      if (words !== null) faults.push(`${folder}: ${words}`);
    }
  }
  const all = tested.flatMap(({ played }) => played);
  const failed = all.filter(({ kind }) => kind !== 'passed').length;
  if (failed > 0) faults.unshift(`${failed} of ${all.length} tests failed`);
  if (filter !== '' && all.length === 0) faults.push(`no test has "${filter}" in its name`);
  return faults;
}

const shortfall = ({ percent }: CoverageReport, threshold: number): string | null =>
  percent >= threshold ? null : `coverage is ${percent} %, and ${threshold} % is asked for`;

function summary(tested: readonly TestedFolder[], faults: readonly string[], { color }: TestOptions): string {
  if (faults.length > 0) return faults.map((fault) => paint(fault, 'bad', color)).join('\n');
  const count = tested.reduce((sum, { played }) => sum + played.length, 0);
  return paint(`${count} ${count === 1 ? 'test' : 'tests'} passed`, 'good', color);
}
