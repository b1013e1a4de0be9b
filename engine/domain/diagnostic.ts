import type { Place } from './place.ts';

/** Something that a person should mend in a contract. All of them are reported at once. */
export interface Diagnostic {
  /** `BH` and three digits; registered once in `engine/compile/codes.ts`, never reused. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** The length of the offending text on its line, for the caret; at least 1. */
  readonly length: number;
  /** What is wrong. */
  readonly message: string;
  /** What is allowed, how to fix it. */
  readonly hint: string | null;
}

/** A warning that a comment of the contract allows (`# allow BH061: reason`). */
export interface SilencedDiagnostic extends Diagnostic {
  readonly reason: string;
}
