import type { AppendRule, FieldRule } from '../../engine/domain/contract.ts';
import type { Explanation, Expression } from '../../engine/domain/expression.ts';
import type { Json } from '../../engine/domain/json.ts';
import type { SeenField } from '../../engine/domain/observation.ts';
import type { Place } from '../../engine/domain/place.ts';
import { isTrue } from '../../engine/map/condition.ts';
import type { Recorder } from './recorder.ts';
import { ruleText } from './rule-text.ts';

const VALUE_LENGTH_MAX = 80;

export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/**
 * How a field came to its value, with each operand:
 *
 *     priority ← rules/acme/contract.yaml:59:5  { value: priority, table: priority }
 *       priority = "P5"
 *       → "3": table priority has no "P5", otherwise (rules/acme/contract.yaml:25:3)
 */
export function fieldReason(rule: FieldRule, seen: Recorder): readonly string[] {
  const evaluation = seen.evaluation(rule.value);
  const filled = seen.field(rule);
  const head = `${rule.field} ← ${placeText(rule.place)}  ${ruleText(rule)}`;
  if (evaluation === null || filled === null) return [head, '  was not evaluated in this test'];
  return [
    head,
    ...operands(rule.value, evaluation.explanation),
    `  → ${outcome(rule, filled, evaluation.explanation)}`,
    ...rule.append.flatMap((line) => appendReason(line, seen)),
  ];
}

function outcome(rule: FieldRule, { from, entry, value }: SeenField, { evaluation }: Explanation): string {
  const given = evaluation.kind === 'value' ? shown(evaluation.value) : 'nothing';
  const table = rule.table === null ? '' : `table ${rule.table.name}`;
  switch (from) {
    case 'expression':
      return shown(value);
    case 'entry':
      return `${shown(value)}: the entry of ${table} for ${given} (${entry === null ? '' : placeText(entry.place)})`;
    case 'otherwise':
      return `${shown(value)}: ${table} has no entry for ${given}, otherwise (${rule.table === null ? '' : placeText(rule.table.place)})`;
    case 'default': {
      const why =
        evaluation.kind === 'value' ? `${table} has no entry for ${given}` : 'the expression yields nothing';
      return `${shown(value)}: ${why}, default`;
    }
    case 'left-out':
      return 'left out: nothing to say, and the field is optional';
    case 'fault':
      if (evaluation.kind === 'failed') return `failed: ${evaluation.reason}`;
      return evaluation.kind === 'value' && rule.table !== null
        ? `no value: ${table} has no entry for ${given}, and there is no default`
        : 'no value: the expression yields nothing, and there is no default';
  }
}

function appendReason({ label, value, place }: AppendRule, seen: Recorder): readonly string[] {
  const evaluation = seen.evaluation(value);
  if (evaluation === null) return [];
  const result = evaluation.explanation.evaluation;
  const text = result.kind === 'value' ? shown(result.value) : 'left out';
  return [
    `  append "${label}" ← ${placeText(place)}  ${oneLine(value.source)}`,
    ...operands(value, evaluation.explanation).map((line) => `  ${line}`),
    `    → ${text}`,
  ];
}

/** Whether a condition held, with each operand; nothing if it was not asked. */
export function conditionReason(
  name: string,
  when: Expression,
  place: Place,
  seen: Recorder,
): readonly string[] {
  const evaluation = seen.evaluation(when);
  if (evaluation === null) return [];
  const result = evaluation.explanation.evaluation;
  const verdict =
    result.kind === 'failed'
      ? `failed: ${result.reason}`
      : result.kind === 'value' && isTrue(result.value)
        ? 'held'
        : 'did not hold';
  return [
    `${name} ← ${placeText(place)}  ${oneLine(when.source)}`,
    ...operands(when, evaluation.explanation),
    `  → ${verdict}`,
  ];
}

/** Each operand with its value; the whole expression is none of them, its value follows. */
function operands({ source }: Expression, explanation: Explanation): readonly string[] {
  const parts = explanation.operands.filter(
    ({ text }, index, all) =>
      (all.length === 1 || text !== source.trim()) && all.findIndex((other) => other.text === text) === index,
  );
  const width = Math.min(40, Math.max(0, ...parts.map(({ text }) => oneLine(text).length)));
  return parts.map(({ text, value }) => `  ${oneLine(text).padEnd(width)} = ${shown(value)}`);
}

const shown = (value: Json): string => (value === null ? 'nothing' : oneLine(JSON.stringify(value)));

export function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > VALUE_LENGTH_MAX ? `${line.slice(0, VALUE_LENGTH_MAX - 1)}…` : line;
}
