import type { Contract } from '../../engine/domain/contract.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { isDone, UPDATE_FIELDS, type UpdateField } from '../../engine/domain/payload.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Clock, Database } from '../../engine/runtime/ports.ts';
import { mapPayload, mapTicket, matchTrigger, type MappedTicket } from '../../engine/map/outbound.ts';
import { substitute } from '../../engine/plan/substitute.ts';
import type { ProviderTicket } from '../simulator/provider-ticket.ts';

/** One ticket that both sides have, and in what they differ; nothing in `differences`: they agree. */
export interface Comparison {
  readonly clientNumber: string;
  readonly providerTicket: string;
  readonly status: string;
  readonly comments: number;
  readonly differences: readonly string[];
}

export interface Sides {
  readonly compared: readonly Comparison[];
  /** Provider tickets that the client does not have: out of contract, or not arrived yet. */
  readonly onlyAtProvider: readonly ProviderTicket[];
  /** Numbers of tickets that a trigger lets travel, and that the provider does not have. */
  readonly onlyHere: readonly string[];
}

export const sidesAgree = ({ compared, onlyHere }: Sides): boolean =>
  onlyHere.length === 0 && compared.every(({ differences }) => differences.length === 0);

/** Compares what the client's rows say, mapped by the contract, with what the provider has: field by field. */
export async function compareSides(
  contract: Contract,
  database: Database,
  clock: Clock,
  providerTickets: readonly ProviderTicket[],
): Promise<Sides> {
  const compared: Comparison[] = [];
  const onlyAtProvider: ProviderTicket[] = [];
  for (const theirs of providerTickets) {
    const { ticket, lane } = await database.transaction(async ({ itsm, store }) => {
      const key = await itsm.ticketKeyByProviderNumber(theirs.ticketNumber);
      return {
        ticket: key === null ? null : await itsm.ticket(key, false),
        lane: key === null ? null : await store.laneByClientTicket(key),
      };
    });
    if (ticket === null || lane === null) {
      onlyAtProvider.push(theirs);
      continue;
    }
    const mapped = mapTicket(contract, ticket, clock.now());
    compared.push({
      clientNumber: ticket.number,
      providerTicket: theirs.ticketNumber,
      status: theirs.status,
      comments: theirs.comments.length,
      differences: differences(contract, ticket, lane, mapped, theirs),
    });
  }
  return { compared, onlyAtProvider, onlyHere: await notArrived(contract, database, clock) };
}

/** How many tickets are looked through: a sample client has a handful. */
const TICKETS_MAX = 1000;

async function notArrived(contract: Contract, database: Database, clock: Clock): Promise<readonly string[]> {
  const source = contract.itsm.changes.find(({ table }) => table === contract.itsm.tickets.table);
  if (source === undefined) return [];
  const now = clock.now();
  const tickets = await database.transaction(async ({ itsm }) => {
    const rows = await itsm.changedRows(source, 0, now, null, TICKETS_MAX);
    return Promise.all(rows.map(({ ticketKey }) => itsm.ticket(ticketKey, false)));
  });
  const missing: string[] = [];
  for (const ticket of tickets) {
    if (ticket?.providerNumber !== null) continue;
    const { kind } = matchTrigger(contract, ticket, now);
    const { payload } = mapPayload(contract, ticket, now);
    if (kind === 'match' && !isDone(payload.status)) missing.push(ticket.number);
  }
  return missing;
}

function differences(
  contract: Contract,
  ticket: Ticket,
  lane: Lane,
  mapped: MappedTicket,
  theirs: ProviderTicket,
): readonly string[] {
  const payload = substitute(mapped.payload, lane.state.substitutes);
  const kept = mapped.keptInternal ? (contract.outbound.keptInternal?.send ?? {}) : {};
  const isOpen = !isDone(theirs.status);
  const found: string[] = [];
  for (const field of UPDATE_FIELDS) {
    if (field === 'closeNotes' && isOpen) continue;
    const ours = (isOpen ? kept[field] : undefined) ?? expected(payload, theirs, field);
    if (ours !== undefined && ours !== theirs[field])
      found.push(`${field}: ours "${ours}", theirs "${theirs[field]}"`);
  }
  if (theirs.clientTicketNumber !== ticket.number) {
    found.push(`the provider knows the ticket as "${theirs.clientTicketNumber}"`);
  }
  const sent = mapped.comments.flatMap(({ parts }) => parts.map(({ body }) => body ?? ''));
  const theirOwn = theirs.comments.filter(({ by }) => by === 'provider').map(({ body }) => body);
  const arrived = theirs.comments.filter(({ by }) => by === 'client').map(({ body }) => body);
  const expectedThere = without(sent, theirOwn);
  if (expectedThere.join('\n\n') !== arrived.join('\n\n')) {
    found.push(`comments sent: ours ${expectedThere.length}, theirs ${arrived.length}`);
  }
  if (sent.length - expectedThere.length !== theirOwn.length) {
    found.push(`comments received: theirs ${theirOwn.length}, ours ${sent.length - expectedThere.length}`);
  }
  return found;
}

/** A description that the provider wrote has no block of ours: only what we sent can be compared to the letter. */
function expected(
  payload: MappedTicket['payload'],
  theirs: ProviderTicket,
  field: UpdateField,
): string | undefined {
  if (field === 'description' && theirs.openedBy === 'provider') return undefined;
  return payload[field];
}

/** The list without one of each of these. */
function without(list: readonly string[], taken: readonly string[]): readonly string[] {
  const left = [...taken];
  return list.filter((item) => {
    const index = left.indexOf(item);
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}
