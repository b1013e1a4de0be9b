import { conditionOf } from '../../engine/compile/expression/conditions.ts';
import type { Statement, ValueSet } from '../../engine/compile/expression/conditions.ts';
import { parseExpression } from '../../engine/compile/expression/parse.ts';
import { casesOf } from '../../engine/compile/expression/satisfy.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { ColumnType } from '../../engine/domain/itsm-description.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { withValue, type Path } from './ticket-values.ts';

/**
 * Fields with which a condition may hold, one for each way that is understood of it, over those that are given. What is not
 * understood (`$contains(title, 'x')`) is left as it is, so each must be tried.
 */
export function meetings(
  when: Expression,
  given: JsonObject,
  typeAt: (path: Path) => ColumnType | null,
  now: Instant,
): readonly JsonObject[] {
  const tree = parseExpression(when.source);
  if (tree === null) return [given];
  const found = casesOf(conditionOf(tree), ({ set }) => set);
  if (found.kind === 'unknown') return [given];
  return found.cases.map((one) =>
    [...one.values()].reduce((fields, statement) => met(statement, fields, typeAt, now), given),
  );
}

function met(
  { path, set }: Statement,
  fields: JsonObject,
  typeAt: (path: Path) => ColumnType | null,
  now: Instant,
): JsonObject {
  const type = path === null ? null : typeAt(path);
  if (path === null || type === null) return fields;
  const value = valueIn(set, type, now);
  return value === undefined ? fields : withValue(fields, path, value);
}

/** A value of the set that the column can hold; undefined: there is none. */
function valueIn(set: ValueSet, type: ColumnType, now: Instant): Json | undefined {
  const samples: readonly Json[] = {
    text: ['echo-test', 'bridgehead'],
    number: [1, 2, 3],
    boolean: [true, false],
    date: [new Date(now).toISOString()],
  }[type];
  if (set.inverted) return samples.find((sample) => !set.values.has(sample as string | number | boolean));
  const kind = type === 'date' ? 'string' : type === 'text' ? 'string' : type;
  const value = [...set.values].find((one) => typeof one === kind);
  return value ?? (set.nothing ? null : undefined);
}
