import type { Expression, Way } from '../../domain/expression.ts';
import type { Place } from '../../domain/place.ts';
import { CODES } from '../codes.ts';
import { choicesOf } from './branches.ts';
import { dateFunction } from './date-function.ts';
import { runnable, type Runnable } from './evaluate.ts';
import { explanationOf, type Writing } from './explain.ts';
import { mistakesIn, syntaxMistake, type Mistake } from './mistakes.ts';
import { partsOf, type Part } from './parts.ts';
import { readsOf, type Reads, type RootName } from './reads.ts';
import { decidersIn, Trace } from './trace.ts';
import { conditionInWords, valueInWords, yieldsAlways } from './words.ts';

/** An expression that a person can still read. */
export const EXPRESSION_LENGTH_MAX = 4000;
/** Each `??` and `?:` doubles what stands to its left in the syntax tree; so many of them keep that small. */
export const FALLBACKS_MAX = 8;
/** Parts within each other: whatever walks so many of them finds room on the stack. */
export const NESTING_MAX = 250;

export interface CompiledExpression {
  /** Null if there are mistakes. */
  readonly expression: Expression | null;
  /** What is read from the top of the input, for checking against what the input can have. */
  readonly roots: readonly RootName[];
  readonly mistakes: readonly Mistake[];
}

/** Where an expression stands in its file, and each of its characters by offset. */
export interface Standing {
  readonly place: Place;
  readonly placeAt: (offset: number) => Place;
}

/** Compiles one JSONata expression. `timeZone` is what `$date` shows dates in. Never throws. */
export function compileExpression(source: string, standing: Standing, timeZone: string): CompiledExpression {
  const tooLarge = sizeMistake(source);
  if (tooLarge !== null) return { expression: null, roots: [], mistakes: [tooLarge] };
  let compiled: Runnable;
  let reads: Reads;
  let writing: Writing;
  try {
    compiled = runnable(source, { date: dateFunction(timeZone) });
    const mistakes = mistakesIn(source, compiled.tree);
    reads = readsOf(compiled.tree);
    if (mistakes.length > 0) return { expression: null, roots: reads.names, mistakes };
    const root = partsOf(source);
    if (nestingOf(root) > NESTING_MAX) throw new RangeError('nested too deeply');
    writing = { source, root, choices: choicesOf(source, root, standing.placeAt), ...standing };
  } catch (error) {
    // The library throws plain objects on a syntax error, and a RangeError when it runs out of stack, as too much nesting does.
    return { expression: null, roots: [], mistakes: [syntaxMistake(source, error)] };
  }
  const deciders = decidersIn(compiled.tree, writing.choices);
  const expression: Expression = {
    source,
    place: standing.place,
    reads: reads.everything ? 'everything' : new Set(reads.names.map((root) => root.name)),
    branches: writing.choices.flatMap(({ sides }) => sides),
    yieldsAlways: yieldsAlways(compiled.tree),
    get way(): Way {
      return compiled.way;
    },
    words: (as) =>
      (as === 'condition' ? conditionInWords(compiled.tree) : valueInWords(compiled.tree)) ?? [
        { kind: 'code', text: source },
      ],
    evaluate: compiled.evaluate,
    written: (program) => compiled.written(program),
    explain: (input, now) => {
      const trace = new Trace(deciders);
      return explanationOf(writing, trace, compiled.trace(input, now, trace));
    },
  };
  return { expression, roots: reads.names, mistakes: [] };
}

const nestingOf = ({ operands, inner }: Part): number =>
  1 + [...operands, ...inner].reduce((deepest, part) => Math.max(deepest, nestingOf(part)), 0);

function sizeMistake(source: string): Mistake | null {
  const hint = 'Split it: let a table or a default do a part of the work.';
  const whole = { offset: 0, length: 1, hint };
  if (source.length > EXPRESSION_LENGTH_MAX) {
    const message = `This expression has ${source.length} characters; ${EXPRESSION_LENGTH_MAX} are allowed.`;
    return { ...whole, code: CODES.expressionTooLarge, message };
  }
  const fallbacks = source.split(/\?\?|\?:/).length - 1;
  if (fallbacks <= FALLBACKS_MAX) return null;
  const message = `This expression has ${fallbacks} fallbacks (?? and ?:); ${FALLBACKS_MAX} are allowed.`;
  return { ...whole, code: CODES.expressionTooLarge, message };
}
