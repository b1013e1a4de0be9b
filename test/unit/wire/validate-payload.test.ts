import { describe, expect, it } from 'vitest';
import { UPDATE_FIELDS, type Payload } from '../../../engine/domain/payload.ts';
import {
  addNotes,
  createTicket,
  deleteMessage,
  receiveMessages,
  returnNumber,
  updateTicket,
  type Identity,
} from '../../../engine/wire/requests.ts';
import { validateRequest, type PayloadFault } from '../../../engine/wire/validate-payload.ts';

const identity: Identity = { clientName: 'AcmeCorp', clientTicketNumber: 'INC1', ticketType: 'Incident' };
const fields: Payload = {
  shortDescription: 'No login',
  description: 'Nobody can log in.',
  priority: '2',
  contactName: 'Kim Carter',
  contactEmail: 'kim@acme.example',
};

const ofCreate = (changed: Payload, removed?: keyof Payload): readonly PayloadFault[] => {
  const kept = Object.fromEntries(
    Object.entries({ ...fields, ...changed }).filter(([name]) => name !== removed),
  );
  return validateRequest(createTicket({ ...identity, ticketType: 'Incident', fields: kept, comments: [] }));
};
const ofUpdate = (changed: {
  readonly [field in (typeof UPDATE_FIELDS)[number]]?: string;
}): readonly PayloadFault[] => validateRequest(updateTicket('e-CS1', { identity, fields: changed }));

describe('a request within the limits', () => {
  it('may be sent', () => {
    const comments = [{ body: 'a "quoted"\nline', commenter: 'Kim' }];
    expect(validateRequest(createTicket({ ...identity, ticketType: 'Request', fields, comments }))).toEqual(
      [],
    );
    expect(ofCreate({ impact: '1', urgency: '3' }, 'priority')).toEqual([]);
    expect(ofUpdate({ description: 'x'.repeat(4000), shortDescription: 'x'.repeat(160) })).toEqual([]);
    expect(ofUpdate({ description: '' })).toEqual([]);
    expect(ofUpdate({ impact: '2' })).toEqual([]);
    expect(ofUpdate({ status: 'resolved', closeNotes: 'restarted' })).toEqual([]);
    expect(ofUpdate({ status: 'cancelled' })).toEqual([]);
    expect(validateRequest(addNotes('e-CS1', { identity, comments }))).toEqual([]);
    expect(validateRequest(returnNumber('e-CHG1', { ...identity, ticketType: 'Change' }))).toEqual([]);
    expect(validateRequest(receiveMessages())).toEqual([]);
    expect(validateRequest(deleteMessage('AQEB/=='))).toEqual([]);
  });
});

describe('a request beyond the limits', () => {
  it('is told the length of the escaped text', () => {
    expect(ofUpdate({ description: '\n'.repeat(2001) })).toEqual([
      {
        field: 'description',
        limit: 'at most 4000 characters, this has 4002 once escaped',
        value: expect.stringMatching(/^(?:\\n)+\\?…$/) as string,
      },
    ]);
  });

  it('is told so for every text', () => {
    expect(ofCreate({ shortDescription: 'x'.repeat(161), description: 'x'.repeat(4001) })).toMatchObject([
      { field: 'shortDescription', limit: 'at most 160 characters, this has 161 once escaped' },
      { field: 'description', limit: 'at most 4000 characters, this has 4001 once escaped' },
    ]);
    expect(ofUpdate({ status: 'resolved', closeNotes: 'x'.repeat(4001) })).toMatchObject([
      { field: 'closeNotes' },
    ]);
    const comments = [{ body: 'fine' }, { body: 'x'.repeat(4001) }];
    expect(validateRequest(addNotes('e-CS1', { identity, comments }))).toMatchObject([
      { field: 'comments[1].body' },
    ]);
  });

  it('has its characters counted as the longer of two ways', () => {
    expect(ofUpdate({ shortDescription: '\u{1F600}'.repeat(81) })).toMatchObject([
      { field: 'shortDescription' },
    ]);
  });

  it.each<[keyof Payload, string]>([
    ['priority', '5'],
    ['priority', 'High'],
    ['status', 'Open'],
    ['impact', '4'],
    ['urgency', '0'],
  ])('is told what is allowed for %s instead of %s', (field, value) => {
    const [fault] = ofUpdate({ [field]: value });

    expect(fault).toMatchObject({ field, limit: expect.stringMatching(/^one of /) as string, value });
  });

  it.each(['shortDescription', 'description', 'contactName', 'contactEmail'] as const)(
    'is told that a create needs %s',
    (field) => {
      expect(ofCreate({}, field)).toEqual([{ field, limit: 'required', value: 'nothing' }]);
      expect(ofCreate({ [field]: '' })).toEqual([{ field, limit: 'must not be empty', value: '' }]);
    },
  );

  it.each<[string, Payload, keyof Payload | undefined]>([
    ['neither', {}, 'priority'],
    ['both', { impact: '1', urgency: '1' }, undefined],
    ['half of one', { impact: '1' }, 'priority'],
    ['one and a half', { urgency: '1' }, undefined],
  ])('is told to choose priority or impact and urgency when a create has %s', (_, changed, removed) => {
    expect(ofCreate(changed, removed)).toMatchObject([
      { field: 'priority', limit: 'either priority alone, or impact and urgency together' },
    ]);
  });

  it('is told the same for an update', () => {
    expect(ofUpdate({ priority: '1', urgency: '1' })).toMatchObject([{ field: 'priority' }]);
  });

  it.each(['resolved', 'closed'])('is told that %s needs close notes', (status) => {
    expect(ofUpdate({ status })).toEqual([
      { field: 'closeNotes', limit: 'required to resolve or close a ticket', value: 'nothing' },
    ]);
    expect(ofUpdate({ status, closeNotes: '' })).toMatchObject([
      { field: 'closeNotes', limit: 'must not be empty' },
    ]);
  });

  it('is told that what the provider would ignore in a resolution travels before', () => {
    expect(ofUpdate({ status: 'resolved', closeNotes: 'done', priority: '1' })).toEqual([
      {
        field: 'priority',
        limit: 'travels in an update of its own, before the one that resolves or closes',
        value: '1',
      },
    ]);
  });

  it('is told that identity alone is no update, and no comment is no note', () => {
    expect(ofUpdate({})).toMatchObject([{ field: 'payload' }]);
    expect(validateRequest(addNotes('e-CS1', { identity, comments: [] }))).toMatchObject([
      { field: 'comments' },
    ]);
  });

  it('is told of a field that the call does not have', () => {
    const body = { payload: { ...identity, location: 'Berlin' } };

    expect(validateRequest({ method: 'PUT', path: 'tickets/e-CS1', body })).toEqual([
      { field: 'location', limit: 'not a field of this call, the provider would ignore it', value: 'Berlin' },
    ]);
  });

  it('is told of a text that is not escaped', () => {
    const body = { payload: { ...identity, description: 'one\ntwo' } };

    expect(validateRequest({ method: 'PUT', path: 'tickets/e-CS1', body })).toMatchObject([
      { field: 'description', limit: 'newlines, tabs, double quotes and backslashes must be escaped twice' },
    ]);
  });

  it.each(['', '..'])('is told that %j is no ticket number', (number) => {
    expect(validateRequest(returnNumber(number, identity))).toMatchObject([{ field: 'path', value: number }]);
  });

  it('is told of a call that the bridge does not know', () => {
    expect(validateRequest({ method: 'GET', path: 'tickets/e-CS1' })).toMatchObject([{ field: 'path' }]);
    expect(validateRequest({ method: 'PUT', path: 'tickets/e-CS1/attachments' })).toMatchObject([
      { field: 'path' },
    ]);
  });

  it('is told everything at once', () => {
    expect(
      ofCreate({ priority: '7', contactEmail: '' }, 'contactName')
        .map(({ field }) => field)
        .sort(),
    ).toEqual(['contactEmail', 'contactName', 'priority']);
  });
});
