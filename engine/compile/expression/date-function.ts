import { DateTime } from 'luxon';
import type { Instant } from '../../domain/instant.ts';
import { EXPRESSION_PICTURE_LENGTH_MAX } from '../../domain/limits.ts';
import { callFunction } from '../../jsonata/call-function.ts';
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

/**
 * `$date(value, picture?)`: an ISO date, or one as the bridge writes them (`2023-01-27 22:25:34`, in UTC), shown in the
 * contract's time zone: `2026-11-23 14:05`, or as the picture says (the pictures of `$fromMillis`).
 * Nothing, null and a blank text give nothing.
 */
export const dateFunction =
  (timeZone: string) =>
  (value?: unknown, picture?: unknown): unknown => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') {
      throw new ExpressionFailure('date', '$date wants a date as text, like 2026-11-23T14:05:00Z.');
    }
    const text = value.trim();
    if (text === '') return undefined;
    const iso = DateTime.fromISO(text, { zone: 'utc' });
    const date = iso.isValid ? iso : DateTime.fromSQL(text, { zone: 'utc' });
    if (!date.isValid) {
      throw new ExpressionFailure(
        'date',
        `$date cannot read ${JSON.stringify(text.slice(0, 60))} as a date.`,
      );
    }
    const local = date.setZone(timeZone);
    const shown = picture ?? PICTURE_DEFAULT;
    // The library takes half an hour too much off a zone like -03:30: there it gets the local time as if it were UTC.
    const isMisread = local.offset < 0 && local.offset % 60 !== 0;
    if (isMisread) return format(local.setZone('utc', { keepLocalTime: true }).toMillis(), shown, undefined);
    return format(local.toMillis(), shown, local.toFormat('ZZZ'));
  };
