import type { Json } from '../../domain/json.ts';
import { ExpressionFailure } from './date-function.ts';

/** Levels of nesting in a result; deeper ones are refused rather than overflow. */
const RESULT_DEPTH_MAX = 100;

/**
 * The library's result as plain JSON: sequences become arrays without hidden properties, undefined members are left
 * out. Throws ExpressionFailure for what JSON cannot say: functions, regular expressions, infinite numbers.
 */
export function plainResult(value: unknown, depth = 0): Json {
  if (depth > RESULT_DEPTH_MAX) throw new ExpressionFailure('result', 'The result is nested too deeply.');
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new ExpressionFailure('result', 'The result is not a finite number.');
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => (item === undefined ? null : plainResult(item, depth + 1)));
  }
  if (typeof value !== 'object' || isCallable(value)) {
    throw new ExpressionFailure(
      'result',
      'The result is a function, not a value: call it with its arguments.',
    );
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, plainResult(member, depth + 1)]));
}

/** The library's own functions and lambdas are marked objects. */
const isCallable = (value: object): boolean => '_jsonata_function' in value || '_jsonata_lambda' in value;
