import type { Instant } from './instant.ts';
import type { Json, JsonObject } from './json.ts';
import type { Phrase } from './phrase.ts';
import type { Place } from './place.ts';
import type { Code, Program } from './program.ts';

/**
 * One expression of a contract. This is the whole face of the expression language: nothing else in the engine
 * knows JSONata. Evaluation has no effect, sees only its input, and sees time stand still at `now`.
 */
export interface Expression {
  readonly source: string;
  readonly place: Place;
  /** The input's top-level names that the expression can read; 'everything' where that cannot be told. */
  readonly reads: ReadonlySet<string> | 'everything';
  /** Both sides of everything in it that can go one way or the other: `? :`, `??` and `?:`. */
  readonly branches: readonly Branch[];
  /** It certainly yields something, whatever its input. */
  readonly yieldsAlways: boolean;
  /** How it is evaluated. */
  readonly way: Way;
  /** What it says, for people who do not program; its source, where words would not say it surely. */
  words(as: 'value' | 'condition'): Phrase;
  evaluate(input: JsonObject, now: Instant): Evaluation;
  /**
   * The same as a part of a program, which yields what `evaluate` does, or throws where only `evaluate` knows. Null: it is
   * not made of what programs are made of, or somebody watches each evaluation.
   */
  written(program: Program): Code | null;
  /** Evaluates it and watches each step: for previews, tests and the reasons of faults. Slower. */
  explain(input: JsonObject, now: Instant): Explanation;
}

/** As source generated for it, or as closures, and for want of what. Both yield the same; source is faster. */
export type Way = { readonly kind: 'source' } | { readonly kind: 'closures'; readonly why: string };

/** One side of a choice within an expression. */
export interface Branch {
  /** Of the condition: `then` or `else`; of `a ?? b` and `a ?: b`: the `value` itself or the `fallback`. */
  readonly side: 'then' | 'else' | 'value' | 'fallback';
  /** Where that side begins; of an `else` that is not written, where its condition begins. */
  readonly place: Place;
  /** The side as written; empty for an `else` that is not. */
  readonly text: string;
}

/** How an expression came to its result. */
export interface Explanation {
  readonly evaluation: Evaluation;
  /** What was read, compared and computed, in the order in which it is written. */
  readonly operands: readonly Operand[];
  /** The sides of `branches` that were taken. */
  readonly taken: readonly Branch[];
  /** The operands for want of which the whole yields nothing; empty if it yields something. */
  readonly missing: readonly Operand[];
}

/** A part of an expression that has a value of its own: a path, a variable, a call, a comparison. */
export interface Operand {
  readonly text: string;
  readonly place: Place;
  /** What it yielded the last time it was evaluated; null: nothing. */
  readonly value: Json | null;
}

export type Evaluation =
  | { readonly kind: 'value'; readonly value: Json }
  /** The expression yields nothing (or null): a path that is not there, a condition without an else. */
  | { readonly kind: 'nothing' }
  /** It broke or ran away. `reason` is for people. */
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };
