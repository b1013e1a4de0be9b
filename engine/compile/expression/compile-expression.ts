import jsonata from 'jsonata';
import type { JsonObject } from '../../domain/json.ts';
import { EXPRESSION_DEPTH_MAX, EXPRESSION_MS_MAX, EXPRESSION_SEQUENCE_MAX } from '../../domain/limits.ts';
import type { Place } from '../../domain/place.ts';
import type { Evaluation, Expression } from '../../domain/expression.ts';
import { dateFunction, nowFunction } from './date-function.ts';
import { mistakesIn, syntaxMistake, type Mistake } from './mistakes.ts';
import { readsOf, type RootName } from './reads.ts';
import { plainResult } from './result.ts';
import type { TreeNode } from './tree.ts';
import { CODES } from '../codes.ts';

/** An expression that a person can still read. */
export const EXPRESSION_LENGTH_MAX = 4000;
/** Each `??` and `?:` doubles what stands to its left in the syntax tree; so many of them keep that small. */
export const FALLBACKS_MAX = 8;

export interface CompiledExpression {
  /** Null if there are mistakes. */
  readonly expression: Expression | null;
  /** What is read from the top of the input, for checking against what the input can have. */
  readonly roots: readonly RootName[];
  readonly mistakes: readonly Mistake[];
}

/** Compiles one JSONata expression. `timeZone` is what `$date` shows dates in. Never throws. */
export function compileExpression(source: string, place: Place, timeZone: string): CompiledExpression {
  const tooLarge = sizeMistake(source);
  if (tooLarge !== null) return { expression: null, roots: [], mistakes: [tooLarge] };
  const options = {
    timeout: EXPRESSION_MS_MAX,
    stack: EXPRESSION_DEPTH_MAX,
    sequence: EXPRESSION_SEQUENCE_MAX,
  };
  let compiled: jsonata.Expression;
  let tree: TreeNode;
  let reads: ReturnType<typeof readsOf>;
  let mistakes: readonly Mistake[];
  try {
    compiled = jsonata(source, options);
    tree = compiled.ast() as TreeNode;
    mistakes = mistakesIn(source, tree);
    reads = readsOf(tree);
  } catch (error) {
    // The library throws plain objects on a syntax error, and a RangeError when it runs out of stack.
    return { expression: null, roots: [], mistakes: [syntaxMistake(source, error)] };
  }
  if (mistakes.length > 0) return { expression: null, roots: reads.names, mistakes };
  const date = dateFunction(timeZone);
  const expression: Expression = {
    source,
    place,
    reads: reads.everything ? 'everything' : new Set(reads.names.map((root) => root.name)),
    branches: [],
    evaluate: (input, now) => evaluate(compiled, input, { date, now: nowFunction(now), millis: () => now }),
    explain: async (input, now) => ({
      evaluation: await expression.evaluate(input, now),
      operands: [],
      taken: [],
      missing: [],
    }),
  };
  return { expression, roots: reads.names, mistakes };
}

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

async function evaluate(
  compiled: jsonata.Expression,
  input: JsonObject,
  bindings: Record<string, unknown>,
): Promise<Evaluation> {
  try {
    // A copy: some constructs of the library write to their input (`list[]` marks the list itself).
    const result: unknown = await compiled.evaluate(structuredClone(input), bindings);
    if (result === undefined || result === null) return { kind: 'nothing' };
    return { kind: 'value', value: plainResult(result) };
  } catch (error) {
    return failure(error);
  }
}

/** The library throws plain objects with a code and a message. */
function failure(error: unknown): Evaluation {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  return {
    kind: 'failed',
    code: typeof code === 'string' ? code : 'broken',
    reason: typeof message === 'string' ? message : 'The expression broke without saying why.',
  };
}
