import type { Contract, ReopenPolicy } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import { NEW_LANE_STATE, type InboxMessage, type Lane } from '../domain/lane.ts';
import type { Ticket } from '../domain/ticket.ts';
import { ruleName } from '../map/rule-fault.ts';
import { openTicket, type Applied } from './open-ticket.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';

/** What becomes of this ticket when the provider re-opens it. A change has no such word: it goes by its state. */
export const reopening = ({ inbound }: Contract, { state }: Lane): ReopenPolicy =>
  inbound.reopen[state.ticketType === 'Request' ? 'Request' : 'Incident'];

/**
 * The provider re-opened a ticket, and the contract's `inbound.reopen` says what becomes of ours. Null: it is re-opened
 * too, as any update.
 *
 * With `new-ticket` the lane goes on with the new ticket, since it is the provider's messages that it must keep in
 * order. The old ticket gets a lane of its own, `replaced`, so that nobody takes it for one that was never sent.
 */
export async function openAgain(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
  context: JsonObject,
  ticket: Ticket,
  now: Instant,
): Promise<Applied | null> {
  const { inbound } = runtime.contract;
  const policy = reopening(runtime.contract, lane);
  const rule = ruleName(`reopen: ${policy}`, inbound.place);
  switch (policy) {
    case 'reopen':
      return null;
    case 'comments-only':
      return {
        lane: withState(lane, { reopenedThere: true }),
        outcome: 'dropped',
        summary: `the provider re-opened the ticket; ours stays as it is and takes comments only`,
        rule,
        detail: {},
      };
    case 'new-ticket': {
      const detached = await detach(tx, lane, ticket, now);
      const opened = await openTicket(runtime, tx, detached, message, context, now);
      return {
        ...opened,
        summary: `the provider re-opened ${ticket.number}: ${opened.summary}`,
        rule,
        detail: { ...opened.detail, replaces: ticket.number },
      };
    }
  }
}

/**
 * The lane without our ticket, which gets one of its own: it knows the provider's ticket no more, and what was decided about
 * the provider's approvals.
 */
export async function detach(tx: Transaction, lane: Lane, ticket: Ticket, now: Instant): Promise<Lane> {
  const { surplus, ticketType, change } = lane.state;
  await tx.itsm.setProviderNumber(ticket.key, null, now);
  const detached: Lane = {
    ...withState(lane, { ...NEW_LANE_STATE, surplus }),
    clientTicket: null,
    clientNumber: null,
  };
  await tx.store.saveLane(detached);
  await tx.store.insertLane({
    clientTicket: ticket.key,
    clientNumber: ticket.number,
    providerTicket: null,
    state: { ...NEW_LANE_STATE, link: 'replaced', ticketType, change },
    dueAt: now,
  });
  return detached;
}
