import type { Contract, ErrorRule, FieldRule, Rule, Table } from '../../engine/domain/contract.ts';
import { ALARM_THRESHOLDS } from '../../engine/domain/alarm.ts';
import type { ItsmDescription } from '../../engine/domain/itsm-description.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import {
  NEW_LANE_STATE,
  type InboxMessage,
  type Lane,
  type LaneState,
  type LedgerEntry,
} from '../../engine/domain/lane.ts';
import { CREATE_ONLY_FIELDS, UPDATE_FIELDS, type Payload } from '../../engine/domain/payload.ts';
import type { Shadow } from '../../engine/domain/shadow.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { ActionComment } from '../../engine/plan/action.ts';
import { inCall } from '../../engine/plan/plan-comments.ts';
import type { MappedComment, MappedTicket } from '../../engine/map/outbound.ts';
import { always, path, PLACE } from './expressions.ts';

const setting = (text: string) => ({ text, place: PLACE });

const ITSM: ItsmDescription = {
  database: { connection: setting('sqlite::memory:'), timeZone: 'UTC', engineSchema: 'bridgehead' },
  tickets: {
    table: 'tickets',
    place: PLACE,
    key: 'id',
    number: { column: 'number', generate: null },
    providerNumber: 'vendor_ref',
    where: new Map(),
    fields: new Map(),
    customFields: null,
    onInsert: new Map(),
    onUpdate: new Map(),
  },
  comments: null,
  attachments: null,
  changeRequests: null,
  changes: [],
};

export const fieldRule = (
  field: string,
  value: Expression = path(field),
  change: Partial<FieldRule> = {},
): FieldRule => ({
  field,
  place: PLACE,
  value,
  table: null,
  default: null,
  optional: true,
  append: [],
  tooLong: null,
  room: null,
  limits: new Map(),
  observe: null,
  ...change,
});

export const rule = (name: string, when: Expression): Rule => ({ name, when, place: PLACE });

export const errorRule = (name: string, when: Expression, then: ErrorRule['then']): ErrorRule => ({
  name,
  when,
  then,
  place: PLACE,
});

/** Entries as they are written: the client's word, the provider's word. */
export const table = (
  entries: readonly (readonly [string, string])[],
  otherwise: string | null = null,
): Table => ({
  name: 'table',
  place: PLACE,
  entries: entries.map(([client, provider]) => ({ client, provider, place: PLACE })),
  otherwise,
});

/** Every field of the bridge is a field of the same name in the ITSM, and every ticket travels. */
export function contract(change: Partial<Contract> = {}): Contract {
  return {
    name: 'plain',
    clientName: 'PlainCorp',
    bridge: {
      url: setting('http://127.0.0.1'),
      key: setting('key'),
      poll: { kind: 'every', ms: 30_000 },
      timeoutMs: 20_000,
      approvals: 'PUT',
    },
    itsm: ITSM,
    tables: new Map(),
    outbound: {
      since: null,
      triggers: [rule('everything', always(true))],
      ticketType: fieldRule('ticket_type', always('Incident')),
      fields: new Map([...UPDATE_FIELDS, ...CREATE_ONLY_FIELDS].map((field) => [field, fieldRule(field)])),
      comments: { when: always(true), fields: new Map([['body', fieldRule('body')]]) },
      attachments: null,
      keptInternal: null,
      deleted: null,
      afterClosed: { byType: { Incident: 'hold', Request: 'hold' }, place: PLACE },
    },
    inbound: {
      outOfScope: [],
      fields: new Map(UPDATE_FIELDS.map((field) => [field, fieldRule(field)])),
      create: new Map(),
      attachments: null,
      comments: new Map([['body', fieldRule('body')]]),
      reopen: { Incident: 'reopen', Request: 'reopen' },
      afterClosed: { Incident: 'reopen', Request: 'reopen' },
      references: { onNew: null, onOld: null },
      text: 'plain',
      place: PLACE,
    },
    changes: null,
    conflicts: { fields: new Map(), otherwise: 'provider' },
    errors: [],
    alarms: { thresholds: ALARM_THRESHOLDS, webhook: null, command: null },
    ...change,
  };
}

/** A ticket of ours that the provider does not have yet. */
export const lane = (change: Partial<Lane> = {}, state: Partial<LaneState> = {}): Lane => ({
  id: 1,
  clientTicket: '1',
  clientNumber: 'INC0000001',
  providerTicket: null,
  wanted: 0,
  dueAt: null,
  recheckAt: null,
  parked: null,
  ...change,
  state: { ...NEW_LANE_STATE, ...state },
});

/** A ticket that both sides have. */
export const linkedLane = (shadow: Partial<Shadow> = {}, state: Partial<LaneState> = {}): Lane =>
  lane(
    { providerTicket: 'e-CS0000001' },
    {
      link: 'linked',
      origin: 'client',
      ticketType: 'Incident',
      shadow: { fields: {}, unsure: [], sent: {}, ...shadow },
      ...state,
    },
  );

export const ticket = (fields: JsonObject = {}, change: Partial<Ticket> = {}): Ticket => ({
  key: '1',
  number: 'INC0000001',
  providerNumber: null,
  fields,
  comments: [],
  ...change,
});

export const mapped = (payload: Payload, change: Partial<MappedTicket> = {}): MappedTicket => ({
  ticketType: 'Incident',
  payload,
  keptInternal: false,
  comments: [],
  shortened: [],
  faults: [],
  ...change,
});

/** Comments with the keys `c1`, `c2`, … */
export const comments = (count: number): readonly MappedComment[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `c${index + 1}`,
    parts: [{ body: `comment ${index + 1}` }],
    shortened: null,
  }));

/** The same as a call carries them. */
export const carried = (count: number): readonly ActionComment[] => inCall(comments(count));

export const ledgerEntry = (clientId: string): LedgerEntry => ({
  laneId: 1,
  clientId,
  providerId: null,
  origin: 'client',
  at: 0,
});

export const journalEntry = (some: Partial<JournalEntry> = {}): JournalEntry => ({
  at: 0,
  laneId: null,
  clientNumber: null,
  providerTicket: null,
  direction: 'in',
  transaction: 'Update',
  transactionId: null,
  outcome: 'applied',
  rule: null,
  summary: 'a summary',
  detail: {},
  rules: null,
  ...some,
});

export const message = (
  transactionType: string,
  body: JsonObject = {},
  change: Partial<InboxMessage> = {},
): InboxMessage => ({
  rowId: 1,
  laneId: 1,
  messageId: '00000000-0000-4000-8000-000000000001',
  group: 'e-CS0000001',
  transactionType,
  sentAt: 1_000,
  sequence: '1',
  clientReferenceAvailable: true,
  body,
  ...change,
});
