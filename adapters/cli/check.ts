import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CompiledContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { loadContract, MAIN_FILE } from '../rules/read-contract-folder.ts';
import type { Environment } from '../assembly/open-contract.ts';
import type { DatabaseCheck } from './check-database.ts';
import { checkDocument } from '../terminal/check-json.ts';
import type { CheckedFolder } from '../terminal/checked-folder.ts';
import { countsOf, summaryText } from '../terminal/counts.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import { githubAnnotation } from '../terminal/github-annotation.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Output } from '../terminal/output.ts';
import { diagnosticText, withoutSecrets } from '../terminal/print-diagnostics.ts';

/** Where contracts are looked for when no folder is named. */
export const RULES_FOLDER = 'rules';

/** For people, for programs, for annotations in a pull request on GitHub. */
export const CHECK_FORMATS = ['text', 'json', 'github'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export interface CheckOptions {
  readonly format: CheckFormat;
  /** Warnings count as errors. */
  readonly strict: boolean;
  /** Of the text. */
  readonly color: boolean;
  /** Looks at the live databases too, whose settings are taken from this environment; null: does not. */
  readonly database: { readonly environment: Environment; readonly now: Instant } | null;
  /** Where a wrong call is told of, so that the document stays whole. */
  readonly complaints: Output;
}

/**
 * `bridgehead check [FOLDER…]`: compiles contracts and prints what is wrong with them. Without folders, all below
 * `rules/`. Resolves to the exit code: 0 no errors, 1 errors found (with `strict`: or warnings), 2 a folder is missing,
 * 3 a database cannot be looked at.
 */
export async function runCheck(
  folders: readonly string[],
  out: Output,
  options: CheckOptions,
): Promise<ExitCode> {
  const named = folders.length > 0 ? folders : await contractFolders(RULES_FOLDER);
  if (named.length === 0) {
    const words = `There is no contract below ${RULES_FOLDER}/: a contract is a folder with a ${MAIN_FILE}.\n`;
    options.complaints.write(words);
    return EXIT.usage;
  }
  if (!(await areFolders(named, options.complaints))) return EXIT.usage;
  const checked: CheckedFolder[] = [];
  let cannotLook = false;
  for (const folder of named) {
    const loaded = await loadContract(folder);
    const survey = options.database === null ? null : await surveyOf(loaded, options.database);
    if (survey?.kind === 'failed') {
      for (const reason of survey.reasons) options.complaints.write(`${reason}\n`);
      cannotLook = true;
    }
    const diagnostics = [...loaded.diagnostics, ...(survey?.diagnostics ?? [])];
    const silenced = [...loaded.silenced, ...(survey?.silenced ?? [])];
    const files = withoutSecrets(loaded.files, [...diagnostics, ...silenced]);
    checked.push({ folder, diagnostics, silenced, notes: survey?.notes ?? [], files });
  }
  for (const text of printed(checked, options)) out.write(`${text}\n`);
  if (cannotLook) return EXIT.cannotRun;
  const { errors, warnings } = countsOf(checked);
  return errors > 0 || (options.strict && warnings > 0) ? EXIT.problems : EXIT.ok;
}

/** What surveys databases is loaded only when one is to be looked at: `check` alone starts faster. */
async function surveyOf(
  loaded: CompiledContract & ContractSource,
  database: NonNullable<CheckOptions['database']>,
): Promise<DatabaseCheck> {
  const { checkDatabase } = await import('./check-database.ts');
  return checkDatabase(loaded, database);
}

function printed(checked: readonly CheckedFolder[], { format, color }: CheckOptions): readonly string[] {
  if (format === 'json') return [JSON.stringify(checkDocument(checked), null, 2)];
  const told = checked.flatMap(({ diagnostics, files }) =>
    diagnostics.map((diagnostic) =>
      format === 'github'
        ? githubAnnotation(diagnostic)
        : `${diagnosticText(diagnostic, files, { color })}\n`,
    ),
  );
  const notes = checked.flatMap((contract) => contract.notes.map((note) => `${contract.folder}: ${note}`));
  return [...told, ...notes, summaryText(checked)];
}

/** Says so if one of them is missing. */
export async function areFolders(folders: readonly string[], out: Output): Promise<boolean> {
  for (const folder of folders) {
    if (await isFolder(folder)) continue;
    out.write(`There is no folder ${folder}: name the folder that holds a ${MAIN_FILE}.\n`);
    return false;
  }
  return true;
}

/** The folders below this one that hold a contract, by name. Empty if there is no such folder. */
export async function contractFolders(folder: string): Promise<readonly string[]> {
  if (!(await isFolder(folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const candidate = path.join(folder, entry.name);
    if (entry.isDirectory() && (await exists(path.join(candidate, MAIN_FILE)))) found.push(candidate);
  }
  return found.sort();
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
