import { arityOf } from '../callable.ts';
import { JsonataError } from '../failure.ts';
import { createSequence, push, type List } from '../list.ts';
import { isListOfNumbers, isListOfTexts, isTruthy, keysOf, memberOf } from '../values.ts';

/**
 * The functions of the language that call back. The library's own wait for what they call; these are theirs without the
 * waiting, in the same order and with the same errors.
 */
type Back = (...given: unknown[]) => unknown;

/** Calls back with as many of value, place and whole as the function takes. */
function call(back: Back, value: unknown, place: unknown, whole: unknown): unknown {
  const arity = arityOf(back);
  if (arity >= 3) return back(value, place, whole);
  return arity >= 2 ? back(value, place) : back(value);
}

export function map(list: List | undefined, back: Back): unknown {
  if (list === undefined) return undefined;
  const results = createSequence();
  for (let index = 0; index < list.length; index++) {
    const result = call(back, list[index], index, list);
    if (result !== undefined) push(results, result);
  }
  return results;
}

export function filter(list: List | undefined, back: Back): unknown {
  if (list === undefined) return undefined;
  const results = createSequence();
  for (let index = 0; index < list.length; index++) {
    if (isTruthy(call(back, list[index], index, list))) push(results, list[index]);
  }
  return results;
}

export function single(list: List | undefined, back: Back | undefined): unknown {
  if (list === undefined) return undefined;
  let found: unknown;
  let isFound = false;
  for (let index = 0; index < list.length; index++) {
    if (back !== undefined && !isTruthy(call(back, list[index], index, list))) continue;
    if (isFound) throw new JsonataError('D3138', { index });
    found = list[index];
    isFound = true;
  }
  if (!isFound) throw new JsonataError('D3139');
  return found;
}

export function reduce(list: List | undefined, back: Back, init: unknown): unknown {
  if (list === undefined) return undefined;
  const arity = arityOf(back);
  if (arity < 2) throw new JsonataError('D3050', { index: 1 });
  const isFromFirst = init === undefined && list.length > 0;
  let result = isFromFirst ? list[0] : init;
  for (let index = isFromFirst ? 1 : 0; index < list.length; index++) {
    if (arity >= 4) result = back(result, list[index], index, list);
    else result = arity >= 3 ? back(result, list[index], index) : back(result, list[index]);
  }
  return result;
}

export function each(object: object, back: Back): unknown {
  const results = createSequence();
  for (const key of keysOf(object)) {
    const result = call(back, memberOf(object, key), key, object);
    if (result !== undefined) push(results, result);
  }
  return results;
}

export function sift(object: object, back: Back): unknown {
  const result = Object.create(null) as Record<string, unknown>;
  for (const key of keysOf(object)) {
    const value = memberOf(object, key);
    if (isTruthy(call(back, value, key, object))) result[key] = value;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

/** A merge sort that keeps the order of equals; `isAfter` tells whether the first belongs behind the second. */
export function sort(
  list: List | undefined,
  isAfter: ((left: unknown, right: unknown) => unknown) | undefined,
): unknown {
  if (list === undefined || list.length <= 1) return list;
  if (isAfter !== undefined) return sorted(list, isAfter);
  if (!isListOfNumbers(list) && !isListOfTexts(list)) throw new JsonataError('D3070', { index: 1 });
  return sorted(list, (left, right) => (left as string) > (right as string));
}

function sorted(list: readonly unknown[], isAfter: (left: unknown, right: unknown) => unknown): unknown[] {
  const middle = Math.floor(list.length / 2);
  const left = middle <= 1 ? list.slice(0, middle) : sorted(list.slice(0, middle), isAfter);
  const right = list.length - middle <= 1 ? list.slice(middle) : sorted(list.slice(middle), isAfter);
  const result: unknown[] = [];
  let [one, other] = [0, 0];
  while (one < left.length && other < right.length) {
    // What is not a boolean counts as JavaScript has it.
    result.push(isAfter(left[one], right[other]) ? right[other++] : left[one++]);
  }
  return result.concat(left.slice(one), right.slice(other));
}
