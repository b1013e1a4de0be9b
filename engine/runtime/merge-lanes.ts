import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import { droppedText } from './operator.ts';
import type { Transaction } from './ports.ts';
import { outboundEntry } from './step.ts';

/**
 * A lane that knows nothing but the provider's ticket turns out to be that of a ticket which has a lane: what waits in the
 * one goes to the other, so that one order holds for both. What an operator has decided of the one alone ends with it,
 * and the journal says so: the ticket that it belongs to travels.
 */
export async function mergeInto(tx: Transaction, from: Lane, into: number, now: Instant): Promise<void> {
  const { dropped } = from.state;
  await tx.store.mergeLane(from.id, into, now);
  const lane = dropped === null ? null : await tx.store.lane(into, false);
  if (dropped === null || lane?.state.dropped !== null) return;
  await tx.store.journal(
    outboundEntry(lane, 'plan', now, {
      outcome: 'retried',
      summary: `${from.providerTicket ?? ''} was ${droppedText(dropped)}; it is this ticket's, which travels: drop it too if it shall not`,
      detail: { by: dropped.by, because: dropped.because },
    }),
  );
}
