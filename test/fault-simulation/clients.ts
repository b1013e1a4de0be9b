import { textOf } from './text-of.ts';
import { TEXT_LENGTH_MAX } from '../../engine/domain/limits.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket, TicketAttachment, TicketComment } from '../../engine/domain/ticket.ts';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import type { DeskFields, DeskTicket } from '../../adapters/simulator/provider-desk.ts';
import type { Chance } from './chance.ts';

/** What the people of one sample client, and the provider's for it, can say. */
export interface ClientWords {
  /** The ITSM field that says when the ticket was last changed. */
  readonly dateField: string;
  /** The columns by which a row is marked as no ticket any more; undefined: rows are not marked. */
  readonly deleted?: Readonly<Record<string, number>>;
  newFields(chance: Chance, text: string, inContract: boolean): JsonObject;
  number(key: string): string;
  /** New values for one or two fields, never those that they have. `wordy`: what is written is often long. */
  edit(chance: Chance, fields: JsonObject, text: string, wordy: boolean): JsonObject;
  /** Another custom field's value; null: none is described. */
  readonly custom: ((chance: Chance) => JsonObject) | null;
  /** Statuses by what they mean. */
  readonly status: Readonly<
    Record<'open' | 'working' | 'waiting' | 'resolved' | 'closed' | 'cancelled', string | number>
  >;
  readonly statusField: string;
  /** The ITSM field that the description is made of. */
  readonly textField: string;
  readonly groupField: string;
  readonly resolutionField: string;
  readonly groups: {
    readonly own: readonly string[];
    readonly internal: readonly string[];
    /** Goes to the bridge as one that the provider may not have set up; null: the contract has no word for that. */
    readonly unknown: string | null;
    readonly other: string;
  };
  comment(key: string, body: string, travels: boolean, at: Instant): TicketComment;
  isCommentInScope(comment: TicketComment): boolean;
  /** A file as its row says it; absent: files do not travel. */
  readonly file?: (
    key: string,
    name: string,
    size: number,
    travels: boolean,
    at: Instant,
  ) => TicketAttachment;
  bodyOf(fields: JsonObject): string;
  readonly bodyField: string;
  /** A group of the bridge that the contract can be sent to, and that the provider may not have set up; null: none. */
  readonly unknownBridgeGroup: string | null;
  deskTicket(chance: Chance, text: string, inContract: boolean): DeskTicket;
  deskEdit(chance: Chance, text: string): DeskFields;
}

/** A text that is too long for one comment, and for a description. */
export const longText = (text: string): string =>
  `${text} has a log:\n${Array.from({ length: 90 }, (_, line) => `${line + 1}: "${text}" says nothing of use, at line ${line + 1}.`).join('\n')}`;

const isLong = (text: unknown): boolean => typeof text === 'string' && text.length > TEXT_LENGTH_MAX;

/** A title that is too long for the bridge; its end is not told there. */
const longTitle = (text: string): string =>
  `${text} is slow, ${'and slower than it was at any time of the day, '.repeat(4)}says ${text}`;

const iso = (at: Instant): string => new Date(Math.floor(at / 1000) * 1000).toISOString();

const acme: ClientWords = {
  dateField: 'updated',
  deleted: { deleted: 1 },
  statusField: 'status',
  textField: 'description',
  groupField: 'group',
  resolutionField: 'resolution',
  status: {
    open: 'New',
    working: 'In Progress',
    waiting: 'On Hold',
    resolved: 'Resolved',
    closed: 'Closed',
    cancelled: 'Cancelled',
  },
  groups: {
    own: ['Mainframe Ops', 'Network Ops'],
    internal: ['Service Desk', 'Field Services'],
    unknown: 'Database Ops',
    other: 'Facilities',
  },
  unknownBridgeGroup: 'Ensono Database',
  number: (key) => `INC${key.padStart(7, '0')}`,
  newFields: (chance, text, inContract) => {
    const isRequest = chance.is(0.25);
    return {
      kind: isRequest ? 'request' : 'incident',
      title: `${text} is down`,
      description: `${text} went down.\nSince noon.`,
      status: chance.pick(['New', 'New', 'In Progress', 'On Hold']),
      priority: chance.pick(['P1', 'P2', 'P3', 'P4', 'P5']),
      approval: isRequest && inContract ? 'approved' : null,
      resolution: null,
      starts_at: null,
      ends_at: null,
      group: inContract
        ? chance.pick(['Mainframe Ops', 'Network Ops', 'Network Ops', 'Database Ops'])
        : 'Facilities',
      caller: chance.is(0.8)
        ? { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example', phone: null }
        : null,
      location: chance.is(0.5) ? { name: 'Omaha data center' } : null,
      ci: isRequest && inContract ? { name: 'LPAR-TEST2', managed_by: 'ensono' } : null,
      custom: chance.is(0.4) ? { cost_center: String(chance.int(4000, 4003)) } : {},
    };
  },
  edit: (chance, fields, text, wordy) =>
    chance.weighted<() => JsonObject>([
      [3, () => ({ title: `${text} is slow` })],
      [3, () => ({ description: `${text} is slow.\nSee "the log".` })],
      [wordy ? 5 : 0.5, () => ({ description: longText(text) })],
      [
        isLong(fields.description) ? (wordy ? 30 : 3) : 0,
        () => ({ description: `${textOf(fields.description)}\nAnd ${text}.` }),
      ],
      [0.3, () => ({ title: longTitle(text) })],
      [3, () => ({ priority: other(chance, ['P1', 'P2', 'P3', 'P4'], fields.priority) })],
      [
        1,
        () => ({
          title: `${text} is odd`,
          priority: other(chance, ['P1', 'P2', 'P3', 'P4'], fields.priority),
        }),
      ],
      [
        1,
        () => ({
          location: {
            name: other(
              chance,
              ['Omaha data center', 'Chicago, Wacker Drive'],
              (fields.location as JsonObject | null)?.name,
            ),
          },
        }),
      ],
      [
        1,
        () => ({
          starts_at: '2026-12-01T20:00:00.000Z',
          ends_at: `2026-12-02T0${chance.int(0, 9)}:00:00.000Z`,
        }),
      ],
    ])(),
  custom: (chance) => ({ cost_center: String(chance.int(4000, 4009)) }),
  comment: (key, body, travels, at) => ({
    key,
    fields: {
      body,
      author: { name: 'Dana Whitfield', email: 'dana.whitfield@acme.example' },
      public: travels,
      created: iso(at),
    },
  }),
  isCommentInScope: ({ fields }) => fields.public === true,
  file: (key, name, size, travels, at) => ({
    key,
    name,
    contentType: null,
    size,
    fields: { public: travels, uploaded_by: null, created: iso(at) },
  }),
  bodyOf: ({ body }) => textOf(body),
  bodyField: 'body',
  deskTicket: (chance, text, inContract) => ({
    shortDescription: inContract ? `${text} at the provider` : `${text}: printer jam`,
    description: `${text} was seen at the provider.`,
    group: chance.pick(['Ensono Mainframe', 'Ensono Network Support', 'Ensono Service Desk']),
    priority: chance.pick(['1', '2', '3', '4']),
    ticketType: chance.pick(['Incident', 'Request']),
  }),
  deskEdit: (chance, text) =>
    chance.weighted<() => DeskFields>([
      [3, () => ({ shortDescription: `${text} as seen there` })],
      [3, () => ({ description: `${text} was looked at.\nStill odd.` })],
      [3, () => ({ priority: chance.pick(['1', '2', '3', '4']) })],
      [
        2,
        () => ({ group: chance.pick(['Ensono Mainframe', 'Ensono Network Support', 'Ensono Service Desk']) }),
      ],
      [
        1,
        () => ({ shortDescription: `${text} as known there`, priority: chance.pick(['1', '2', '3', '4']) }),
      ],
    ])(),
};

const globex: ClientWords = {
  dateField: 'modified',
  statusField: 'state',
  textField: 'text',
  groupField: 'team',
  resolutionField: 'solution',
  status: { open: 1, working: 2, waiting: 3, resolved: 6, closed: 7, cancelled: 8 },
  groups: { own: ['UNIX', 'STORAGE'], internal: ['INTERNAL IT'], unknown: 'BACKUP', other: 'SAP' },
  unknownBridgeGroup: 'Ensono Backup',
  number: (key) => `GX-${key.padStart(5, '0')}`,
  newFields: (chance, text, inContract) => ({
    type: chance.pick(['IN', 'IN', 'SR']),
    subject: `${text} steht`,
    text: `${text} steht.\nSeit 04:10.`,
    state: chance.pick([1, 1, 2, 3]),
    impact: chance.pick(['high', 'medium', 'low', 'none']),
    urgency: chance.pick(['high', 'medium', 'low']),
    environment: inContract ? 'PROD' : 'TEST',
    solution: null,
    team: chance.pick(['UNIX', 'STORAGE', 'BACKUP']),
    reporter: { name: 'Katrin Brandt', mail: chance.is(0.7) ? 'katrin.brandt@globex.example' : null },
    custom: chance.is(0.5) ? { asset_tag: `GX-SRV-000${chance.int(1, 3)}` } : {},
  }),
  edit: (chance, fields, text, wordy) =>
    chance.weighted<() => JsonObject>([
      [3, () => ({ subject: `${text} hängt` })],
      [3, () => ({ text: `${text} hängt.\nSiehe "Log".` })],
      [wordy ? 5 : 0.5, () => ({ text: longText(text) })],
      [isLong(fields.text) ? (wordy ? 30 : 3) : 0, () => ({ text: `${textOf(fields.text)}\nAnd ${text}.` })],
      [0.3, () => ({ subject: longTitle(text) })],
      [2, () => ({ impact: other(chance, ['high', 'medium', 'low'], fields.impact) })],
      [2, () => ({ urgency: other(chance, ['high', 'medium', 'low'], fields.urgency) })],
      [
        1,
        () => ({
          subject: `${text} klemmt`,
          urgency: other(chance, ['high', 'medium', 'low'], fields.urgency),
        }),
      ],
    ])(),
  custom: (chance) =>
    chance.is(0.5)
      ? { asset_tag: `GX-SRV-000${chance.int(1, 9)}` }
      : { maintenance_window: `Sa ${chance.int(10, 22)}:00` },
  comment: (key, body, travels, at) => ({
    key,
    fields: { text: body, who: 'Moritz Sommer', visibility: travels ? 'C' : 'W', at: iso(at) },
  }),
  isCommentInScope: ({ fields }) => fields.visibility === 'C',
  bodyOf: ({ text }) => textOf(text),
  bodyField: 'text',
  deskTicket: (chance, text, inContract) => ({
    shortDescription: `${text} at the provider`,
    description: `${text} was seen at the provider.`,
    group: chance.pick(['Ensono Unix', 'Ensono Storage', 'Ensono Service Desk']),
    impact: chance.pick(['1', '2', '3']),
    urgency: chance.pick(['1', '2', '3']),
    ticketType: chance.pick(['Incident', 'Request']),
    ...(inContract ? {} : { ensonoGroup: 'Ensono Mainframe' }),
  }),
  deskEdit: (chance, text) =>
    chance.weighted<() => DeskFields>([
      [3, () => ({ shortDescription: `${text} as seen there` })],
      [3, () => ({ description: `${text} was looked at.\nStill odd.` })],
      [2, () => ({ impact: chance.pick(['1', '2', '3']) })],
      [2, () => ({ urgency: chance.pick(['1', '2', '3']) })],
      [2, () => ({ group: chance.pick(['Ensono Unix', 'Ensono Storage', 'Ensono Service Desk']) })],
      [1, () => ({ shortDescription: `${text} as known there`, impact: chance.pick(['1', '2', '3']) })],
    ])(),
};

const initech: ClientWords = {
  dateField: 'updated',
  statusField: 'status',
  textField: 'details',
  groupField: 'queue',
  resolutionField: 'resolution',
  status: {
    open: 'Open',
    working: 'Working',
    waiting: 'Waiting',
    resolved: 'Done',
    closed: 'Closed',
    cancelled: 'Withdrawn',
  },
  groups: { own: ['Windows', 'Provider Desk'], internal: [], unknown: null, other: 'Facilities' },
  unknownBridgeGroup: null,
  number: (key) => `SR${key.padStart(6, '0')}`,
  newFields: (chance, text, inContract) => ({
    title: `${text} is wanted`,
    details: chance.is(0.8) ? `${text} is wanted.\nBy Friday.` : null,
    status: chance.pick(['Open', 'Open', 'Working', 'Waiting']),
    priority: chance.pick(['urgent', 'high', 'normal', 'low']),
    resolution: null,
    queue: inContract ? chance.pick(['Windows', 'Provider Desk']) : 'Facilities',
    requester: chance.is(0.7) ? { name: 'Service Desk', email: 'desk@initech.example' } : null,
  }),
  edit: (chance, fields, text, wordy) =>
    chance.weighted<() => JsonObject>([
      [3, () => ({ title: `${text} is wanted soon` })],
      [3, () => ({ details: `${text} is wanted soon.\nSee "the list".` })],
      [wordy ? 5 : 0.5, () => ({ details: longText(text) })],
      [
        isLong(fields.details) ? (wordy ? 30 : 3) : 0,
        () => ({ details: `${textOf(fields.details)}\nAnd ${text}.` }),
      ],
      [3, () => ({ priority: other(chance, ['urgent', 'high', 'normal', 'low'], fields.priority) })],
    ])(),
  custom: null,
  comment: (key, body, travels, at) => ({
    key,
    fields: { body, author: 'Service Desk', shared: travels, written: iso(at) },
  }),
  isCommentInScope: ({ fields }) => fields.shared === true,
  bodyOf: ({ body }) => textOf(body),
  bodyField: 'body',
  deskTicket: (chance, text) => ({
    shortDescription: `${text} at the provider`,
    description: `${text} was seen at the provider.`,
    group: chance.pick(['Ensono Windows', 'Ensono Service Desk']),
    priority: chance.pick(['1', '2', '3', '4']),
    ticketType: 'Request',
  }),
  deskEdit: (chance, text) =>
    chance.weighted<() => DeskFields>([
      [3, () => ({ shortDescription: `${text} as seen there` })],
      [3, () => ({ description: `${text} was looked at.\nStill odd.` })],
      [3, () => ({ priority: chance.pick(['1', '2', '3', '4']) })],
      [2, () => ({ group: chance.pick(['Ensono Windows', 'Ensono Service Desk']) })],
    ])(),
};

export const CLIENT_WORDS: Readonly<Record<SampleItsm, ClientWords>> = { acme, globex, initech };

const other = (chance: Chance, words: readonly string[], held: unknown): string =>
  chance.pick(words.filter((word) => word !== held));

/** The ticket with other values; its row carries that date. */
export const edited = (words: ClientWords, ticket: Ticket, fields: JsonObject, at: Instant): Ticket => ({
  ...ticket,
  fields: { ...ticket.fields, ...fields, [words.dateField]: iso(at) },
});
