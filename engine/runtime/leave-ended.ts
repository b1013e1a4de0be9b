import type { Instant } from '../domain/instant.ts';
import { NEW_LANE_STATE, type Lane } from '../domain/lane.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';
import { tellInComment } from './tell-in-comment.ts';

/**
 * The provider's ticket has ended, and ours goes on there as another one: the lane is as one that was never sent, but for what has
 * crossed. What is still said of the former ticket is for this lane, and never settles the link to the new one.
 */
export async function leaveEnded(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  ticket: Ticket,
  former: string,
  now: Instant,
): Promise<Lane> {
  const { ticketType, surplus, substitutes, former: earlier } = lane.state;
  await tx.itsm.setProviderNumber(ticket.key, null, now);
  const free: Lane = {
    ...withState(lane, {
      ...NEW_LANE_STATE,
      ticketType,
      surplus,
      substitutes,
      former: [...earlier, former],
    }),
    providerTicket: null,
  };
  await tx.store.saveLane(free);
  await tx.store.insertLane({
    clientTicket: null,
    clientNumber: null,
    providerTicket: former,
    state: { ...NEW_LANE_STATE, surplusOf: lane.id },
    dueAt: now,
  });
  const words = `The provider's ticket ${former} has ended and takes nothing more: a new one is opened there.`;
  await tellInComment(runtime, tx, free, words, now);
  return free;
}
