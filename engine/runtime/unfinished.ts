import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import { hasEnded } from '../domain/payload.ts';
import { mapChange } from '../map/outbound-change.ts';
import { mapComments } from '../map/outbound.ts';
import { planChange } from '../plan/plan-change.ts';
import { unsentComments } from '../plan/plan-comments.ts';
import { ourTicket } from './our-ticket.ts';
import type { Transaction } from './ports.ts';

/**
 * Whether our change, which another one is about to take the place of, still has something to say: comments that have
 * not crossed, which nobody would send any more, or a call that lacks its answer, whose effect could come after that of
 * the other one's. A number that was never sent is not needed any more.
 */
export async function isUnfinished(
  contract: Contract,
  tx: Transaction,
  lane: Lane,
  now: Instant,
): Promise<boolean> {
  const ticket = await ourTicket(tx, lane, false);
  // What was refused already, or cannot be sent, is no reason to wait: it is told, and seen as parked.
  if (ticket === null || lane.parked !== null) return false;
  const mapped = mapChange(contract, ticket, lane.state.change?.approvals ?? [], now);
  // What cannot be said parks the lane here too.
  if (mapped.faults.length > 0) return true;
  const ledger = await tx.store.ledger(lane.id);
  const { plan } = planChange({ contract, lane, mapped, ledger });
  if (plan.kind !== 'actions') return false;
  return lane.state.intent !== null || plan.actions.some(({ kind }) => kind !== 'return-number');
}

/**
 * The same of a ticket that the provider re-opens and another of ours takes the place of: its comments. A call that lacks
 * its answer is not made again: the provider has gone on since.
 */
export async function hasUnsentComments(
  { outbound }: Contract,
  tx: Transaction,
  lane: Lane,
  now: Instant,
): Promise<boolean> {
  const { endedThere, intent, shadow } = lane.state;
  // What has ended there, or perhaps has, takes no comment: nothing would be sent before the message has had its effect.
  if (hasEnded(shadow.fields.status) || endedThere !== null) return false;
  if (intent?.kind === 'close' || intent?.kind === 'cancel') return false;
  const ticket = await ourTicket(tx, lane, false);
  if (ticket === null || lane.parked !== null) return false;
  const { mapped, faults } = mapComments(outbound.comments, ticket, now);
  return faults.length > 0 || unsentComments(mapped, await tx.store.ledger(lane.id)).length > 0;
}
