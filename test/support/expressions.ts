import { compileExpression, type Standing } from '../../engine/compile/expression/compile-expression.ts';
import type { Evaluation, Expression } from '../../engine/domain/expression.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import type { Place } from '../../engine/domain/place.ts';

export const PLACE: Place = { file: 'contract.yaml', line: 1, column: 1 };

/** An expression on the first line of its file: its offsets are columns, from 1. */
export const STANDING: Standing = {
  place: PLACE,
  placeAt: (offset) => ({ ...PLACE, column: offset + 1 }),
};

/** The expression as a contract would have it; throws where it has mistakes. */
export function compiledExpression(source: string, timeZone = 'Europe/Berlin'): Expression {
  const { expression: compiled, mistakes } = compileExpression(source, STANDING, timeZone);
  if (compiled === null) throw new Error(`${source}: ${mistakes.map(({ message }) => message).join(' ')}`);
  return compiled;
}

/** An expression that is a JavaScript function; `undefined` and null are nothing, what it throws is a failure. */
export function expression(
  evaluate: (input: JsonObject) => Json | undefined,
  reads: readonly string[] | 'everything' = 'everything',
): Expression {
  const evaluation = (input: JsonObject): Evaluation => {
    try {
      const value = evaluate(input);
      return value === undefined || value === null ? { kind: 'nothing' } : { kind: 'value', value };
    } catch (error) {
      return { kind: 'failed', code: 'TEST', reason: error instanceof Error ? error.message : 'unknown' };
    }
  };
  return {
    source: evaluate.toString(),
    place: PLACE,
    reads: reads === 'everything' ? reads : new Set(reads),
    branches: [],
    yieldsAlways: false,
    way: { kind: 'source' },
    words: () => [{ kind: 'code', text: evaluate.toString() }],
    evaluate: evaluation,
    written: () => null,
    explain: (input) => {
      const result = evaluation(input);
      const whole = { text: evaluate.toString(), place: PLACE, value: null };
      const missing = result.kind === 'nothing' ? [whole] : [];
      return { evaluation: result, operands: [], taken: [], missing };
    },
  };
}

/** Reads one name of its input. */
export const path = (name: string): Expression => expression((input) => input[name], [name]);

export const always = (value: Json): Expression => expression(() => value, []);

export const failing = (reason: string): Expression =>
  expression(() => {
    throw new Error(reason);
  }, []);
