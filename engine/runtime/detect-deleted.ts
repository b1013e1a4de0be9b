import { LIVE_LANES_PER_POLL_MAX } from '../domain/limits.ts';
import type { Runtime } from './step.ts';

/**
 * Wakes the lanes of linked tickets whose rows are gone: a row that is deleted leaves no date behind that `detectChanges` could
 * find. A part of the tickets is looked at, behind the lane `after`; returns the lane behind which to go on the next time.
 */
export async function detectDeleted({ contract, ports }: Runtime, after: number): Promise<number> {
  if (contract.outbound.deleted === null) return after;
  return ports.database.transaction(async ({ itsm, store }) => {
    const { live, last } = await store.liveLanes(after, LIVE_LANES_PER_POLL_MAX);
    if (last === null) return 0;
    const missing = new Set(await itsm.missingTickets(live.map(({ clientTicket }) => clientTicket)));
    const now = ports.clock.now();
    for (const { id, clientTicket } of live)
      if (missing.has(clientTicket)) await store.wakeLane(id, now, null);
    return last;
  });
}
