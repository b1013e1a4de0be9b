import type { AppendRule } from '../../engine/domain/contract.ts';
import type { Explanation, Expression } from '../../engine/domain/expression.ts';
import type { Json } from '../../engine/domain/json.ts';
import type { Place } from '../../engine/domain/place.ts';
import { verdictOf } from '../../engine/map/condition.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Collector, FilledField } from './collector.ts';
import type { AppendedReason, ConditionReason, FieldReason, OperandReason } from './preview.ts';
import type { SourceOf } from './sources.ts';

/** `rules/acme/contract.yaml:40:13` */
export function placeOf(place: Place): string {
  let text = places.get(place);
  if (text === undefined) {
    text = `${place.file}:${place.line}:${place.column}`;
    places.set(place, text);
  }
  return text;
}

/** Each preview shows those of all rules. */
const places = new WeakMap<Place, string>();

/** Whether the engine itself asked this expression (about this ticket, comment or message). */
export type Asked = (expression: Expression) => boolean;

/** A condition with its operands. `when` is asked as the engine asks it. */
export async function conditionReason(
  { name, place, when }: { readonly name: string; readonly place: Place; readonly when: Expression },
  input: JsonObject,
  now: Instant,
  { sources, asked }: { readonly sources: SourceOf; readonly asked: boolean },
): Promise<ConditionReason> {
  const explanation = when.explain(input, now);
  const verdict = verdictOf(name, place, explanation.evaluation);
  return {
    name,
    place: placeOf(when.place),
    expression: when.source,
    verdict: verdict.kind === 'fault' ? 'failed' : verdict.kind,
    fault: verdict.kind === 'fault' ? verdict.fault.reason : null,
    asked,
    decided: false,
    operands: operandReasons(when, explanation, sources),
  };
}

/** Marks the first that holds among those that were asked. */
export function withDecision(reasons: readonly ConditionReason[]): readonly ConditionReason[] {
  const first = reasons.findIndex(({ asked, verdict }) => asked && verdict !== 'no');
  return reasons.map((reason, index) => ({ ...reason, decided: index === first }));
}

/** A filled field with its operands, its table's entry and what was appended. */
export function fieldReason(
  { seen, evaluation }: FilledField,
  collector: Collector,
  {
    sources,
    asked,
    shortened = null,
  }: { readonly sources: SourceOf; readonly asked: boolean; readonly shortened?: string | null },
): FieldReason {
  const { rule, from, entry, value } = seen;
  return {
    field: rule.field,
    place: placeOf(rule.value.place),
    value,
    from,
    fault: from === 'fault' ? faultOf(seen, evaluation?.explanation ?? null) : null,
    asked,
    expression: rule.value.source,
    operands: evaluation === null ? [] : operandReasons(rule.value, evaluation.explanation, sources),
    table:
      rule.table === null
        ? null
        : {
            name: rule.table.name,
            entry: entry === null ? null : `${entry.client}: ${entry.provider}`,
            place: placeOf(entry?.place ?? rule.table.place),
          },
    appended: rule.append.map((line) => appendedReason(line, collector, sources)),
    shortened,
  };
}

function faultOf({ rule }: FilledField['seen'], explanation: Explanation | null): string {
  switch (explanation?.evaluation.kind) {
    case 'failed':
      return explanation.evaluation.reason;
    case 'nothing': {
      const missing = explanation.missing.map(({ text }) => text).join(', ');
      return missing === '' ? 'it yields nothing' : `it yields nothing, because there is no ${missing}`;
    }
    default:
      return rule.table === null
        ? 'it yields a structure'
        : `the table "${rule.table.name}" has no entry for it`;
  }
}

function appendedReason(line: AppendRule, collector: Collector, sources: SourceOf): AppendedReason {
  const seen = collector.last(line.value);
  const evaluation = seen?.explanation.evaluation;
  return {
    label: line.label,
    place: placeOf(line.value.place),
    value: evaluation?.kind === 'value' ? evaluation.value : null,
    expression: line.value.source,
    operands: seen === null ? [] : operandReasons(line.value, seen.explanation, sources),
  };
}

/** Operands are shown to people: a long text or a list is cut, the whole expression is not its own operand. */
const OPERANDS_MAX = 40;
const OPERAND_LENGTH_MAX = 200;

function operandReasons(
  expression: Expression,
  { operands, missing }: Explanation,
  sources: SourceOf,
): readonly OperandReason[] {
  const shown = operands.filter(
    ({ text }) => text.trim() !== expression.source.trim() || sources(text) !== null,
  );
  // Of `caller.name` it need not be said that there is no `caller` either.
  const isSaid = (text: string): boolean =>
    shown.some((operand) => operand.text === text || operand.text.startsWith(`${text}.`));
  const all = [...shown, ...missing.filter(({ text }) => !isSaid(text))];
  return all.slice(0, OPERANDS_MAX).map(({ text, place, value }) => ({
    text,
    place: placeOf(place),
    value: shortened(value),
    source: sources(text),
  }));
}

function shortened(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= OPERAND_LENGTH_MAX) return value;
  return `${text.slice(0, OPERAND_LENGTH_MAX)}… (${text.length} characters)`;
}
