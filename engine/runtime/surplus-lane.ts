import type { Instant } from '../domain/instant.ts';
import { NEW_LANE_STATE, type Lane } from '../domain/lane.ts';
import { otherSpelling } from '../domain/provider-ticket.ts';
import { mergeInto } from './merge-lanes.ts';
import type { Transaction } from './ports.ts';
import { withState } from './step.ts';

/**
 * The lane has another provider ticket, one too many: to be cancelled there. What the provider's people wrote in it waits
 * perhaps in a lane of its own, and what they write yet may not name our ticket: both are for this lane.
 */
export async function withSurplus(
  tx: Transaction,
  lane: Lane,
  providerTicket: string,
  now: Instant,
): Promise<Lane> {
  const stranger =
    (await tx.store.laneByProviderTicket(providerTicket)) ??
    (await tx.store.laneByProviderTicket(otherSpelling(providerTicket)));
  const isOthers = stranger !== null && (stranger.clientTicket !== null || stranger.state.surplusOf !== null);
  if (!isOthers) {
    if (stranger !== null) await mergeInto(tx, stranger, lane.id, now);
    const state = { ...NEW_LANE_STATE, surplusOf: lane.id };
    await tx.store.insertLane({ clientTicket: null, clientNumber: null, providerTicket, state, dueAt: now });
  }
  return withState(lane, { surplus: [...lane.state.surplus, providerTicket] });
}
