import type { Instant } from './instant.ts';
import type { Json, JsonObject } from './json.ts';
import type { Place } from './place.ts';

/**
 * One expression of a contract. This is the whole face of the expression language: nothing else in the engine
 * knows JSONata. Evaluation has no effect, sees only its input, and sees time stand still at `now`.
 */
export interface Expression {
  readonly source: string;
  readonly place: Place;
  /** The input's top-level names that the expression can read; 'everything' where that cannot be told. */
  readonly reads: ReadonlySet<string> | 'everything';
  evaluate(input: JsonObject, now: Instant): Evaluation | Promise<Evaluation>;
}

export type Evaluation =
  | { readonly kind: 'value'; readonly value: Json }
  /** The expression yields nothing (or null): a path that is not there, a condition without an else. */
  | { readonly kind: 'nothing' }
  /** It broke or ran away. `reason` is for people. */
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };
