import type { Instant } from '../domain/instant.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { settleCreate } from './link.ts';
import { droppedText } from './operator.ts';
import type { Transaction } from './ports.ts';
import { settleMessage } from './settle-message.ts';
import { inboundEntry, outboundEntry, withState, type Runtime, type StepEnd } from './step.ts';

/**
 * A step of a lane that an operator took out: each message is dropped in that decision's name, and that a change here
 * does not travel is said once. Only which ticket of the provider's ours is may still be learned, so that no second one is
 * created should the lane be taken back.
 */
export async function stepOfDropped(
  { ports }: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage | null,
): Promise<StepEnd> {
  const { dropped } = lane.state;
  if (dropped === null) throw new Error(`lane ${lane.id} was not dropped`);
  const now = ports.clock.now();
  const words = droppedText(dropped);
  const detail = { by: dropped.by, because: dropped.because };
  if (message !== null) {
    const known = await learnLink(tx, lane, message, now);
    const link = known === lane ? '' : `; the provider's ticket is known now: ${known.providerTicket ?? ''}`;
    await tx.store.saveLane(known);
    await settleMessage(tx.store, message, 'dropped', now);
    await tx.store.journal(
      inboundEntry(known, message, now, {
        outcome: 'dropped',
        summary: `${words}${link}`,
        transactionId: message.messageId,
        detail,
      }),
    );
    return { kind: 'again' };
  }
  if (lane.state.verdict !== words) {
    await tx.store.saveLane(withState(lane, { verdict: words }));
    const summary = `${words}; what changes here does not travel`;
    await tx.store.journal(outboundEntry(lane, 'plan', now, { outcome: 'held', summary, detail }));
  }
  await tx.store.restLane(lane.id, lane.wanted, null);
  return { kind: 'rest', dueAt: null };
}

/** The lane as it was, unless the message tells what became of a create that may have happened. */
async function learnLink(tx: Transaction, lane: Lane, message: InboxMessage, now: Instant): Promise<Lane> {
  const { clientTicketNumber, ticketNumber } = message.body;
  if (lane.state.intent?.kind !== 'create' || clientTicketNumber !== lane.clientNumber) return lane;
  const number = typeof ticketNumber === 'string' && ticketNumber !== '' ? ticketNumber : message.group;
  const owner = await tx.store.laneByProviderTicket(number);
  return owner === null || owner.id === lane.id ? settleCreate(tx, lane, number, now) : lane;
}
