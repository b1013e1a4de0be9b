import { describe, expect, it } from 'vitest';
import { decideMessage, type MessageFacts } from '../../../engine/decide/decide-message.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { Lane } from '../../../engine/domain/lane.ts';
import { TRANSACTION_TYPES, type TransactionType } from '../../../engine/domain/message.ts';
import { lane, linkedLane, message, rule } from '../../support/builders.ts';
import { always } from '../../support/expressions.ts';

const GROUP = 'e-CS0000001';
const BODY: JsonObject = {
  ticketNumber: GROUP,
  ticketType: 'Incident',
  clientTicketNumber: '',
  shortDescription: 'No login',
  status: 'open',
  changed: { status: 'open' },
};
const decide = (type: string, ours: Lane, body: JsonObject = {}, change: Partial<MessageFacts> = {}) => {
  const context: JsonObject = { ...BODY, ...body };
  return decideMessage({
    lane: ours,
    message: message(type, context),
    context,
    outOfScope: null,
    faults: [],
    change: null,
    ...change,
  });
};

const LANES = {
  'no ticket of ours': lane({ clientTicket: null, clientNumber: null, providerTicket: GROUP }),
  unlinked: lane(),
  unknown: lane({}, { link: 'unknown' }),
  linked: linkedLane(),
  'another provider ticket': lane({ providerTicket: 'e-CS0000009' }, { link: 'linked' }),
  'a known surplus': lane({ providerTicket: 'e-CS0000009' }, { link: 'linked', surplus: [GROUP] }),
  'out of scope': lane({ clientTicket: null, providerTicket: GROUP }, { outOfScope: 'a rule' }),
};
type LaneName = keyof typeof LANES;

const UNHANDLED = {
  'no ticket of ours': 'not-handled',
  unlinked: 'not-handled',
  unknown: 'not-handled',
  linked: 'not-handled',
  'another provider ticket': 'not-handled',
  'a known surplus': 'not-handled',
  'out of scope': 'not-handled',
};
const LATER = {
  'no ticket of ours': 'park',
  unlinked: 'apply',
  unknown: 'apply',
  linked: 'apply',
  'another provider ticket': 'surplus',
  'a known surplus': 'duplicate',
  'out of scope': 'park',
};
const EXPECTED: { readonly [type in TransactionType]: { readonly [name in LaneName]: string } } = {
  Create: {
    ...LATER,
    'no ticket of ours': 'open',
    unlinked: 'link',
    unknown: 'link',
    linked: 'duplicate',
    'out of scope': 'open',
  },
  Update: { ...LATER, 'no ticket of ours': 'open', 'out of scope': 'open' },
  Notes: LATER,
  Closure: LATER,
  ReturnEnsonoNum: { ...LATER, unlinked: 'link', unknown: 'link', linked: 'duplicate' },
  Attachment: Object.fromEntries(
    Object.entries(LATER).map(([name, kind]) => [name, kind === 'apply' ? 'attach' : kind]),
  ) as typeof LATER,
  'Approval Request': UNHANDLED,
  Redraft: UNHANDLED,
};
const CASES = TRANSACTION_TYPES.flatMap((type) =>
  (Object.keys(LANES) as LaneName[]).map((name) => [type, name, EXPECTED[type][name]] as const),
);

describe('a message that says what its ticket is about', () => {
  it.each(CASES)('%s, lane with %s: %s', (type, name, expected) => {
    expect(decide(type, LANES[name]).kind).toBe(expected);
  });

  it.each(TRANSACTION_TYPES)('%s is dropped by the name of the filter that matches', (type) => {
    const outOfScope = rule('printers', always(true));
    expect(decide(type, linkedLane(), {}, { outOfScope })).toEqual({
      kind: 'drop',
      rule: 'printers (contract.yaml:1)',
      summary: 'out of contract: printers',
      marks: true,
    });
  });
});

describe('a message that is too short for the filters', () => {
  const short = (type: string) => {
    const body = { ticketNumber: GROUP, clientTicketNumber: '', notes: { body: 'hello' } };
    return decideMessage({
      lane: LANES['out of scope'],
      message: message(type, body),
      context: body,
      outOfScope: null,
      faults: [],
      change: null,
    });
  };

  it.each(['Notes', 'Attachment'])('%s goes the way of the ticket it belongs to', (type) => {
    expect(short(type)).toMatchObject({ kind: 'drop', rule: 'a rule', marks: false });
  });

  it('is looked into all the same where it is a ReturnEnsonoNum', () => {
    expect(short('ReturnEnsonoNum').kind).toBe('park');
  });
});

describe('a message', () => {
  it.each(['Create', 'Update', 'Notes', 'Closure'])('%s of a Change is kept, not handled', (type) => {
    expect(decide(type, linkedLane(), { ticketType: 'Change' }).kind).toBe('not-handled');
  });

  it('of a type that nobody knows is kept, not handled', () => {
    expect(decide('Surprise', linkedLane()).kind).toBe('not-handled');
  });

  it('that its schema rejects parks the lane with all that is wrong', () => {
    expect(decide('Update', linkedLane(), {}, { faults: ['one', 'two'] })).toEqual({
      kind: 'park',
      code: 'message-invalid',
      reason: 'one; two',
    });
  });

  it.each(['Create', 'Update'])('%s for a number of ours that the ITSM lacks parks the lane', (type) => {
    const decision = decide(type, LANES['no ticket of ours'], { clientTicketNumber: 'INC9' });
    expect(decision).toMatchObject({ kind: 'park', code: 'unknown-ticket' });
  });

  it.each(['', ' ', null])('names it by its message group where the body says %j', (ticketNumber) => {
    expect(decide('ReturnEnsonoNum', lane(), { ticketNumber })).toEqual({
      kind: 'link',
      providerTicket: GROUP,
    });
    expect(decide('ReturnEnsonoNum', linkedLane(), { ticketNumber }).kind).toBe('duplicate');
  });

  it('names the ticket of a ReturnEnsonoNum by its body', () => {
    expect(decide('ReturnEnsonoNum', lane(), { ticketNumber: ' e-CS0000007 ' })).toEqual({
      kind: 'link',
      providerTicket: 'e-CS0000007',
    });
  });
});

describe('what is applied', () => {
  const namesOf = (type: string, body: JsonObject): readonly string[] => {
    const decision = decide(type, linkedLane(), body);
    return decision.kind === 'apply' ? [...decision.names].toSorted() : [decision.kind];
  };
  const ENDING = ['closeCode', 'closeNotes', 'closureCategory', 'status'];

  it('of an update is what is in `changed`', () => {
    expect(namesOf('Update', { changed: { priority: '1', updatedOn: '' } })).toEqual([
      'priority',
      'updatedOn',
    ]);
    expect(namesOf('Update', { changed: {} })).toEqual([]);
    expect(namesOf('Update', { changed: '' })).toEqual([]);
  });

  it.each(['resolved', 'closed', 'cancelled'])('of an update to %s is how it ended, too', (status) => {
    expect(namesOf('Update', { status, changed: { status } })).toEqual(ENDING);
    expect(namesOf('Update', { status, changed: { priority: '1' } })).toEqual(['priority']);
  });

  it('of a closure is how it ended, whatever `changed` says', () => {
    expect(namesOf('Closure', { changed: {} })).toEqual(ENDING);
  });

  it('of notes is no field', () => {
    expect(namesOf('Notes', { changed: { priority: '1' } })).toEqual([]);
  });
});
