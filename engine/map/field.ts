import type { FieldRule, Table, TableEntry } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { nothingText, ruleName, type RuleFault } from './rule-fault.ts';
import type { Found } from './table.ts';

export type FieldValue =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'absent' }
  | { readonly kind: 'fault'; readonly fault: RuleFault };

export type FieldText =
  { readonly kind: 'value'; readonly value: string } | Exclude<FieldValue, { readonly kind: 'value' }>;

/** Turns a value into its table's word for it; null: the table has none. */
export type LookUp = (table: Table, value: string) => Found | null;

/**
 * The value of one field: evaluate the expression, look the result up, else fall back. Nothing (or null) takes the
 * `default`; without one it is allowed only where the rule says `optional`.
 */
export function evaluateField(rule: FieldRule, input: JsonObject, now: Instant, lookUp: LookUp): FieldValue {
  return told(rule, fill(rule, input, now, lookUp));
}

/** The same where a text is wanted: a structure is a fault. */
export function evaluateText(rule: FieldRule, input: JsonObject, now: Instant, lookUp: LookUp): FieldText {
  const filled = fill(rule, input, now, lookUp);
  if (filled.kind !== 'value') return told(rule, filled);
  const text = asText(filled.value);
  if (text !== null)
    return told(rule, { kind: 'value', value: text, from: filled.from, entry: filled.entry });
  const reason = `the expression \`${rule.value.source}\` yields a structure; a text is wanted`;
  return told(rule, fault(rule, 'rule-failed', reason));
}

/** A value, and where it comes from. */
type Filled<Value extends Json = Json> =
  | {
      readonly kind: 'value';
      readonly value: Value;
      readonly from: 'expression' | 'entry' | 'otherwise' | 'default';
      readonly entry: TableEntry | null;
    }
  | Exclude<FieldValue, { readonly kind: 'value' }>;

function fill(rule: FieldRule, input: JsonObject, now: Instant, lookUp: LookUp): Filled {
  const result = rule.value.evaluate(input, now);
  if (result.kind === 'failed') {
    return fault(rule, 'rule-failed', `the expression \`${rule.value.source}\` failed: ${result.reason}`);
  }
  if (result.kind === 'nothing') {
    const instead = fallback(rule);
    if (instead !== null) return instead;
    const why = nothingText(rule.value, input, now);
    return fault(
      rule,
      'rule-yields-nothing',
      `${why}; give the field a \`default\`, or say \`optional: true\``,
    );
  }
  if (rule.table === null) return { kind: 'value', value: result.value, from: 'expression', entry: null };

  const text = asText(result.value);
  if (text === null) {
    return fault(
      rule,
      'rule-failed',
      `a table is looked up by a text, and the expression yields a structure`,
    );
  }
  const found = lookUp(rule.table, text);
  if (found !== null) {
    const { word, entry } = found;
    return { kind: 'value', value: word, from: entry === null ? 'otherwise' : 'entry', entry };
  }
  return (
    fallback(rule) ??
    fault(
      rule,
      'no-table-entry',
      `the table "${rule.table.name}" has no entry for "${text}"; add one, or give the field a \`default\``,
    )
  );
}

/** Says how the field was filled, to who asked. */
function told<F extends Filled>(rule: FieldRule, filled: F): F {
  if (rule.observe === null) return filled;
  switch (filled.kind) {
    case 'value':
      rule.observe.filled({ rule, from: filled.from, entry: filled.entry, value: filled.value });
      break;
    case 'absent':
      rule.observe.filled({ rule, from: 'left-out', entry: null, value: null });
      break;
    case 'fault':
      rule.observe.filled({ rule, from: 'fault', entry: null, value: null });
      break;
  }
  return filled;
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

function fallback(rule: FieldRule): Filled | null {
  if (rule.default !== null) return { kind: 'value', value: rule.default, from: 'default', entry: null };
  return rule.optional ? { kind: 'absent' } : null;
}

function fault(
  rule: FieldRule,
  code: RuleFault['code'],
  reason: string,
): { readonly kind: 'fault'; readonly fault: RuleFault } {
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
