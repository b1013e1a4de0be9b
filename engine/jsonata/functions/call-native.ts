import type { Around, Native } from '../callable.ts';
import { BoundReached, JsonataError } from '../failure.ts';
import { meter, tooLarge } from '../meter.ts';

const lengthOf = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 0;

/** What some functions would make of their arguments at once, before anybody could weigh it. */
const FORESEEN: Readonly<Record<string, (...given: readonly unknown[]) => number>> = {
  pad: (_, width) => (typeof width === 'number' ? Math.abs(width) : 0),
  join: (parts, separator) => lengthOf(parts) * lengthOf(separator),
};

/** Work that grows faster than what the function is given: each value is compared with each other one. */
const LABOUR: Readonly<Record<string, (weight: number, first: unknown) => number>> = {
  distinct: (weight, first) => weight * lengthOf(first),
};

/** Arguments that are pictures of a number or date. */
const PICTURE_AT: Readonly<Record<string, number>> = {
  formatNumber: 1,
  formatInteger: 1,
  parseInteger: 1,
  fromMillis: 1,
  toMillis: 1,
  now: 0,
};

/** Calls a function of the language, within the bounds of the evaluation that calls it. */
export function callNative(native: Native, given: readonly unknown[], around: Around): unknown {
  const { name } = native;
  const weight = given.reduce<number>((sum, argument) => sum + meter.weigh(argument), 0);
  meter.work(LABOUR[name]?.(weight, given[0]) ?? weight);
  if ((FORESEEN[name]?.(...given) ?? 0) > meter.limits.size) throw tooLarge(meter.limits.size);
  const pictureAt = PICTURE_AT[name];
  if (pictureAt !== undefined) keepPicture(name, given[pictureAt]);
  const result = native.implementation(given, around);
  const length = lengthOf(result);
  if (typeof result === 'string' ? length > meter.limits.size : false) throw tooLarge(meter.limits.size);
  if (Array.isArray(result) && length > meter.limits.sequence)
    throw new JsonataError('D2015', { value: length });
  if (length > 0) meter.work(length);
  return result;
}

function keepPicture(name: string, picture: unknown): void {
  const { picture: length } = meter.limits;
  if (lengthOf(picture) <= length) return;
  const what = name === 'now' ? 'the picture of a date' : `the picture for $${name}`;
  throw new BoundReached('picture', `${what} has more than ${length} characters`);
}
