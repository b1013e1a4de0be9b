import type { FieldRule } from '../../engine/domain/contract.ts';
import type { ColumnType } from '../../engine/domain/itsm-description.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import { evaluateText } from '../../engine/map/field.ts';
import { toProvider } from '../../engine/map/table.ts';
import { pathsIn } from './say-field.ts';
import { asColumnType, valueAt, withValue, type Path } from './ticket-values.ts';

/** Values that are filled in for one field, one after another, before it is given up. */
const GAPS_MAX = 6;

/** Where a row's fields can be put, and how rules see them. */
export interface Row {
  readonly fields: JsonObject;
  readonly typeAt: (path: Path) => ColumnType | null;
  readonly contextOf: (fields: JsonObject) => JsonObject;
}

/**
 * The row's fields, with a value wherever a rule comes to nothing for want of one: the first word of the rule's table, or
 * a text that says what it is. What the rules can do without stays empty.
 */
export function fillGaps(row: Row, rules: Iterable<FieldRule>, now: Instant): JsonObject {
  let { fields } = row;
  for (const rule of rules) {
    for (let tries = 0; tries < GAPS_MAX; tries += 1) {
      const result = evaluateText(rule, row.contextOf(fields), now, toProvider);
      if (result.kind !== 'fault') break;
      const paths = pathsIn(rule.value, row.contextOf(fields), now);
      const gap = paths.find((path) => row.typeAt(path) !== null && valueAt(fields, path) === null);
      const type = gap === undefined ? null : row.typeAt(gap);
      if (gap === undefined || type === null) break;
      fields = withValue(fields, gap, sample(rule, type, now));
    }
  }
  return fields;
}

function sample({ field, table }: FieldRule, type: ColumnType, now: Instant): Json {
  const word = table?.entries[0]?.client;
  if (word !== undefined) return asColumnType(type, word);
  switch (type) {
    case 'text':
      return /email/i.test(field) ? 'echo-test@bridgehead.example' : 'Bridgehead echo-test';
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'date':
      return new Date(now).toISOString();
  }
}
