import { readNames } from '../closures/plain-path.ts';
import { createSequence, settled } from '../list.ts';
import { LIMITS, meter } from '../meter.ts';
import { OPERATORS } from '../operators.ts';
import { isEqual, isTruthy } from '../values.ts';

/** Characters of a text that generated source works on; longer ones are left to the closures, which measure what they do. */
const TEXT_LENGTH_MAX = 4000;

/** Thrown where closures go on: they find the exact error, or the value after all. */
const LEFT_TO_CLOSURES = new Error('left to the closures');

function leave(): never {
  throw LEFT_TO_CLOSURES;
}

const short = (text: string): string => (text.length > TEXT_LENGTH_MAX ? leave() : text);

/** Of a text, or of nothing; anything else is an error, which closures name. */
const ofText =
  <Result>(compute: (text: string) => Result) =>
  (value: unknown): Result | undefined => {
    if (typeof value === 'string') return compute(short(value));
    return value === undefined ? undefined : leave();
  };

const ofTexts =
  <Result>(compute: (text: string, other: string) => Result) =>
  (value: unknown, other: unknown): Result | undefined => {
    if (typeof value === 'string' && typeof other === 'string') return compute(short(value), short(other));
    return leave();
  };

const isTextOrNothing = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** Where each unit is a character. */
const unitsOf = (text: string): string => (/[\uD800-\uDFFF]/.test(text) ? leave() : text);

function substring(text: unknown, start: unknown, length: number | undefined): string | undefined {
  if (typeof start !== 'number') return leave();
  if (typeof text !== 'string') return text === undefined ? undefined : leave();
  const units = unitsOf(short(text));
  const from = units.length + start < 0 ? 0 : start;
  if (length === undefined) return units.slice(from);
  if (length <= 0) return '';
  return units.slice(from, from >= 0 ? from + length : units.length + from + length);
}

/** Values and characters of a list that generated source works on. */
const WEIGHT_MAX = 20_000;
const LEVELS_MAX = 20;

/** Whether nobody would have to measure it. */
const isSmall = (value: unknown): boolean => restOf(value, WEIGHT_MAX, LEVELS_MAX) >= 0;

/** What a value leaves of so much; less than nothing: it is more. */
function restOf(value: unknown, weight: number, levels: number): number {
  if (typeof value === 'string') return weight - value.length - 1;
  if (typeof value !== 'object' || value === null) return weight - 1;
  let rest = levels === 0 ? -1 : weight - 1;
  for (const name in value) {
    if (rest < 0) return rest;
    rest = restOf((value as Record<string, unknown>)[name], rest - name.length, levels - 1);
  }
  return rest;
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** As `$trim` has it: runs of blanks become one, those at the ends go. */
function trimmed(text: string): string {
  const result = text.replace(/[ \t\n\r]+/g, ' ');
  return result.slice(
    result.startsWith(' ') ? 1 : 0,
    result.length > 1 && result.endsWith(' ') ? -1 : undefined,
  );
}

/** Functions of the language that generated source calls without more ado, by name and number of arguments. */
export const INLINE: Readonly<Record<string, (...given: never[]) => unknown>> = {
  lowercase1: ofText((text) => text.toLowerCase()),
  uppercase1: ofText((text) => text.toUpperCase()),
  trim1: ofText((text) =>
    isBlank(text.charCodeAt(0)) || /[ \t\n\r]{2}|[\t\n\r]|[ \t\n\r]$/.test(text) ? trimmed(text) : text,
  ),
  contains2: (text: unknown, token: unknown) => {
    if (typeof text === 'string' && typeof token === 'string') return short(text).includes(short(token));
    return isTextOrNothing(text) && isTextOrNothing(token) ? undefined : leave();
  },
  length1: ofText((text) => unitsOf(text).length),
  substring2: (text: unknown, start: unknown) => substring(text, start, undefined),
  substring3: (text: unknown, start: unknown, length: unknown) =>
    typeof length === 'number' ? substring(text, start, length) : leave(),
  count1: (value: unknown) => {
    if (value === undefined) return 0;
    return !isSmall(value) ? leave() : Array.isArray(value) ? value.length : 1;
  },
  join2: (value: unknown, separator: unknown) => {
    if (typeof separator !== 'string') return leave();
    if (value === undefined || typeof value === 'string') return value;
    if (!Array.isArray(value) || !isSmall(value) || !value.every((item) => typeof item === 'string'))
      return leave();
    return short(value.join(short(separator)));
  },
  substringBefore2: ofTexts((text, part) => {
    const at = text.indexOf(part);
    return at === -1 ? text : text.slice(0, at);
  }),
  substringAfter2: ofTexts((text, part) => {
    const at = text.indexOf(part);
    return at === -1 ? text : text.slice(at + part.length);
  }),
};

/** Items of a list that generated source goes through. */
const ITEMS_MAX = 1000;

/** A list on the way of a path: the rest of it, of each value in the list. */
const readThrough = (list: unknown, names: readonly string[]): unknown =>
  meter.during(LIMITS, 0, 0, () => {
    const result = readNames(list, names);
    return typeof result === 'object' ? settled(result, false) : result;
  });

/** What generated source calls. */
export const HELPERS = {
  readThrough,
  isTruthy: (value: unknown): boolean => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string') return value !== '';
    return value !== undefined && meter.during(LIMITS, 0, 0, () => isTruthy(value));
  },
  isEqual: (left: unknown, right: unknown): boolean =>
    left !== undefined &&
    right !== undefined &&
    (left === right ||
      (typeof left === 'object' &&
        typeof right === 'object' &&
        left !== null &&
        right !== null &&
        meter.during(LIMITS, 0, 0, () => isEqual(left, right)))),
  isIn: (left: unknown, right: unknown): boolean => {
    if (left === undefined || right === undefined) return false;
    if (!Array.isArray(right)) return left === right;
    return right.length > 100 ? leave() : right.some((item) => item === left);
  },
  /** The item at a place of a list, and what is at the end of a path in it. */
  atPlace: (value: unknown, place: number, names: readonly string[]): unknown => {
    const isOne = !Array.isArray(value);
    const length = isOne ? 1 : value.length;
    const at = place < 0 ? length + place : place;
    let found: unknown = isOne ? (at === 0 ? value : undefined) : value[at];
    for (const name of names) {
      if (Array.isArray(found)) return leave();
      found =
        typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
    }
    return Array.isArray(found) ? leave() : found;
  },
  /** The items of a list that are wanted, and what is at the end of a path in each. */
  wantedOf: (value: unknown, isWanted: (item: object) => boolean, names: readonly string[]): unknown => {
    if (value === undefined) {
      // What breaks without an item breaks.
      isWanted({});
      return undefined;
    }
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length > ITEMS_MAX) return leave();
    const wanted = createSequence();
    for (const item of items) {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return leave();
      if (isWanted(item)) wanted.push(item);
    }
    if (wanted.length === 0) return undefined;
    return names.length === 0 ? settled(wanted, false) : readThrough(wanted, names);
  },
  /** What is said of an item; a number would be its place. */
  isWanted: (said: unknown): boolean =>
    typeof said === 'boolean'
      ? said
      : said === undefined
        ? false
        : typeof said === 'string'
          ? said !== ''
          : leave(),
  /** A value within a text. */
  text: (value: unknown): string => {
    if (typeof value === 'string') return short(value);
    if (value === undefined) return '';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (value === null) return 'null';
    if (typeof value === 'number' && Number.isSafeInteger(value)) return JSON.stringify(value);
    return leave();
  },
  /** A function that is not of the language: it is measured by itself. */
  handed: (call: (...given: unknown[]) => unknown, given: readonly unknown[]): unknown =>
    meter.during(LIMITS, 0, 0, () => call(...given)),
  short,
  operators: OPERATORS,
  leave,
};
