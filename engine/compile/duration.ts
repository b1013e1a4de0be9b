import { minutes, seconds, type Milliseconds } from '../domain/instant.ts';

const UNITS: ReadonlyMap<string, Milliseconds> = new Map([
  ['ms', 1],
  ['s', seconds(1)],
  ['m', minutes(1)],
  ['h', minutes(60)],
]);

/** `250ms`, `30s`, `5m`, `2h`: a whole number and a unit. Null for anything else. */
export function parseDuration(text: string): Milliseconds | null {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNITS.get(unit);
  return count === undefined || unitMs === undefined ? null : Number(count) * unitMs;
}

/** `60s..120s`; one length alone is a range of itself. */
export function parseDurationRange(
  text: string,
): { readonly min: Milliseconds; readonly max: Milliseconds } | null {
  const [first, last, ...more] = text.split('..');
  const min = parseDuration(first ?? '');
  const max = last === undefined ? min : parseDuration(last);
  return min === null || max === null || max < min || more.length > 0 ? null : { min, max };
}

/** A length of time as the rule files write it: `2m`, `90s`, `250ms`. */
export function durationText(ms: Milliseconds): string {
  if (ms % minutes(60) === 0 && ms !== 0) return `${ms / minutes(60)}h`;
  if (ms % minutes(1) === 0 && ms !== 0) return `${ms / minutes(1)}m`;
  return ms % seconds(1) === 0 ? `${ms / seconds(1)}s` : `${ms}ms`;
}
