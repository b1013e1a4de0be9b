import { placeText, type Place } from '../domain/place.ts';

/** A rule of the contract that could not do its work on this ticket or message. */
export interface RuleFault {
  readonly code: 'rule-failed' | 'rule-yields-nothing' | 'no-table-entry';
  /** The field or condition concerned. */
  readonly subject: string;
  /** What happened and what helps, for people. */
  readonly reason: string;
  /** `name (file:line)`. */
  readonly rule: string;
}

/** How a rule is named wherever people read it: logs, journal, parking. */
export const ruleName = (name: string, place: Place): string => `${name} (${placeText(place)})`;
