import type { Contract, ReopenPolicy } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import { NEW_LANE_STATE, type InboxMessage, type Lane } from '../domain/lane.ts';
import { hasEnded } from '../domain/payload.ts';
import type { Ticket } from '../domain/ticket.ts';
import { ruleName } from '../map/rule-fault.ts';
import { takePlace } from '../plan/move-shadow.ts';
import { openTicket, type Applied } from './open-ticket.ts';
import { tellInComment, type Told } from './tell-in-comment.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';

/** What becomes of this ticket when the provider re-opens it. A change has no such word: it goes by its state. */
export const reopening = ({ inbound }: Contract, { state }: Lane): ReopenPolicy =>
  (hasEnded(state.shadow.fields.status) ? inbound.afterClosed : inbound.reopen)[
    state.ticketType === 'Request' ? 'Request' : 'Incident'
  ];

/**
 * The provider re-opened a ticket, and the contract's `inbound.reopen` (or `after_closed`) says what becomes of ours. Null: it is re-opened
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
      const { onNew } = inbound.references;
      const detached = await detach(tx, lane, ticket, now);
      const named = onNew === null ? {} : { [onNew]: ticket.number };
      const opened = await openTicket(runtime, tx, detached, message, context, now, named);
      const left = await leaveBehind(tx, lane, opened.lane, ticket, now);
      const told = await refer(runtime, tx, { old: left, new: opened.lane, ticket }, now);
      const shadow = takePlace(opened.lane.state.shadow, lane.state.shadow, message.sentAt);
      return {
        ...opened,
        lane: withState(opened.lane, { shadow }),
        summary: `the provider re-opened ${ticket.number}: ${opened.summary}${told}`,
        rule,
        detail: { ...opened.detail, replaces: ticket.number },
      };
    }
  }
}

/** The two tickets name each other: in the fields of the contract's `references`, or in comments. Returns what is to be said of it. */
async function refer(
  runtime: Runtime,
  tx: Transaction,
  { old, new: fresh, ticket }: { readonly old: Told; readonly new: Lane; readonly ticket: Ticket },
  now: Instant,
): Promise<string> {
  const { onNew, onOld } = runtime.contract.inbound.references;
  const number = fresh.clientNumber ?? '';
  let told = `; it names ${ticket.number} in ${onNew ?? ''}`;
  if (onNew === null) {
    const words = `The provider re-opened ${ticket.number}: this ticket goes on from there.`;
    told = await tellInComment(runtime, tx, fresh, words, now);
  }
  if (onOld !== null) {
    await tx.itsm.updateTicket(ticket.key, { [onOld]: number }, now);
    return `${told}; ${ticket.number} names it in ${onOld}`;
  }
  const words = `The provider re-opened this ticket: it goes on as ${number}.`;
  const toldThere = await tellInComment(runtime, tx, old, words, now);
  return `${told}; of ${ticket.number}${toldThere}`;
}

/**
 * The lane without our ticket: it knows the provider's ticket no more, and what was decided about the provider's approvals. Our
 * ticket is left behind (`leaveBehind`) as soon as there is one in its place.
 */
export async function detach(tx: Transaction, lane: Lane, ticket: Ticket, now: Instant): Promise<Lane> {
  await tx.itsm.setProviderNumber(ticket.key, null, now);
  const detached: Lane = {
    ...withState(lane, { ...NEW_LANE_STATE, surplus: lane.state.surplus }),
    clientTicket: null,
    clientNumber: null,
  };
  await tx.store.saveLane(detached);
  return detached;
}

/**
 * The old ticket gets a lane of its own, which knows what has crossed: what is written on it from now on is not sent, and the
 * journal says so.
 */
export async function leaveBehind(
  tx: Transaction,
  before: Lane,
  { clientNumber: replacedBy }: Lane,
  ticket: Ticket,
  now: Instant,
): Promise<Told> {
  const { ticketType, change } = before.state;
  const laneId = await tx.store.insertLane({
    clientTicket: ticket.key,
    clientNumber: ticket.number,
    providerTicket: null,
    state: { ...NEW_LANE_STATE, link: 'replaced', replacedBy, ticketType, change },
    dueAt: now,
  });
  const own = new Set(ticket.comments.map(({ key }) => key));
  for (const entry of await tx.store.ledger(before.id)) {
    if (entry.kind !== undefined || !own.has(entry.clientId)) continue;
    await tx.store.insertLedgerEntry({ ...entry, laneId });
  }
  return { id: laneId, clientTicket: ticket.key };
}
