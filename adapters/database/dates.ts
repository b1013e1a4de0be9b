import { DateTime } from 'luxon';
import { readIsoDate, YEAR_MAX, YEAR_MIN } from '../../engine/compile/date-room.ts';
import { minutes, type Instant } from '../../engine/domain/instant.ts';

/**
 * The dates of an ITSM are plain texts in the zone that its contract names (`2026-11-23 14:05:00`), in a DATETIME
 * column or in SQLite's text. The zone of this process, of the driver and of the session never matter.
 *
 * - Where summer time begins, the texts of the skipped hour are read as if the clock had not been put forward yet:
 *   02:30 is the instant that is called 03:30.
 * - Where it ends, the texts of the repeated hour are read as the earlier of the two instants.
 * - Fractions of a second are read, to the millisecond, and not written: whole seconds fit every column.
 * - A text in the form of a date that is none (`0000-00-00 00:00:00`, MySQL's way to say nothing) is null.
 */
const LOCAL_DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/;

/** Thrown on what cannot be read or written as a date; the message says which value and what is expected. */
export class NotADate extends Error {
  override readonly name = 'NotADate';
}

/** Reads a database's local date. Null for null and for dates that do not exist. */
export function readLocalDate(value: unknown, timeZone: string): Instant | null {
  if (value === null || value === undefined) return null;
  const parts = typeof value === 'string' ? LOCAL_DATE.exec(value) : null;
  if (parts === null)
    throw new NotADate(`${JSON.stringify(value)} is not a date; expected a text such as 2026-11-23 14:05:00`);
  const number = (index: number): number => Number(parts[index] ?? 0);
  const simple = simpleInstant(number, parts[7] === undefined ? 0 : null, timeZone);
  if (simple !== null) return simple;
  const local = DateTime.fromObject(
    {
      year: number(1),
      month: number(2),
      day: number(3),
      hour: number(4),
      minute: number(5),
      second: number(6),
      millisecond: Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)),
    },
    { zone: timeZone },
  );
  if (!local.isValid) return null;
  return Math.min(...local.getPossibleOffsets().map((possible) => possible.toMillis()));
}

/** A date in whole seconds, on a day and in a zone that need no calendar; null: it may need one. */
function simpleInstant(
  part: (index: number) => number,
  milliseconds: 0 | null,
  timeZone: string,
): Instant | null {
  const [year, month, day, hour] = [part(1), part(2), part(3), part(4)];
  if (milliseconds === null || hour > 23 || part(5) > 59 || part(6) > 59) return null;
  const local = Date.UTC(year, month - 1, day, hour, part(5), part(6));
  const date = new Date(local);
  if (local < MODERN_TIMES || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const offsetMs = offsetAround(Math.floor(local / DAY_MS), timeZone);
  return offsetMs === null ? null : local - offsetMs;
}

const DAY_MS = minutes(60 * 24);
/** Days of which a zone's offset is remembered. */
const DAYS_MAX = 10_000;
const days = new Map<string, Map<number, number | null>>();

/** The zone's offset on a day, if it is the same on the days before and after it, so that no clock is put forward or back. */
function offsetAround(day: number, timeZone: string): number | null {
  let ofZone = days.get(timeZone);
  if (ofZone === undefined || ofZone.size >= DAYS_MAX) {
    ofZone = new Map();
    days.set(timeZone, ofZone);
  }
  let offsetMs = ofZone.get(day);
  if (offsetMs === undefined) {
    const at = (instant: Instant): number => DateTime.fromMillis(instant, { zone: timeZone }).offset * 60_000;
    const before = at((day - 1) * DAY_MS);
    offsetMs = before === at((day + 2) * DAY_MS) ? before : null;
    ofZone.set(day, offsetMs);
  }
  return offsetMs;
}

/** Writes an instant as the database's local date, in whole seconds. */
export const localDate = (instant: Instant, timeZone: string): string =>
  instant < MODERN_TIMES
    ? DateTime.fromMillis(instant, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss')
    : new Date(instant + zoneOffsetMs(instant, timeZone)).toISOString().slice(0, 19).replace('T', ' ');

/** Since then clocks are put forward and back at a quarter of an hour of UTC; before, zones have offsets of odd seconds. */
const MODERN_TIMES = Date.UTC(1973, 0, 1);

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function zoneOffsetMs(instant: Instant, timeZone: string): number {
  const known = offsets.get(timeZone);
  const quarter = Math.floor(instant / QUARTER_MS);
  if (known?.quarter === quarter) return known.offsetMs;
  const offsetMs = DateTime.fromMillis(instant, { zone: timeZone }).offset * 60_000;
  offsets.set(timeZone, { quarter, offsetMs });
  return offsetMs;
}

/** In every zone the clocks are put forward and back at a quarter of an hour of UTC. */
const QUARTER_MS = minutes(15);
/** The last answer for each zone: asking for it is slow, and nearly all dates are of now. */
const offsets = new Map<string, { readonly quarter: number; readonly offsetMs: number }>();

/** The ISO text in UTC that rules and the rest of the engine see. */
export const isoText = (instant: Instant): string => new Date(instant).toISOString();

/** Writes an ISO 8601 text as the database's local date. */
export function writtenDate(value: string, timeZone: string): string {
  const instant = isoInstant(value);
  const year = new Date(instant + zoneOffsetMs(instant, timeZone)).getUTCFullYear();
  if (year < YEAR_MIN || year > YEAR_MAX)
    throw new NotADate(`${JSON.stringify(value)} is not in the years ${YEAR_MIN} to ${YEAR_MAX}`);
  return localDate(instant, timeZone);
}

/** Reads an ISO 8601 text; one without an offset is in UTC. */
export function isoInstant(value: string): Instant {
  const instant = readIsoDate(value);
  if (instant === null)
    throw new NotADate(
      `${JSON.stringify(value)} is not a date; expected ISO 8601, such as 2026-11-23T14:05:00Z`,
    );
  return instant;
}
