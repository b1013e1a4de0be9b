import { JsonataError } from './failure.ts';
import { isList, tooLong, type List } from './list.ts';
import { meter, tooLarge } from './meter.ts';
import { isEqual, isNumeric, textOf } from './values.ts';

/** The operators of two values. Where an error happened is added by whoever calls them. */
export type Operator = (left: unknown, right: unknown) => unknown;

const arithmetic =
  (compute: (left: number, right: number) => number): Operator =>
  (left, right) => {
    if (left !== undefined && !isNumeric(left)) throw new JsonataError('T2001', { value: left });
    if (right !== undefined && !isNumeric(right)) throw new JsonataError('T2002', { value: right });
    return left === undefined || right === undefined ? undefined : compute(left, right);
  };

const isComparable = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const comparison =
  (compare: (left: string | number, right: string | number) => boolean): Operator =>
  (left, right) => {
    const areComparable =
      (left === undefined || isComparable(left)) && (right === undefined || isComparable(right));
    if (!areComparable) throw new JsonataError('T2010', { value: isComparable(left) ? right : left });
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) throw new JsonataError('T2009', { value: left, value2: right });
    return compare(left, right);
  };

/** Two texts, or what is written as text; nothing is an empty one. */
export function joined(left: unknown, right: unknown): string {
  const text = (textOf(left) ?? '') + (textOf(right) ?? '');
  if (text.length > meter.limits.size) throw tooLarge(meter.limits.size);
  if (text.length > 100) meter.work(text.length);
  return text;
}

export function isIn(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (!isList(right)) return left === right;
  meter.work(right.length);
  return right.includes(left) && !Number.isNaN(left);
}

/** `[a..b]` */
function range(left: unknown, right: unknown): List | undefined {
  if (left !== undefined && !Number.isInteger(left)) throw new JsonataError('T2003', { value: left });
  if (right !== undefined && !Number.isInteger(right)) throw new JsonataError('T2004', { value: right });
  if (left === undefined || right === undefined) return undefined;
  const [from, to] = [left as number, right as number];
  if (from > to) return undefined;
  const size = to - from + 1;
  if (size > 1e7) throw new JsonataError('D2014', { value: size });
  if (size > meter.limits.sequence) throw tooLong(size);
  meter.work(size);
  const list: List = Array.from({ length: size }, (_, index) => from + index);
  list.sequence = true;
  return list;
}

export const OPERATORS: ReadonlyMap<unknown, Operator> = new Map<unknown, Operator>([
  ['+', arithmetic((left, right) => left + right)],
  ['-', arithmetic((left, right) => left - right)],
  ['*', arithmetic((left, right) => left * right)],
  ['/', arithmetic((left, right) => left / right)],
  ['%', arithmetic((left, right) => left % right)],
  ['<', comparison((left, right) => left < right)],
  ['<=', comparison((left, right) => left <= right)],
  ['>', comparison((left, right) => left > right)],
  ['>=', comparison((left, right) => left >= right)],
  ['=', (left, right) => left !== undefined && right !== undefined && isEqual(left, right)],
  ['!=', (left, right) => left !== undefined && right !== undefined && !isEqual(left, right)],
  ['&', joined],
  ['in', isIn],
  ['..', range],
]);
