import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { NEW_LANE_STATE, type Lane, type LaneState, type LedgerEntry } from '../../engine/domain/lane.ts';
import { UNKNOWN_CHANGE, type KnownApproval } from '../../engine/domain/provider-change.ts';
import type { ChangeParts, Ticket } from '../../engine/domain/ticket.ts';
import { mapTicket } from '../../engine/map/outbound.ts';
import { restsOf } from '../../engine/map/shorten.ts';
import { continuedAs } from '../../engine/plan/plan-continuation.ts';
import { updateFieldsOf } from '../../engine/runtime/link.ts';
import { simulatedDatabase, type SimulatedDatabase } from '../database/simulated/simulated-database.ts';
import type { Known, Situation } from './situation.ts';

/**
 * Puts the situation into the database; the ticket's lane is due. Returns its id, null if there is none yet.
 * Rejects with ItsmRefused on a ticket that the tables of itsm.yaml cannot hold.
 */
export async function setTheStage(
  contract: Contract,
  database: SimulatedDatabase,
  { now, ticket, known }: Situation,
): Promise<number | null> {
  const stage = await knownLane(
    contract,
    ticket === null ? simulatedDatabase(contract.itsm) : database,
    known,
    now,
  );
  if (ticket !== null) {
    const providerNumber =
      known.kind === 'agreed' ? (ticket.providerNumber ?? known.providerTicket) : ticket.providerNumber;
    await database.putTicket({ ...ticket, providerNumber }, now);
  }
  if (stage !== null) {
    await database.putLane(stage.lane, stage.ledger);
    return stage.lane.id;
  }
  if (ticket === null) return null;
  return database.transaction(({ store }) =>
    store.insertLane({
      clientTicket: ticket.key,
      clientNumber: null,
      providerTicket: null,
      state: NEW_LANE_STATE,
      dueAt: now,
    }),
  );
}

interface KnownLane {
  readonly lane: Lane;
  readonly ledger: readonly LedgerEntry[];
}

async function knownLane(
  contract: Contract,
  database: SimulatedDatabase,
  known: Known,
  now: Instant,
): Promise<KnownLane | null> {
  switch (known.kind) {
    case 'nothing':
      return null;
    case 'stored':
      // A lane that has come to rest is looked at all the same; what it waits for, it waits for.
      return { lane: { ...known.lane, dueAt: now, recheckAt: null }, ledger: known.ledger };
    case 'agreed': {
      // Through the tables and back, so that it reads as the ticket itself will.
      await database.putTicket({ ...known.ticket, providerNumber: known.providerTicket }, now);
      const agreed = await database.transaction(({ itsm }) => itsm.ticket(known.ticket.key, false));
      return agreedLane(contract, known, agreed ?? known.ticket, now);
    }
  }
}

/** Linked, with what the contract says of the ticket as the provider's: as if it had travelled at that moment. */
async function agreedLane(
  contract: Contract,
  known: Extract<Known, { kind: 'agreed' }>,
  ticket: Ticket,
  now: Instant,
): Promise<KnownLane> {
  if (ticket.change !== undefined) return agreedChange(known, ticket, ticket.change, now);
  const mapped = mapTicket(contract, ticket, now);
  const kept = known.keptInternal ? (contract.outbound.keptInternal?.send ?? {}) : {};
  const lane = linkedLane(known, ticket, now, {
    origin: 'client',
    ticketType: mapped.ticketType,
    shadow: { fields: { ...updateFieldsOf(mapped.payload), ...kept }, unsure: [], sent: {} },
    keptInternal: known.keptInternal,
    continued: continuedAs(restsOf(mapped.shortened)),
  });
  const sent = { laneId: lane.id, providerId: null, origin: 'client', at: now } as const;
  const ledger = [
    ...mapped.comments.map(({ key }): LedgerEntry => ({ ...sent, clientId: key })),
    ...(ticket.attachments ?? []).map(({ key }): LedgerEntry => ({
      ...sent,
      kind: 'attachment',
      clientId: key,
    })),
  ];
  return { lane, ledger };
}

const linkedLane = (
  { providerTicket }: Extract<Known, { kind: 'agreed' }>,
  { key, number }: Ticket,
  now: Instant,
  state: Partial<LaneState>,
): Lane => ({
  id: 1,
  clientTicket: key,
  clientNumber: number,
  providerTicket,
  state: { ...NEW_LANE_STATE, link: 'linked', ...state },
  wanted: 1,
  dueAt: now,
  recheckAt: null,
  parked: null,
});

/** The provider's change, of which nothing was said that would not be said again; each approval with an id is asked for. */
function agreedChange(
  known: Extract<Known, { kind: 'agreed' }>,
  ticket: Ticket,
  { approvals }: ChangeParts,
  now: Instant,
): KnownLane {
  const asked = approvals.flatMap(({ key, approvalId: id }): readonly KnownApproval[] =>
    id === null ? [] : [{ id, key, state: 'requested', answer: null, told: null }],
  );
  const lane = linkedLane(known, ticket, now, {
    origin: 'provider',
    ticketType: 'Change',
    change: { ...UNKNOWN_CHANGE, approvals: asked },
  });
  const ledger = ticket.comments.map(({ key }): LedgerEntry => ({
    laneId: lane.id,
    clientId: key,
    providerId: null,
    origin: 'client',
    at: now,
  }));
  return { lane, ledger };
}
