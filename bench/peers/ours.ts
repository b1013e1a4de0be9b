import { compileExpression } from '../../engine/compile/expression/compile-expression.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { isTrue } from '../../engine/map/condition.ts';
import { NOW } from '../mapping/work.ts';
import { expressionOf, type NamedCondition } from './conditions.ts';
import type { ChangeRule } from './node-red.ts';

const PLACE = { file: 'bench', line: 1, column: 1 };

function compiled(source: string): Expression {
  const { expression, mistakes } = compileExpression(source, { place: PLACE, placeAt: () => PLACE }, 'UTC');
  if (expression === null) throw new Error(`${source}: ${mistakes[0]?.message ?? ''}`);
  return expression;
}

/** The values that the expressions yield, by name; undefined: one yields nothing. */
export function ourMapping(
  rules: readonly ChangeRule[],
): (input: JsonObject) => Readonly<Record<string, Json | undefined>> {
  const all = rules.map(({ name, expression }) => ({ name, expression: compiled(expression) }));
  const none: Readonly<Record<string, Json | undefined>> = Object.fromEntries(
    all.map(({ name }) => [name, undefined]),
  );
  return (input) => {
    const mapped = { ...none };
    for (const { name, expression } of all) {
      const result = expression.evaluate(input, NOW);
      if (result.kind === 'failed') throw new Error(`${name}: ${result.reason}`);
      if (result.kind === 'value') mapped[name] = result.value;
    }
    return mapped;
  };
}

/** The names of the conditions that hold. */
export function ourConditions(
  conditions: readonly NamedCondition[],
): (input: JsonObject) => readonly string[] {
  const all = conditions.map((condition) => ({
    name: condition.name,
    when: compiled(expressionOf(condition)),
  }));
  return (input) => {
    const names: string[] = [];
    for (const { name, when } of all) {
      const result = when.evaluate(input, NOW);
      if (result.kind === 'value' && isTrue(result.value)) names.push(name);
    }
    return names.sort();
  };
}
