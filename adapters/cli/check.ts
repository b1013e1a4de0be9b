import type { CompiledContract } from '../../engine/compile/compile-contract.ts';
import type { ContractSource } from '../../engine/compile/contract-source.ts';
import { loadContract } from '../rules/read-contract-folder.ts';
import type { Environment } from '../assembly/open-contract.ts';
import type { DatabaseCheck } from './check-database.ts';
import { chooseFolders } from './contract-folders.ts';
import { checkDocument } from '../terminal/check-json.ts';
import type { CheckedFolder } from '../terminal/checked-folder.ts';
import { countsOf, summaryText } from '../terminal/counts.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import { githubAnnotation } from '../terminal/github-annotation.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Output } from '../terminal/output.ts';
import { waysOfExpressions } from '../terminal/ways-of-expressions.ts';
import { diagnosticText, withoutSecrets } from '../terminal/print-diagnostics.ts';

/** For people, for programs, for annotations in a pull request on GitHub. */
export const CHECK_FORMATS = ['text', 'json', 'github'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export interface CheckOptions {
  readonly format: CheckFormat;
  /** Warnings count as errors. */
  readonly strict: boolean;
  /** Tells how each expression runs. */
  readonly verbose: boolean;
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
  const named = await chooseFolders(folders, options.complaints);
  if (named === null) return EXIT.usage;
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
    const ways = options.verbose && loaded.contract !== null ? waysOfExpressions(loaded.contract) : [];
    checked.push({ folder, diagnostics, silenced, notes: [...(survey?.notes ?? []), ...ways], files });
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
