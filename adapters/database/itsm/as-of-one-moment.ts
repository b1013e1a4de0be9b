import { isDeepStrictEqual } from 'node:util';
import { DatabaseUnavailable } from '../../../engine/runtime/ports.ts';

/** Readings of one ticket that keeps changing meanwhile. */
export const READINGS_MAX = 50;

/**
 * Reads something that takes several statements as it was at one moment: the whole, the rest that belongs to it, and the
 * whole once more. Where that says the same, it said so when the rest was read; otherwise all is read again.
 *
 * A transaction sees what others commit between two of its statements (READ COMMITTED). Put together from two moments, a
 * ticket would be one that never was: a comment there already, the status that was changed before it not yet. To read
 * everything in one snapshot would cost locks on the gaps between the client's rows.
 *
 * `standsStill`: this transaction sees nothing of others; once is enough.
 *
 * Null if there is no such thing. Rejects with DatabaseUnavailable if it never stands still.
 */
export async function asOfOneMoment<Whole, Rest>(
  readWhole: () => Promise<Whole | null>,
  readRest: (whole: Whole) => Promise<Rest>,
  { standsStill }: { readonly standsStill: boolean },
): Promise<{ readonly whole: Whole; readonly rest: Rest } | null> {
  let whole = await readWhole();
  for (let reading = 1; reading <= READINGS_MAX; reading += 1) {
    if (whole === null) return null;
    const rest = await readRest(whole);
    if (standsStill) return { whole, rest };
    const again = await readWhole();
    if (isDeepStrictEqual(again, whole)) return { whole, rest };
    whole = again;
  }
  throw new DatabaseUnavailable(
    `a ticket changed each of the ${READINGS_MAX} times that it was read: it is tried again later`,
  );
}
