import type { FieldRule, Table } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { ruleName, type RuleFault } from './rule-fault.ts';

export type FieldValue =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'absent' }
  | { readonly kind: 'fault'; readonly fault: RuleFault };

/** Turns a value into its table's word for it; null: the table has none. */
export type LookUp = (table: Table, value: string) => string | null;

/**
 * The value of one field: evaluate the expression, look the result up, else fall back. Nothing (or null) takes the
 * `default`; without one it is allowed only where the rule says `optional`.
 */
export async function evaluateField(
  rule: FieldRule,
  input: JsonObject,
  now: Instant,
  lookUp: LookUp,
): Promise<FieldValue> {
  const result = await rule.value.evaluate(input, now);
  if (result.kind === 'failed') {
    return fault(rule, 'rule-failed', `the expression \`${rule.value.source}\` failed: ${result.reason}`);
  }
  if (result.kind === 'nothing') {
    return (
      fallback(rule) ??
      fault(
        rule,
        'rule-yields-nothing',
        `the expression \`${rule.value.source}\` yields nothing; give the field a \`default\`, or say \`optional: true\``,
      )
    );
  }
  if (rule.table === null) return { kind: 'value', value: result.value };

  const text = asText(result.value);
  if (text === null) {
    return fault(
      rule,
      'rule-failed',
      `a table is looked up by a text, and the expression yields a structure`,
    );
  }
  const found = lookUp(rule.table, text);
  if (found !== null) return { kind: 'value', value: found };
  return (
    fallback(rule) ??
    fault(
      rule,
      'no-table-entry',
      `the table "${rule.table.name}" has no entry for "${text}"; add one, or give the field a \`default\``,
    )
  );
}

/** Texts, numbers and booleans as text, lists of them joined by commas; null for structures. */
export function asText(value: Json): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    const parts = (value as readonly Json[]).map((item) => (Array.isArray(item) ? null : asText(item)));
    return parts.includes(null) ? null : parts.join(',');
  }
  if (value === null || isJsonObject(value)) return null;
  return null;
}

function fallback(rule: FieldRule): FieldValue | null {
  if (rule.default !== null) return { kind: 'value', value: rule.default };
  return rule.optional ? { kind: 'absent' } : null;
}

function fault(rule: FieldRule, code: RuleFault['code'], reason: string): FieldValue {
  return {
    kind: 'fault',
    fault: {
      code,
      subject: rule.field,
      reason: `${rule.field}: ${reason}`,
      rule: ruleName(rule.field, rule.place),
    },
  };
}
