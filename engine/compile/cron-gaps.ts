import { parse, validate } from 'node-cron';
import { minutes, seconds, type Milliseconds } from '../domain/instant.ts';

const HOUR_MS = minutes(60);

/** The shortest and the longest time between two runs of a cron expression, summer time aside; null: it is none. */
export function cronGaps(
  expression: string,
): { readonly min: Milliseconds; readonly max: Milliseconds } | null {
  // The library expands ranges before it looks at them: numbers of more than four digits are never right.
  if (/\d{5}/.test(expression) || !validate(expression)) return null;
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const runs = numbers(minute)
    .flatMap((at) => numbers(second).map((past) => minutes(at) + seconds(past)))
    .sort((one, other) => one - other);
  const [first = 0] = runs;
  const gaps = runs.map((run, index) => (runs[index + 1] ?? HOUR_MS + first) - run);
  const isEveryHour = covers(hour, 24) && covers(dayOfMonth, 31) && covers(month, 12) && covers(dayOfWeek, 7);
  // An hour that is left out makes a gap of more than an hour.
  return { min: Math.min(...gaps), max: Math.max(...gaps, isEveryHour ? 0 : HOUR_MS + 1) };
}

const numbers = (field: readonly (number | string)[]): readonly number[] => [...new Set(field.map(Number))];

const covers = (field: readonly (number | string)[], count: number): boolean =>
  numbers(field).length >= count;
