import { DateTime } from 'luxon';
import type { Instant } from '../domain/instant.ts';
import { CODES } from './codes.ts';
import type { Scope } from './scope.ts';
import type { Written } from './yaml/written.ts';

/** An ISO date, with a time if need be; without an offset, in the contract's time zone. */
export function compileSince(written: Written<string> | null, scope: Scope): Instant | null {
  const text = written?.text ?? null;
  if (written === null || text === null) return null;
  const date = DateTime.fromISO(text, { zone: scope.timeZone });
  if (date.isValid) return date.toMillis();
  scope.report.add(
    CODES.badDate,
    written,
    `"${text}" is not a date.`,
    'Write it as 2026-01-31 or 2026-01-31T08:00:00Z.',
  );
  return null;
}
