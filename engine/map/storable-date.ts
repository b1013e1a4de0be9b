import type { DateRoom } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';

const SHOWN_LENGTH_MAX = 60;

/** Why the column does not take it: `takes dates from … to …, not "0001-01-01T00:00:00Z"`. Null: it does. */
export function unstorableDate(text: string, { first, last, read }: DateRoom): string | null {
  const shown = JSON.stringify(text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text);
  const instant = read(text);
  if (instant === null) return `takes dates such as 2026-11-23T14:05:00Z, not ${shown}`;
  // A column has whole seconds.
  if (instant >= first && instant < last + 1000) return null;
  return `takes dates from ${utc(first)} to ${utc(last)}, not ${shown}`;
}

const utc = (instant: Instant): string => new Date(instant).toISOString().replace('.000Z', 'Z');
