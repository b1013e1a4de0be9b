import type { FieldRule } from '../domain/contract.ts';
import {
  COMMENT_PARTS_MAX,
  HEAD_LENGTH_MIN,
  SHORT_DESCRIPTION_LENGTH_MAX,
  TEXT_LENGTH_MAX,
} from '../domain/limits.ts';
import { CONTINUED_FIELDS, type CommentPayload, type ContinuedField } from '../domain/payload.ts';
import { continueText, cutAtWord, escapedLength, fits, splitText, type Measure } from '../wire/fit-text.ts';
import { appendLines, type AppendedLine } from './appended.ts';
import { ruleName } from './rule-fault.ts';

/** A text that was longer than its field takes. */
export interface Shortened {
  readonly field: string;
  readonly how: 'cut' | 'continue';
  /** As it would have been, without what is appended. */
  readonly whole: string;
  /** As it goes out, without what is appended. */
  readonly head: string;
  /** What travels in a comment; null: nothing does. */
  readonly rest: string | null;
  /** `description has 5210 of 4000 characters once escaped: it goes on in a comment`. */
  readonly reason: string;
  /** `name (file:line)`. */
  readonly rule: string;
}

const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['shortDescription', SHORT_DESCRIPTION_LENGTH_MAX],
  ['description', TEXT_LENGTH_MAX],
  ['closeNotes', TEXT_LENGTH_MAX],
]);

/** The most characters that a text field takes once escaped; undefined: nothing is known to limit it. */
export const lengthMaxOf = (field: string): number | undefined => LENGTHS.get(field);

/** The text of a payload field with what is appended, shortened as its rule says if it is too long. */
export function fitText(
  rule: FieldRule,
  text: string,
  lines: readonly AppendedLine[],
): { readonly text: string; readonly shortened: Shortened | null } {
  const appended = (value: string): string => (rule.append.length === 0 ? value : appendLines(value, lines));
  const whole = appended(text);
  const most = lengthMaxOf(rule.field);
  const how = rule.tooLong;
  if (most === undefined || how === null || fits(whole, most)) return { text: whole, shortened: null };
  rule.observe?.limited('too_long');
  if (how !== 'cut' && how !== 'continue') return { text: whole, shortened: null };
  const length = escapedLength(whole);
  const room = most - (length - escapedLength(text));
  // What is appended fills the field by itself: there is nothing to be gained.
  if (room < Math.min(HEAD_LENGTH_MIN, most)) return { text: whole, shortened: null };
  const { head, rest } =
    how === 'continue' ? continueText(text, room) : { head: cutAtWord(text, room), rest: null };
  const words = how === 'continue' ? 'it goes on in a comment' : 'it is cut';
  const reason = `${rule.field} has ${length} of ${most} characters once escaped: ${words}`;
  const shortened = { field: rule.field, how, whole: text, head, rest, reason };
  return { text: appended(head), shortened: { ...shortened, rule: ruleName(rule.field, rule.place) } };
}

/** How long parts may be, how they are measured, and how many there may be. */
export interface PartBounds {
  readonly lengthMax: number;
  readonly measure?: Measure;
  readonly partsMax: number;
}

const OF_THE_BRIDGE: PartBounds = { lengthMax: TEXT_LENGTH_MAX, partsMax: COMMENT_PARTS_MAX };

/** A text in numbered parts, `(2/13) ` before each; null: there are too many. One part has no number. */
export function numberedParts(
  text: string,
  { lengthMax, measure = escapedLength, partsMax }: PartBounds = OF_THE_BRIDGE,
): readonly string[] | null {
  if (fits(text, lengthMax, measure)) return [text];
  const numberLengthMax = `(${partsMax}/${partsMax}) `.length;
  const parts = splitText(text, lengthMax - numberLengthMax, measure);
  if (parts.length > partsMax) return null;
  return parts.map((part, index) => `(${index + 1}/${parts.length}) ${part}`);
}

/** A comment as it travels: as one, or in parts that all say who wrote it. One that cannot be divided stays as it is. */
export function commentParts(
  rule: FieldRule | undefined,
  payload: CommentPayload,
): { readonly parts: readonly CommentPayload[]; readonly shortened: string | null } {
  const { body } = payload;
  const asItIs = { parts: [payload], shortened: null };
  if (body === undefined || fits(body, TEXT_LENGTH_MAX)) return asItIs;
  rule?.observe?.limited('too_long');
  const length = `body has ${escapedLength(body)} of ${TEXT_LENGTH_MAX} characters once escaped`;
  if (rule?.tooLong === 'cut') {
    return {
      parts: [{ ...payload, body: cutAtWord(body, TEXT_LENGTH_MAX) }],
      shortened: `${length}: it is cut`,
    };
  }
  const parts = rule?.tooLong === 'split' ? numberedParts(body) : null;
  if (parts === null) return asItIs;
  return {
    parts: parts.map((part) => ({ ...payload, body: part })),
    shortened: `${length}: it travels in ${parts.length} parts`,
  };
}

/** What of each text travels in a comment. */
export type Rests = { readonly [field in ContinuedField]?: string };

const NO_RESTS: Rests = {};

export function restsOf(shortened: readonly Shortened[]): Rests {
  if (shortened.length === 0) return NO_RESTS;
  const rests: { [field in ContinuedField]?: string } = {};
  for (const { field, rest } of shortened) if (rest !== null && isContinued(field)) rests[field] ??= rest;
  return rests;
}

const isContinued = (field: string): field is ContinuedField =>
  (CONTINUED_FIELDS as readonly string[]).includes(field);
