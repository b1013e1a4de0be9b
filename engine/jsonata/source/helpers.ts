import { readNames } from '../closures/plain-path.ts';
import { settled } from '../list.ts';
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
  substringBefore2: ofTexts((text, part) => {
    const at = text.indexOf(part);
    return at === -1 ? text : text.slice(0, at);
  }),
  substringAfter2: ofTexts((text, part) => {
    const at = text.indexOf(part);
    return at === -1 ? text : text.slice(at + part.length);
  }),
};

/** What generated source calls. */
export const HELPERS = {
  /** A list on the way of a path: the rest of it, of each value in the list. */
  readThrough: (list: unknown, names: readonly string[]): unknown =>
    meter.during(LIMITS, 0, 0, () => {
      const result = readNames(list, names);
      return typeof result === 'object' ? settled(result, false) : result;
    }),
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
