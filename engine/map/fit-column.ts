import type { DateRoom, FieldRoom, FieldRule } from '../domain/contract.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { KeptText, KeptTexts } from '../domain/kept-text.ts';
import { COMMENT_ROWS_MAX } from '../domain/limits.ts';
import type { Ticket } from '../domain/ticket.ts';
import { continueText, cutAtWord, cutOff, rejoin, type Measure } from '../wire/fit-text.ts';
import { ruleName, type RuleFault } from './rule-fault.ts';
import { numberedParts } from './shorten.ts';
import { unstorableDate } from './storable-date.ts';
import { lacking, readBack, storable, storedLength } from './storable.ts';

/** What a row's columns take. */
export interface FittedRow {
  readonly fields: JsonObject;
  /** Texts, by field; what the column takes as it is has none. */
  readonly kept: KeptTexts;
  /** `title has 130 of 80 characters: it goes on in a comment`; none: nothing was done. */
  readonly reasons: readonly string[];
  readonly faults: readonly RuleFault[];
}

/**
 * Fits what a message says into the columns that take it, as the rules say: what is longer is cut or goes on in a comment,
 * characters that a column lacks are written by their numbers, dates that it lacks may be left out. A text that is to be split (`too_long: split`) is left as it is:
 * see `splitRow`.
 */
export function fitRow(rules: Iterable<FieldRule>, fields: JsonObject): FittedRow {
  const stored: Record<string, Json> = { ...fields };
  const kept: Record<string, KeptText> = {};
  const reasons: string[] = [];
  const faults: RuleFault[] = [];
  for (const rule of rules) {
    const value = fields[rule.field];
    if (rule.room === null || typeof value !== 'string') continue;
    const { dates } = rule.room;
    const fitted = dates === null ? fitText(rule, rule.room, value) : fitDate(rule, dates, value);
    if (fitted === null) continue;
    if ('fault' in fitted) {
      faults.push(fitted.fault);
      continue;
    }
    reasons.push(...fitted.reasons);
    if (fitted.stored === null) {
      Reflect.deleteProperty(stored, rule.field);
      continue;
    }
    stored[rule.field] = fitted.stored;
    kept[rule.field] = { stored: fitted.stored, rest: fitted.rest, replaced: fitted.replaced };
  }
  return { fields: stored, kept, reasons, faults };
}

/** Nothing is stored where the field is left out. */
type Fitted =
  | ((KeptText | { readonly stored: null }) & { readonly reasons: readonly string[] })
  | { readonly fault: RuleFault };

/** Null: the column takes it as it is. */
function fitDate(rule: FieldRule, dates: DateRoom, text: string): Fitted | null {
  const lacks = unstorableDate(text, dates);
  if (lacks === null) return null;
  rule.observe?.limited('unstorable_date');
  const says = `${rule.field} ${lacks}`;
  return dates.unstorable === 'park'
    ? { fault: faultOf(rule, `${says}, and unstorable_date is park`) }
    : { stored: null, reasons: [`${says}: it is left out`] };
}

/** Null: the column takes it as it is. */
function fitText(rule: FieldRule, room: FieldRoom, text: string): Fitted | null {
  const { field } = rule;
  const { characters, lengthMax } = room;
  const missing = characters === null ? [] : lacking(text, characters);
  const written = characters === null ? text : storable(text, characters);
  const reasons: string[] = [];
  if (missing.length > 0 && characters !== null) {
    const lacks = `${field} has characters that ${characters} lacks (${namesOf(missing)})`;
    rule.observe?.limited('unstorable_characters');
    if (room.unstorable === 'park') {
      return { fault: faultOf(rule, `${lacks}, and unstorable_characters is park`) };
    }
    reasons.push(`${lacks}: they are written by their numbers`);
  }
  const length = lengthOf(written);
  if (lengthMax === null || length <= lengthMax) {
    return missing.length === 0 ? null : { stored: written, rest: null, replaced: true, reasons };
  }
  const says = `${field} has ${length} of ${lengthMax} characters`;
  rule.observe?.limited('too_long');
  if (rule.tooLong === 'split') {
    return { stored: text, rest: null, replaced: false, reasons: [...reasons, `${says}: it is split`] };
  }
  if (rule.tooLong !== 'cut' && rule.tooLong !== 'continue')
    return { fault: faultOf(rule, `${says}, and too_long is park`) };

  const measure = measureOf(text, room);
  const cut = (): { readonly head: string; readonly rest: string } => {
    const head = cutAtWord(text, lengthMax, measure);
    return { head, rest: cutOff(text, head) };
  };
  const { head, rest } = rule.tooLong === 'cut' ? cut() : continueText(text, lengthMax, measure);
  const stored = characters === null ? head : storable(head, characters);
  reasons.push(`${says}: ${rule.tooLong === 'cut' ? 'it is cut' : 'it goes on in a comment'}`);
  return { stored, rest, replaced: stored !== head, reasons };
}

/** As a database counts them. */
const lengthOf = (text: string): number => Array.from(text).length;

const measureOf = (text: string, { characters }: FieldRoom): Measure =>
  characters === null ? (part) => part.length : storedLength(text, characters);

const NAMES_MAX = 5;

function namesOf(characters: readonly string[]): string {
  const named = characters
    .slice(0, NAMES_MAX)
    .map((one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return named.join(', ') + (characters.length > NAMES_MAX ? ', …' : '');
}

const faultOf = ({ field: subject, place }: FieldRule, reason: string): RuleFault => ({
  code: 'not-storable',
  subject,
  reason,
  rule: ruleName(subject, place),
});

/**
 * The rows of one comment: several, in numbered parts, if a text in it is longer than its column and is to be split. Null: they
 * would be too many.
 */
export function splitRow(rules: Iterable<FieldRule>, fields: JsonObject): readonly JsonObject[] | null {
  for (const rule of rules) {
    const text = fields[rule.field];
    if (rule.tooLong !== 'split' || rule.room === null || typeof text !== 'string') continue;
    const { lengthMax, characters } = rule.room;
    const written = (part: string): string => (characters === null ? part : storable(part, characters));
    if (lengthMax === null || lengthOf(written(text)) <= lengthMax) continue;
    const bounds = { lengthMax, measure: measureOf(text, rule.room), partsMax: COMMENT_ROWS_MAX };
    const parts = numberedParts(text, bounds);
    return parts?.map((part) => ({ ...fields, [rule.field]: written(part) })) ?? null;
  }
  return [fields];
}

/**
 * The ticket as if its columns had taken all that the provider said. Where people have written around what is stored, what is
 * missing is put back in its place; what they have replaced is as it is. So a rule of the contract sees the whole, and what
 * was shortened here does not go out as an edit.
 */
export function asSaid(ticket: Ticket, kept: KeptTexts): Ticket {
  const names = Object.keys(kept);
  if (names.length === 0) return ticket;
  const fields: Record<string, Json> = { ...ticket.fields };
  for (const name of names) {
    const text = fields[name];
    const one = kept[name];
    if (one !== undefined && typeof text === 'string') fields[name] = wholeOf(text, one);
  }
  return { ...ticket, fields };
}

export function wholeOf(text: string, { stored, rest, replaced }: KeptText): string {
  const said = replaced ? readBack(text) : text;
  return rest === null ? said : rejoin(said, replaced ? readBack(stored) : stored, rest);
}
