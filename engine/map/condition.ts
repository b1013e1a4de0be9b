import type { Rule } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Place } from '../domain/place.ts';
import type { Evaluation, Expression } from '../domain/expression.ts';
import { ruleName, type RuleFault } from './rule-fault.ts';

export type Verdict =
  { readonly kind: 'yes' } | { readonly kind: 'no' } | { readonly kind: 'fault'; readonly fault: RuleFault };

/** Whether a condition holds. Nothing, null, `false`, 0, an empty text and an empty list do not. */
export function testCondition(
  name: string,
  place: Place,
  when: Expression,
  input: JsonObject,
  now: Instant,
): Verdict {
  return verdictOf(name, place, when.evaluate(input, now));
}

/** The same of a condition that was evaluated before. */
export function verdictOf(name: string, place: Place, result: Evaluation): Verdict {
  switch (result.kind) {
    case 'nothing':
      return { kind: 'no' };
    case 'value':
      return { kind: isTrue(result.value) ? 'yes' : 'no' };
    case 'failed':
      return {
        kind: 'fault',
        fault: {
          code: 'rule-failed',
          subject: name,
          reason: `the condition of "${name}" failed: ${result.reason}`,
          rule: ruleName(name, place),
        },
      };
  }
}

/** The first rule whose condition holds; a rule that fails counts as a fault only if none before it holds. */
export function firstMatch<R extends Rule>(
  rules: readonly R[],
  input: JsonObject,
  now: Instant,
):
  | { readonly kind: 'match'; readonly rule: R }
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: RuleFault } {
  for (const rule of rules) {
    const verdict = testCondition(rule.name, rule.place, rule.when, input, now);
    if (verdict.kind === 'yes') return { kind: 'match', rule };
    if (verdict.kind === 'fault') return verdict;
  }
  return { kind: 'none' };
}

/** What a condition that yields this value comes to. */
export function isTrue(value: Json): boolean {
  if (Array.isArray(value)) return value.some(isTrue);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
