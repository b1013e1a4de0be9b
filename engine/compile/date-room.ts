import { DateTime } from 'luxon';
import type { DateRoom, UnstorableDate } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { DateRange } from '../domain/itsm-description.ts';

/** The years that every database's dates can hold. */
export const YEAR_MIN = 1000;
export const YEAR_MAX = 9999;

/** The dates that a column takes; a DATETIME's years are those of the database's zone. */
export const dateRoom = (range: DateRange, timeZone: string, unstorable: UnstorableDate): DateRoom => ({
  ...(range === 'timestamp' ? TIMESTAMPS : datetimes(timeZone)),
  read: readIsoDate,
  unstorable,
});

type Bounds = Pick<DateRoom, 'first' | 'last'>;

const TIMESTAMPS: Bounds = { first: Date.UTC(1970, 0, 1, 0, 0, 1), last: Date.UTC(2038, 0, 19, 3, 14, 7) };

const datetimes = (zone: string): Bounds => ({
  first: DateTime.fromObject({ year: YEAR_MIN }, { zone }).toMillis(),
  last: DateTime.fromObject({ year: YEAR_MAX + 1 }, { zone }).toMillis() - 1000,
});

/** Reads an ISO 8601 text; one without an offset is in UTC. Null: it is none, or no such date exists. */
export function readIsoDate(text: string): Instant | null {
  // Nearly every one is just as we write them ourselves.
  const instant = text.length === WRITTEN_LENGTH ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant) && new Date(instant).toISOString() === text) return instant;
  const date = DateTime.fromISO(text, { zone: 'utc' });
  return date.isValid ? date.toMillis() : null;
}

const WRITTEN_LENGTH = '2026-11-23T14:05:00.000Z'.length;
