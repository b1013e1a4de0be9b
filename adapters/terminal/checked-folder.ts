import type { Diagnostic, SilencedDiagnostic } from '../../engine/domain/diagnostic.ts';

/** What `check` found in one folder. */
export interface CheckedFolder {
  /** As it was named in the call. */
  readonly folder: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly silenced: readonly SilencedDiagnostic[];
  /** What else is worth a line: what was looked at in its database. */
  readonly notes: readonly string[];
  /** The texts that the diagnostics point into. */
  readonly files: ReadonlyMap<string, string>;
}
