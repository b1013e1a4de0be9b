import type { Contract } from '../../engine/domain/contract.ts';
import type { Evaluation, Expression } from '../../engine/domain/expression.ts';

/** Results kept of one expression; beyond that it forgets them all. */
const RESULTS_MAX = 20_000;

/**
 * The same contract, whose expressions remember what they came to: they are pure, and evaluating them is nearly all that
 * a simulated run costs. What is remembered goes by the part of the input that the expression reads.
 */
export function memoised(contract: Contract): Contract {
  memoiseWithin(contract, new Set());
  return contract;
}

function memoiseWithin(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (isExpression(value)) Object.assign(value, { evaluate: remembering(value) });
  else if (value instanceof Map || value instanceof Set)
    for (const part of value.values()) memoiseWithin(part, seen);
  else for (const part of Object.values(value)) memoiseWithin(part, seen);
}

const isExpression = (value: object): value is Expression => 'evaluate' in value && 'reads' in value;

function remembering(expression: Expression): Expression['evaluate'] {
  const results = new Map<string, Evaluation>();
  const evaluate = expression.evaluate.bind(expression);
  const names = expression.reads === 'everything' ? null : [...expression.reads];
  const readsTheClock = /now|millis/.test(expression.source);
  return async (input, now) => {
    const read = names === null ? input : names.map((name) => input[name]);
    const key = JSON.stringify(readsTheClock ? [read, now] : read);
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = await evaluate(input, now);
    if (results.size >= RESULTS_MAX) results.clear();
    results.set(key, result);
    return result;
  };
}
