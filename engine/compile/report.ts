import type { Diagnostic } from '../domain/diagnostic.ts';
import type { Place } from '../domain/place.ts';
import { CODES, type Code } from './codes.ts';

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

  /** Sorted by file, line and column, each once, at most DIAGNOSTICS_MAX and a word on the rest. */
  diagnostics(fileOrder: readonly string[]): readonly Diagnostic[] {
    const rank = (file: string): number =>
      fileOrder.includes(file) ? fileOrder.indexOf(file) : fileOrder.length;
    const sorted = [...this.#diagnostics].sort(
      (a, b) =>
        rank(a.place.file) - rank(b.place.file) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column ||
        (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
    const seen = new Set<string>();
    const distinct = sorted.filter((diagnostic) => {
      const identity = JSON.stringify([diagnostic.place, diagnostic.code, diagnostic.message]);
      return !seen.has(identity) && seen.add(identity);
    });
    const shown = distinct.slice(0, DIAGNOSTICS_MAX);
    const last = shown.at(-1);
    const hidden = distinct.length - shown.length + this.#lost;
    if (hidden === 0 || last === undefined) return shown;
    const { code, severity } = CODES.moreMistakes;
    const message = `${hidden} more mistakes are not shown.`;
    return [...shown, { code, severity, place: last.place, length: 1, message, hint: 'Mend these first.' }];
  }
}
