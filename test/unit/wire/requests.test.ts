import { describe, expect, it } from 'vitest';
import {
  addNotes,
  createTicket,
  deleteMessage,
  receiveMessages,
  returnNumber,
  updateTicket,
  type Identity,
} from '../../../engine/wire/requests.ts';

const identity: Identity = {
  clientName: 'AcmeCorp',
  clientTicketNumber: 'INC0000042',
  ticketType: 'Incident',
};

describe('creating a ticket', () => {
  const request = createTicket({
    ...identity,
    ticketType: 'Request',
    fields: {
      cis: 'srv-01',
      contactPhone: '',
      status: 'pending',
      closeNotes: 'none yet',
      priority: '2',
      contactEmail: 'kim@acme.example',
      contactName: 'Kim "KC" Carter',
      description: 'No login.\nSince \\today\\',
      shortDescription: 'No "login"',
      group: 'Ensono "Mainframe"',
    },
    comments: [
      { commenterEmail: '', body: 'It\tblinks', commenter: 'Kim "KC"', commentTime: '2026-03-02 10:00' },
    ],
  });

  it('posts to the tickets', () => {
    expect(request).toMatchObject({ method: 'POST', path: 'tickets' });
  });

  it('writes identity, fields and comments in one order, free texts escaped, the rest as it is', () => {
    expect(JSON.stringify(request.body, null, 1)).toBe(
      JSON.stringify(
        {
          payload: {
            clientName: 'AcmeCorp',
            clientTicketNumber: 'INC0000042',
            ticketType: 'Request',
            shortDescription: 'No \\"login\\"',
            description: 'No login.\\nSince \\\\today\\\\',
            group: 'Ensono "Mainframe"',
            priority: '2',
            contactName: 'Kim \\"KC\\" Carter',
            contactEmail: 'kim@acme.example',
            cis: 'srv-01',
            comments: [{ body: 'It\\tblinks', commenter: 'Kim \\"KC\\"', commentTime: '2026-03-02 10:00' }],
          },
        },
        null,
        1,
      ),
    );
  });

  it('has no comments where there are none', () => {
    const { body } = createTicket({ ...identity, ticketType: 'Incident', fields: {}, comments: [] });

    expect(body).toEqual({ payload: { ...identity } });
  });
});

describe('updating a ticket', () => {
  it('carries identity and what changed', () => {
    expect(
      updateTicket('e-CS0204070', { identity, fields: { status: 'open', description: 'a\nb' } }),
    ).toEqual({
      method: 'PUT',
      path: 'tickets/e-CS0204070',
      body: { payload: { ...identity, description: 'a\\nb', status: 'open' } },
    });
  });

  it('keeps a text that was emptied, because that is a change', () => {
    expect(updateTicket('e-CS1', { identity, fields: { description: '' } }).body).toEqual({
      payload: { ...identity, description: '' },
    });
  });
});

describe('adding notes', () => {
  it('carries identity and comments', () => {
    expect(addNotes('e-CS1', { identity, comments: [{ body: 'first' }, { body: 'second' }] })).toEqual({
      method: 'PUT',
      path: 'tickets/e-CS1/notes',
      body: { payload: { ...identity, comments: [{ body: 'first' }, { body: 'second' }] } },
    });
  });
});

describe('returning our number', () => {
  it('carries identity alone, for changes too', () => {
    expect(returnNumber('e-CHG0012', { ...identity, ticketType: 'Change' })).toEqual({
      method: 'PUT',
      path: 'tickets/e-CHG0012/returnptn',
      body: { payload: { ...identity, ticketType: 'Change' } },
    });
  });
});

describe('a path', () => {
  it('has ticket numbers and receipt handles encoded', () => {
    expect(deleteMessage('AQEB/a+b==')).toEqual({ method: 'DELETE', path: 'queue/AQEB%2Fa%2Bb%3D%3D' });
    expect(returnNumber('a/b?c', identity).path).toBe('tickets/a%2Fb%3Fc/returnptn');
    expect(deleteMessage('\uD83D').path).toBe('queue/%EF%BF%BD');
  });

  it('is the queue for a read', () => {
    expect(receiveMessages()).toEqual({ method: 'GET', path: 'queue' });
  });
});
