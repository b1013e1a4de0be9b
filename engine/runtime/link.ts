import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Lane, Parked } from '../domain/lane.ts';
import { UPDATE_FIELDS, type Payload } from '../domain/payload.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mapTicket } from '../map/outbound.ts';
import { restsOf } from '../map/shorten.ts';
import type { Fields } from '../plan/changed-fields.ts';
import { crossedKeys } from '../plan/crossed-keys.ts';
import { continuedAs } from '../plan/plan-continuation.ts';
import { substitute } from '../plan/substitute.ts';
import { writeProviderNumber } from './edited-at.ts';
import { mergeInto } from './merge-lanes.ts';
import { ParkLane } from './park.ts';
import type { Transaction } from './ports.ts';
import { withState } from './step.ts';

export const updateFieldsOf = (payload: Payload): Fields =>
  Object.fromEntries(
    UPDATE_FIELDS.flatMap((field) => (payload[field] === undefined ? [] : [[field, payload[field]]])),
  );

/**
 * The provider's ticket is to be this lane's: what waits in a lane that knows nothing but that ticket comes along.
 * Throws ParkLane if another ticket of ours has it.
 */
export async function claim(
  tx: Transaction,
  lane: Lane,
  providerTicket: string,
  until: Parked['until'],
  now: Instant,
): Promise<void> {
  const owner = await tx.store.laneByProviderTicket(providerTicket);
  if (owner === null || owner.id === lane.id) return;
  if (owner.clientTicket !== null) {
    throw new ParkLane(
      'number-taken',
      `the provider's ticket ${providerTicket} belongs to ${owner.clientNumber ?? owner.clientTicket} already; if two rows carry its number, clear it in one of them`,
      null,
      until,
    );
  }
  await mergeInto(tx, owner, lane.id, now);
}

/**
 * The create did happen: the provider's ticket is known now (the ITSM's row is the caller's to write). What that create
 * carried is agreed, its comments have crossed, and the provider's ticket is open, whatever ours says.
 */
export async function settleCreate(
  tx: Transaction,
  lane: Lane,
  providerTicket: string,
  now: Instant,
): Promise<Lane> {
  const { intent, shadow } = lane.state;
  if (lane.clientTicket === null) throw new Error('only a client ticket can have been created');
  if (intent?.kind !== 'create') throw new Error('only a create that was sent can be settled');
  await recordSent(tx, lane.id, intent.comments, now);
  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields, status: 'open' },
        // In these, several sends without an answer differed.
        unsure: shadow.unsure,
        sent: {},
      },
      intent: null,
      attempts: 0,
      resendAt: null,
    }),
    providerTicket,
  };
}

/** Comments of ours that the provider has. */
export async function recordSent(
  tx: Transaction,
  laneId: number,
  comments: readonly string[],
  at: Instant,
): Promise<void> {
  for (const clientId of comments) {
    await tx.store.insertLedgerEntry({ laneId, clientId, providerId: null, origin: 'client', at });
  }
}

/**
 * The ITSM row already carries a provider number that Bridgehead did not put there: an earlier connection did. Both
 * sides are taken to agree on the ticket as it is now, and its comments and files to have crossed.
 */
export async function adopt(
  tx: Transaction,
  contract: Contract,
  lane: Lane,
  ticket: Ticket,
  providerTicket: string,
  now: Instant,
): Promise<Lane> {
  const mapped =
    ticket.change === undefined
      ? mapTicket(contract, ticket, now)
      : { ticketType: 'Change' as const, payload: {}, shortened: [] };
  const crossed = crossedKeys(await tx.store.ledger(lane.id), 'comment');
  const others = ticket.comments.map(({ key }) => key).filter((key) => !crossed.has(key));
  await recordSent(tx, lane.id, others, now);
  const files = crossedKeys(await tx.store.ledger(lane.id), 'attachment');
  for (const { key: clientId } of ticket.attachments ?? []) {
    if (files.has(clientId)) continue;
    const entry = { laneId: lane.id, clientId, providerId: null, origin: 'client', at: now } as const;
    await tx.store.insertLedgerEntry({ kind: 'attachment', ...entry });
  }
  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      ticketType: mapped.ticketType,
      shadow: {
        fields: updateFieldsOf(substitute(mapped.payload, lane.state.substitutes)),
        unsure: [],
        sent: {},
      },
      continued: continuedAs(restsOf(mapped.shortened)),
      intent: null,
      resendAt: null,
    }),
    providerTicket,
  };
}

/** The ticket's row gets the provider's number, and the lane its link. Throws ParkLane if another ticket of ours has it. */
export async function linkTo(
  contract: Contract,
  tx: Transaction,
  lane: Lane,
  ticket: Ticket,
  providerTicket: string,
  now: Instant,
): Promise<Lane> {
  await claim(tx, lane, providerTicket, 'operator', now);
  const numbered = await writeProviderNumber(contract, tx, lane, ticket.key, providerTicket, now);
  if (lane.state.intent?.kind === 'create') return settleCreate(tx, numbered, providerTicket, now);
  return adopt(tx, contract, numbered, ticket, providerTicket, now);
}
