import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';

/** A date of HTTP has whole seconds, cut off: half a second is what it lacks on average. */
const CUT_OFF_MS = 500;

/**
 * How far the server's clock is ahead of this machine's, by the answer's `Date`, which is taken to be from the middle
 * between question and answer. Null: it has none that can be read. It is the machine's clock that is compared, also
 * where the engine's time is made to run faster.
 */
export function clockSkewOf(
  headers: Pick<Headers, 'get'>,
  asked: Instant,
  answered: Instant,
): Milliseconds | null {
  const theirs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(theirs) ? null : Math.round(theirs + CUT_OFF_MS - (asked + answered) / 2);
}
