import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { validateMessage } from '../../../engine/wire/validate-message.ts';

const identity = {
  clientName: 'AcmeCorp',
  clientTicketNumber: 'INC1',
  ticketNumber: 'e-CS1',
  ticketType: 'Incident',
};
const ticket = {
  ...identity,
  status: 'open',
  shortDescription: 'No login',
  description: 'Nobody can log in.',
  group: 'Ensono Mainframe',
  priority: '2',
  updatedOn: '2026-03-02 10:00:00',
};

const faultsOf = (transactionType: string, body: JsonObject): readonly string[] =>
  validateMessage({ transactionType, body });

describe('a message as real ones come', () => {
  it.each<[string, string, JsonObject]>([
    ['a Create without our number', 'Create', { ...ticket, clientTicketNumber: '', category: '' }],
    ['a Create with notes', 'Create', { ...ticket, notes: { body: 'hello' } }],
    [
      'an Update with a field nobody knows',
      'Update',
      { ...ticket, changed: { priority: '1' }, mood: ['good'] },
    ],
    ['an Update with an empty date', 'Update', { ...ticket, updatedOn: '', changed: {} }],
    [
      'an Update with a date that ends in a space',
      'Update',
      { ...ticket, updatedOn: '2026-03-02 ', changed: {} },
    ],
    ['an Update with a number for a priority', 'Update', { ...ticket, priority: 1, changed: {} }],
    [
      'an Update of a change, which has no changed',
      'Update',
      { ...identity, ticketType: 'Change', state: 'Assess' },
    ],
    ['Notes with little more than identity', 'Notes', { ...identity, notes: { body: 'hello' } }],
    [
      'a Closure without the provider group',
      'Closure',
      { ...ticket, status: 'resolved', closeNotes: 'done' },
    ],
    ['a Closure of a change', 'Closure', { ...identity, ticketType: 'Change', state: 'Closed' }],
    [
      'an Attachment',
      'Attachment',
      { ...identity, attachmentName: 'a.txt', attachmentSize: '12', attachment: 'https://f.example/a' },
    ],
    ['a ReturnEnsonoNum', 'ReturnEnsonoNum', identity],
    ['an Approval Request', 'Approval Request', { ...identity, ticketType: 'Change', approvalId: 'a-1' }],
    ['a Redraft', 'Redraft', { ...identity, ticketType: 'Change', state: 'New' }],
  ])('has no fault: %s', (_, type, body) => {
    expect(faultsOf(type, body)).toEqual([]);
  });

  it.each<Json>(['low', { risk: 'low' }, [{ question: 'Tested?', answer: 'yes' }]])(
    'may bring a risk assessment as %j',
    (riskAssessment) => {
      expect(faultsOf('Create', { ...ticket, ticketType: 'Change', riskAssessment })).toEqual([]);
    },
  );
});

describe('a message that cannot be worked', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    [
      'Create',
      { unreadableBody: '<xml/>' },
      [
        'ticketType is missing, which a Create message needs',
        'shortDescription is missing, which a Create message needs',
      ],
    ],
    [
      'Create',
      { ...ticket, ticketType: 'Problem' },
      ["ticketType is 'Problem', which is none of Incident, Request, Change"],
    ],
    ['Update', ticket, ['changed is missing, which an Update message needs']],
    ['Update', { ...ticket, changed: 'priority' }, ["changed is 'priority', which is not of type object"]],
    [
      'Update',
      { ...ticket, changed: {}, description: {} },
      ["description is '{}', which is not of type string or null"],
    ],
    ['Notes', identity, ['notes is missing, which a Notes message needs']],
    ['Notes', { ...identity, notes: {} }, ['notes.body is missing, which a Notes message needs']],
    ['Closure', identity, ['status and state are both missing, of which a Closure message needs one']],
    [
      'ReturnEnsonoNum',
      { ...identity, clientTicketNumber: '' },
      ['clientTicketNumber is empty, which a ReturnEnsonoNum message needs'],
    ],
  ])('says why: %s %j', (type, body, faults) => {
    expect(faultsOf(type, body)).toEqual(faults);
  });

  it.each(['', 'Reopen'])('says so when its transaction is %j', (type) => {
    const [fault] = faultsOf(type, ticket);

    expect(fault).toContain(`TransactionType is '${type}', which is none of Create, Update,`);
  });
});
