import type { Expression } from '../domain/expression.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import { placeText, type Place } from '../domain/place.ts';

/** A rule of the contract that could not do its work on this ticket or message. */
export interface RuleFault {
  readonly code: 'rule-failed' | 'rule-yields-nothing' | 'no-table-entry' | 'not-storable';
  /** The field or condition concerned. */
  readonly subject: string;
  /** What happened and what helps, for people. */
  readonly reason: string;
  /** `name (file:line)`. */
  readonly rule: string;
}

/** How a rule is named wherever people read it: logs, journal, parking. */
export const ruleName = (name: string, place: Place): string => `${name} (${placeText(place)})`;

/** Why an expression yields nothing: `the expression … yields nothing: location.name (file:line:column) is missing`. */
export function nothingText(value: Expression, input: JsonObject, now: Instant): string {
  const { missing } = value.explain(input, now);
  const named = missing.map(
    ({ text, place }) => `\`${text}\` (${placeText(place)}:${place.column}) came to nothing`,
  );
  return `the expression \`${value.source}\` yields nothing: ${named.join(', ')}`;
}
