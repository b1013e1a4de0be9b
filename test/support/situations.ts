import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import type { Situation, SituationMessage } from '../../adapters/rehearsal/situation.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket, TicketComment } from '../../engine/domain/ticket.ts';

export const REHEARSED_AT = Date.parse('2026-06-01T12:00:00Z');

export async function sampleContract(name: 'acme' | 'globex'): Promise<Contract> {
  const { contract } = await loadContract(`rules/${name}`);
  if (contract === null) throw new Error(`rules/${name} does not compile`);
  return contract;
}

/** An incident of Acme's that travels. */
export const acmeTicket = (fields: JsonObject = {}, change: Partial<Ticket> = {}): Ticket => ({
  key: '42',
  number: 'INC0000042',
  providerNumber: null,
  fields: {
    kind: 'incident',
    title: 'No login',
    description: 'Since noon.',
    status: 'New',
    priority: 'P2',
    approval: null,
    resolution: null,
    starts_at: null,
    ends_at: null,
    updated: '2026-06-01T11:59:00.000Z',
    group: 'Mainframe Ops',
    caller: { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example', phone: null },
    location: { name: 'Omaha data center' },
    ci: { name: 'LPAR-PROD1', managed_by: 'ensono' },
    custom: { cost_center: '4711' },
    ...fields,
  },
  comments: [],
  attachments: [],
  ...change,
});

/** A production case of Globex's. */
export const globexTicket = (fields: JsonObject = {}, change: Partial<Ticket> = {}): Ticket => ({
  key: '101',
  number: 'GX-00101',
  providerNumber: null,
  fields: {
    type: 'IN',
    subject: 'Filesystem full',
    text: '/var is full.',
    state: 1,
    impact: 'high',
    urgency: 'medium',
    environment: 'PROD',
    solution: null,
    modified: '2026-06-01T11:59:00.000Z',
    team: 'UNIX',
    reporter: { name: 'Katrin Brandt', mail: 'katrin.brandt@globex.example' },
    custom: { maintenance_window: 'So 04:00', asset_tag: null },
    ...fields,
  },
  comments: [],
  ...change,
});

export const comment = (key: string, fields: JsonObject): TicketComment => ({ key, fields });

export const situation = (change: Partial<Situation> = {}): Situation => ({
  now: REHEARSED_AT,
  lastsMs: 0,
  ticket: null,
  known: { kind: 'nothing' },
  messages: [],
  answers: [],
  ...change,
});

export const PROVIDER_TICKET = 'e-CS0204070';

/** Both sides agreed on the ticket as it was then. */
export const agreed = (ticket: Ticket, keptInternal = false): Situation['known'] => ({
  kind: 'agreed',
  providerTicket: PROVIDER_TICKET,
  ticket,
  keptInternal,
});

/** A message of the provider's about a ticket; `ticketNumber` is the group's. */
export const queued = (
  transactionType: string,
  body: JsonObject,
  change: Partial<SituationMessage> = {},
): SituationMessage => ({
  id: `m-${transactionType}`,
  transactionType,
  group: PROVIDER_TICKET,
  sentAt: REHEARSED_AT - 60_000,
  body: { ticketNumber: change.group ?? PROVIDER_TICKET, ticketType: 'Incident', ...body },
  ...change,
});
