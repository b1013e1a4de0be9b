import { JsonataError } from './failure.ts';
import { meter } from './meter.ts';

/**
 * A list of JSONata: an array with marks, as the library sets them, because some of its constructs let them show.
 * A sequence is what paths and functions yield: one value of it stands for itself, none for nothing.
 */
export interface List extends Array<unknown> {
  sequence?: boolean;
  /** A sequence of one value that stays a list. */
  keepSingleton?: boolean;
  /** Its values are tuples. */
  tupleStream?: boolean;
  /** Around an input that is itself a list, so that it counts as one value. */
  outerWrapper?: boolean;
  /** Made by a list constructor that is not flattened into the path around it. */
  cons?: boolean;
}

export const isList = (value: unknown): value is List => Array.isArray(value);

export const isSequence = (value: unknown): value is List => isList(value) && value.sequence === true;

export function createSequence(): List {
  const sequence: List = [];
  sequence.sequence = true;
  return sequence;
}

/** A sequence of this one value, even if it is nothing. */
export function sequenceOf(value: unknown): List {
  const sequence = createSequence();
  sequence.push(value);
  return sequence;
}

/** Adds one value; throws where the list is as long as lists may be. */
export function push(list: List, value: unknown): void {
  if (list.length >= meter.limits.sequence) throw tooLong(meter.limits.sequence);
  list.push(value);
}

/** Two values, or lists of them, one after the other; nothing adds nothing. */
export function append(first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const left = isList(first) ? first : sequenceOf(first);
  const right = isList(second) ? second : [second];
  const size = left.length + right.length;
  if (size > meter.limits.sequence) throw tooLong(size);
  meter.step(1 + Math.floor(size / 100));
  return left.concat(right);
}

export const tooLong = (size: number): JsonataError => new JsonataError('D2015', { value: size });

/** A value as the items that it stands for. */
export const itemsOf = (value: unknown): List => (isList(value) ? value : sequenceOf(value));

/** What a sequence comes to once an expression has yielded it. */
export function settled(result: unknown, keepsArray: boolean): unknown {
  if (!isSequence(result) || result.tupleStream === true) return result;
  if (keepsArray) result.keepSingleton = true;
  if (result.length === 0) return undefined;
  return result.length === 1 && result.keepSingleton !== true ? result[0] : result;
}
