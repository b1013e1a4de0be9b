import { JsonataError } from './failure.ts';
import { isList } from './list.ts';
import { meter } from './meter.ts';

/** Functions, of the language or of an expression, are JavaScript functions here. */
export const isFunction = (value: unknown): value is (...given: unknown[]) => unknown =>
  typeof value === 'function';

/** Throws for what no number of JSON is. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new JsonataError('D1001', { value });
  return true;
}

export const isListOfNumbers = (value: unknown): value is number[] => isList(value) && value.every(isNumeric);

export const isListOfTexts = (value: readonly unknown[]): value is string[] =>
  value.every((item) => typeof item === 'string');

/** As `$boolean` has it; nothing is false. */
export function isTruthy(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value.length > 0;
    case 'number':
      return isNumeric(value) && value !== 0;
    case 'object':
      if (value === null) return false;
      if (!isList(value)) return Object.keys(value).length > 0;
      meter.step();
      // All of them are looked at, as one of them may be no number.
      return value.length === 1 ? isTruthy(value[0]) : value.filter(isTruthy).length > 0;
    default:
      return false;
  }
}

/** As `$string` has it; of nothing, nothing. */
export function textOf(value: unknown, isPretty = false): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return '';
  if (typeof value === 'number' && !Number.isFinite(value)) throw new JsonataError('D3001', { value });
  const whole = isList(value) && value.outerWrapper === true ? value[0] : value;
  if (typeof whole === 'object') meter.work(meter.weigh(whole));
  return JSON.stringify(whole, written, isPretty ? 2 : 0);
}

function written(_: string, value: unknown): unknown {
  if (typeof value === 'function') return '';
  if (isNumeric(value) && !Number.isInteger(value)) return Number(value.toPrecision(15));
  return value;
}

/** Whether two values are the same, whatever the order of their members. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  meter.work(meter.weigh(left) + meter.weigh(right));
  return isDeepEqual(left, right);
}

function isDeepEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => isDeepEqual(item, right[index]));
  }
  const names = Object.getOwnPropertyNames(left).sort();
  const others = Object.getOwnPropertyNames(right).sort();
  if (names.length !== others.length || names.some((name, index) => name !== others[index])) return false;
  return names.every((name) => isDeepEqual(memberOf(left, name), memberOf(right, name)));
}

/** A member of an object by its name, its own or not. */
export const memberOf = (object: object, name: string): unknown => (object as Record<string, unknown>)[name];

export const keysOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];
