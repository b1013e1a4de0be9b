import type { Json } from '../../engine/domain/json.ts';
import { NEW_LANE_STATE, type Lane, type LedgerEntry } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { MappedTicket } from '../../engine/map/outbound.ts';
import { updateFieldsOf } from '../../engine/runtime/link.ts';
import type { Client } from './tickets.ts';
import type { Work } from './work.ts';

/** What a person has done to a ticket since both sides agreed on it. */
type Edit = (fields: Record<string, Json>) => void;

const textOf = (value: Json | undefined, more: string): string =>
  (typeof value === 'string' ? value : '') + more;

const EDITS: Readonly<Record<Client, readonly Edit[]>> = {
  acme: [
    (fields) => (fields.title = textOf(fields.title, ', urgent')),
    (fields) => (fields.priority = fields.priority === 'P1' ? 'P2' : 'P1'),
    (fields) => (fields.custom = { cost_center: '4820' }),
    (fields) => Object.assign(fields, { status: 'On Hold', group: 'Network Ops' }),
    (fields) =>
      Object.assign(fields, { status: 'Resolved', resolution: 'Restarted; "ORDP120" ran through.' }),
  ],
  globex: [
    (fields) => (fields.subject = textOf(fields.subject, ', dringend')),
    (fields) => (fields.urgency = fields.urgency === 'high' ? 'low' : 'high'),
    (fields) => (fields.custom = { maintenance_window: 'täglich 01:00 - 03:00', asset_tag: null }),
    (fields) => Object.assign(fields, { state: 3, team: 'BACKUP' }),
    (fields) => Object.assign(fields, { state: 6, solution: 'Laufwerk gereinigt; "LTO 3" läuft wieder.' }),
  ],
};

/**
 * What there is to do for these tickets, in turn: one that is new, one of which nothing changed, one with a new comment, and
 * five that a person has edited.
 */
export const situationsOf = (
  client: Client,
  tickets: readonly Ticket[],
  map: (ticket: Ticket) => MappedTicket,
): readonly Work[] =>
  tickets.map((ticket, index): Work => {
    const turn = index % 8;
    if (turn === 0) return { ticket, lane: laneOf(ticket, null), ledger: [] };
    const crossed = turn === 2 ? ticket.comments.slice(1) : ticket.comments;
    const ledger = crossed.map(({ key }): LedgerEntry => ({
      laneId: Number(ticket.key),
      clientId: key,
      providerId: null,
      origin: 'client',
      at: 0,
    }));
    const fields = { ...ticket.fields };
    if (turn > 2) EDITS[client][turn - 3]?.(fields);
    return { ticket: { ...ticket, fields }, lane: laneOf(ticket, map(ticket)), ledger };
  });

function laneOf(ticket: Ticket, agreed: MappedTicket | null): Lane {
  return {
    id: Number(ticket.key),
    clientTicket: ticket.key,
    clientNumber: ticket.number,
    providerTicket: agreed === null ? null : `e-CS${ticket.key.padStart(7, '0')}`,
    state:
      agreed === null
        ? NEW_LANE_STATE
        : {
            ...NEW_LANE_STATE,
            link: 'linked',
            origin: 'client',
            ticketType: agreed.ticketType,
            shadow: { fields: updateFieldsOf(agreed.payload), unsure: [], sent: {} },
          },
    wanted: 1,
    dueAt: 0,
    recheckAt: null,
    parked: null,
  };
}
