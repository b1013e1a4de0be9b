import type { Diagnostic, SilencedDiagnostic } from '../domain/diagnostic.ts';
import type { Place } from '../domain/place.ts';
import { CODES, isOfDatabase, type Code } from './codes.ts';
import { sift, type Allowance } from './silencing.ts';

/** Mistakes that are shown; the rest is counted. */
export const DIAGNOSTICS_MAX = 100;
/** Beyond so many, mistakes are counted but no longer kept. */
const KEPT_MAX = 10_000;

/** A stretch of text to point at, on one line. */
export interface Spot {
  readonly place: Place;
  readonly length: number;
}

/** Collects what is wrong with a contract, so that all of it can be told at once. */
export class Report {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #allowances: Allowance[] = [];
  #lost = 0;

  add(code: Code, spot: Spot, message: string, hint: string | null = null): void {
    if (this.#diagnostics.length >= KEPT_MAX) {
      this.#lost++;
      return;
    }
    this.#diagnostics.push({
      code: code.code,
      severity: code.severity,
      place: spot.place,
      length: Math.max(1, spot.length),
      message,
      hint,
    });
  }

  get hasErrors(): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  }

  /** Comments that allow warnings where they stand. */
  allow(allowances: readonly Allowance[]): void {
    this.#allowances.push(...allowances);
  }

  /** Sorted by file, line and column, each once, at most DIAGNOSTICS_MAX and a word on the rest; and what is allowed. */
  result(fileOrder: readonly string[]): {
    readonly diagnostics: readonly Diagnostic[];
    readonly silenced: readonly SilencedDiagnostic[];
  } {
    const { silenced, idle } = sift(distinct(this.#diagnostics, fileOrder), this.#allowances);
    // While there are errors, some warnings cannot be told yet; those of a database only where there is one.
    const needless = this.hasErrors ? [] : idle.filter(({ code }) => !isOfDatabase(code));
    for (const { spot, code } of needless) {
      const hint = 'Delete the comment. It must stand on the line of the warning, or directly above it.';
      this.add(CODES.allowOfNothing, spot, `There is no warning ${code} here.`, hint);
    }
    const { kept } = sift(distinct(this.#diagnostics, fileOrder), this.#allowances);
    const shown = kept.slice(0, DIAGNOSTICS_MAX);
    const last = shown.at(-1);
    const hidden = kept.length - shown.length + this.#lost;
    if (hidden === 0 || last === undefined) return { diagnostics: shown, silenced };
    const { code, severity } = CODES.moreMistakes;
    const message = `${hidden} more mistakes are not shown.`;
    const more = { code, severity, place: last.place, length: 1, message, hint: 'Mend these first.' };
    return { diagnostics: [...shown, more], silenced };
  }
}

/** In the order in which people read them, each once. */
function distinct(diagnostics: readonly Diagnostic[], fileOrder: readonly string[]): readonly Diagnostic[] {
  const rank = (file: string): number =>
    fileOrder.includes(file) ? fileOrder.indexOf(file) : fileOrder.length;
  const sorted = [...diagnostics].sort(
    (a, b) =>
      rank(a.place.file) - rank(b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
  const seen = new Set<string>();
  return sorted.filter((diagnostic) => {
    const identity = JSON.stringify([diagnostic.place, diagnostic.code, diagnostic.message]);
    return !seen.has(identity) && seen.add(identity);
  });
}
