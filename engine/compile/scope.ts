import type { Table } from '../domain/contract.ts';
import type { Report } from './report.ts';

/** What every part of a contract is compiled with. */
export interface Scope {
  readonly report: Report;
  /** The contract's time zone: of its database. */
  readonly timeZone: string;
  readonly tables: ReadonlyMap<string, Table>;
}

/**
 * The names that an expression can read. A name stands for a plain value, for an object with these parts, or for
 * anything at all. `names` is null while the names are not known, because the file that declares them is broken.
 */
export interface InputShape {
  /** To be said in a message: `a ticket`. */
  readonly what: string;
  readonly names: ReadonlyMap<string, InputPart> | null;
}

export type InputPart = 'value' | 'anything' | ReadonlySet<string>;

export const values = (names: Iterable<string>): (readonly [string, InputPart])[] =>
  [...names].map((name) => [name, 'value']);
