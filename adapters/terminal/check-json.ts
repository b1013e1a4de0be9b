import { CODES, type Code } from '../../engine/compile/codes.ts';
import type { Diagnostic, SilencedDiagnostic } from '../../engine/domain/diagnostic.ts';
import type { CheckedFolder } from './checked-folder.ts';
import { countsOf, type Counts } from './counts.ts';

/** The one document that `check --format json` prints. Keys are added, never renamed or taken away. */
export interface CheckDocument {
  readonly contracts: readonly {
    /** As it was named in the call. */
    readonly folder: string;
    readonly diagnostics: readonly DiagnosticDocument[];
    /** Warnings that a comment allows, and its reason. */
    readonly silenced: readonly (DiagnosticDocument & { readonly reason: string })[];
    /** What was looked at in the database, and what is worth a line but no warning. */
    readonly notes: readonly string[];
    readonly counts: Counts;
  }[];
  /** Of all contracts. */
  readonly counts: Counts & { readonly contracts: number };
}

/** Lines and columns count from 1, columns in UTF-16 units; `endColumn` is the one behind the last. */
export interface DiagnosticDocument {
  readonly code: string;
  readonly severity: Diagnostic['severity'];
  /** What the code stands for, the same wherever it occurs. */
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
  readonly hint: string | null;
}

export function checkDocument(checked: readonly CheckedFolder[]): CheckDocument {
  return {
    contracts: checked.map((contract) => ({
      folder: contract.folder,
      diagnostics: contract.diagnostics.map(diagnosticDocument),
      silenced: contract.silenced.map((diagnostic: SilencedDiagnostic) => ({
        ...diagnosticDocument(diagnostic),
        reason: diagnostic.reason,
      })),
      notes: contract.notes,
      counts: countsOf([contract]),
    })),
    counts: { contracts: checked.length, ...countsOf(checked) },
  };
}

export function diagnosticDocument({
  code,
  severity,
  place,
  length,
  message,
  hint,
}: Diagnostic): DiagnosticDocument {
  return {
    code,
    severity,
    title: titleOf(code),
    file: place.file,
    line: place.line,
    column: place.column,
    endColumn: place.column + length,
    message,
    hint,
  };
}

export function titleOf(code: string): string {
  const known = Object.values<Code>(CODES).find((candidate) => candidate.code === code);
  if (known === undefined) throw new Error(`The code ${code} is not registered.`);
  return known.title;
}
