import type { Focus } from '../focus.ts';

/** A deliberate break of the engine: one text in one file becomes another. */
export interface Mutant {
  readonly name: string;
  /** Why somebody could write it. */
  readonly because: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Where it shows; default: in what any seed chooses. */
  readonly focus?: Focus;
}
