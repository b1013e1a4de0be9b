import { DateTime } from 'luxon';
import { minutes, type Instant } from '../../domain/instant.ts';
import { EXPRESSION_PICTURE_LENGTH_MAX } from '../../domain/limits.ts';
import { callFunction } from '../../jsonata/call-function.ts';
import type { HandedIn } from '../../jsonata/source/generate.ts';
import { ExpressionFailure } from './failure.ts';

const PICTURE_DEFAULT = '[Y0001]-[M01]-[D01] [H01]:[m01]';

/** By the language's own function, so that pictures mean the same everywhere. */
function format(at: Instant, picture: unknown, offset: unknown): unknown {
  if (typeof picture === 'string' && picture.length > EXPRESSION_PICTURE_LENGTH_MAX) {
    const message = `the picture of a date has more than ${EXPRESSION_PICTURE_LENGTH_MAX} characters`;
    throw new ExpressionFailure('picture', message);
  }
  return callFunction('fromMillis', [at, picture, offset]);
}

const IN_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Since then zones are ahead of UTC, or behind it, by whole minutes. */
const MODERN_YEAR = 1973;
const DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const DAY_MINUTES = 24 * 60;

/**
 * A date as PICTURE_DEFAULT shows it in the zone, if it is written as ITSMs' dates are handed to rules, which nearly every
 * date is: `2026-11-23T14:05:00.000Z`. Null: it is written otherwise, or is none.
 */
function localText(value: string, timeZone: string): string | null {
  if (!IN_UTC.test(value)) return null;
  const year = two(value, 0) * 100 + two(value, 2);
  const month = two(value, 5);
  const day = two(value, 8);
  const hour = two(value, 11);
  const minute = two(value, 14);
  const isDate =
    year >= MODERN_YEAR &&
    month >= 1 &&
    day >= 1 &&
    day <= (DAYS[month] ?? 0) &&
    hour < 24 &&
    minute < 60 &&
    two(value, 17) < 60;
  if (!isDate || (month === 2 && day === 29 && !isLeap(year))) return null;
  if (timeZone === 'UTC') return `${value.slice(0, 10)} ${value.slice(11, 16)}`;
  const at = Date.UTC(year, month - 1, day, hour, minute);
  const offset = offsetMs(at, timeZone);
  const local = hour * 60 + minute + offset / minutes(1);
  if (local >= 0 && local < DAY_MINUTES)
    return `${value.slice(0, 10)} ${TWO_DIGITS[Math.floor(local / 60)] ?? ''}:${TWO_DIGITS[local % 60] ?? ''}`;
  const text = new Date(at + offset).toISOString();
  return text.length === 24 ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : null;
}

const two = (text: string, at: number): number =>
  (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** In every zone the clocks are put forward and back at a quarter of an hour of UTC. */
const QUARTER_MS = minutes(15);
/** Quarters of which a zone's offset is remembered: asking for it is slow. */
const QUARTERS_MAX = 10_000;
const offsets = new Map<string, Map<number, number>>();

function offsetMs(at: Instant, timeZone: string): number {
  let ofZone = offsets.get(timeZone);
  if (ofZone === undefined || ofZone.size >= QUARTERS_MAX) {
    ofZone = new Map();
    offsets.set(timeZone, ofZone);
  }
  const quarter = Math.floor(at / QUARTER_MS);
  let offset = ofZone.get(quarter);
  if (offset === undefined) {
    offset = DateTime.fromMillis(at, { zone: timeZone }).offset * minutes(1);
    ofZone.set(quarter, offset);
  }
  return offset;
}

/**
 * `$date(value, picture?)`: an ISO date, or one as the bridge writes them (`2023-01-27 22:25:34`, in UTC), shown in the
 * contract's time zone: `2026-11-23 14:05`, or as the picture says (the pictures of `$fromMillis`).
 * Nothing, null and a blank text give nothing.
 */
export const dateFunction = (timeZone: string): HandedIn =>
  Object.assign((value?: unknown, picture?: unknown): unknown => shown(timeZone, value, picture), {
    quick: (text: string) => localText(text, timeZone),
  });

function shown(timeZone: string, value: unknown, picture: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') {
    throw new ExpressionFailure('date', '$date wants a date as text, like 2026-11-23T14:05:00Z.');
  }
  const simple = picture === undefined ? localText(value, timeZone) : null;
  if (simple !== null) return simple;
  const text = value.trim();
  if (text === '') return undefined;
  const iso = DateTime.fromISO(text, { zone: 'utc' });
  const date = iso.isValid ? iso : DateTime.fromSQL(text, { zone: 'utc' });
  if (!date.isValid) {
    throw new ExpressionFailure('date', `$date cannot read ${JSON.stringify(text.slice(0, 60))} as a date.`);
  }
  const local = date.setZone(timeZone);
  const wanted = picture ?? PICTURE_DEFAULT;
  // The library takes half an hour too much off a zone like -03:30: there it gets the local time as if it were UTC.
  const isMisread = local.offset < 0 && local.offset % 60 !== 0;
  if (isMisread) return format(local.setZone('utc', { keepLocalTime: true }).toMillis(), wanted, undefined);
  return format(local.toMillis(), wanted, local.toFormat('ZZZ'));
}
