import type { Knex } from 'knex';
import { isLive } from '../../../engine/domain/lane.ts';
import type { LiveLane } from '../../../engine/runtime/ports.ts';
import { type LaneRow, readLane } from './lane-row.ts';

/**
 * Of the lanes behind `after`, by id, so many at most: those that are linked to a ticket of the client's which has not ended at
 * the provider, and are not parked. `last`: the last that was looked at; null: there is none.
 */
export async function liveLanes(
  lanes: Knex.QueryBuilder<LaneRow, LaneRow[]>,
  after: number,
  limit: number,
): Promise<{ readonly live: readonly LiveLane[]; readonly last: number | null }> {
  const page = await lanes
    .whereNull('parked_at')
    .whereNotNull('client_ticket')
    .whereNotNull('provider_ticket')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit);
  const live = page
    .map(readLane)
    .flatMap((lane) =>
      lane.clientTicket !== null && isLive(lane) ? [{ id: lane.id, clientTicket: lane.clientTicket }] : [],
    );
  return { live, last: page.at(-1)?.id ?? null };
}
