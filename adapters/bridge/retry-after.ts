import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';

/**
 * `Retry-After` in milliseconds (RFC 9110, 10.2.3): seconds, or a date, which is compared with the answer's own `Date`
 * where it has one, because the two clocks may differ. Null: there is none, or it cannot be read.
 */
export function retryAfterMs(headers: Headers, now: Instant): Milliseconds | null {
  const written = headers.get('retry-after')?.trim();
  if (written === undefined || written === '') return null;
  if (/^\d{1,9}$/.test(written)) return Number(written) * 1000;
  const until = Date.parse(written);
  if (Number.isNaN(until)) return null;
  const answered = Date.parse(headers.get('date') ?? '');
  return Math.max(0, until - (Number.isNaN(answered) ? now : answered));
}
