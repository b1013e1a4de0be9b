import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../engine/domain/instant.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import {
  at,
  identity,
  newTicket,
  openTicket,
  readQueue,
  startTestSimulator,
  type TestSimulator,
  type WireMessage,
} from './fixtures.ts';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
beforeEach(() => simulator.provider.reset());
afterAll(() => simulator.stop());

const first = async (): Promise<WireMessage> => {
  const [message] = await readQueue(simulator);
  if (message === undefined) throw new Error('the queue is empty');
  return message;
};

const desk = (number: string, action: string, body: JsonObject) =>
  simulator.control('POST', `/acme/dev/tickets/${number}/${action}`, body);

describe('the wrapper', () => {
  it('of the first kind has the metadata beside the result', async () => {
    const { body } = await simulator.acme('GET', '/dev/queue');
    expect(body).toEqual({
      ReceiveMessageResponse: {
        ResponseMetadata: { RequestId: expect.any(String) as string },
        ReceiveMessageResult: { messages: null },
      },
    });
  });

  it('of the second kind has both inside another result', async () => {
    const { body } = await simulator.globex('GET', '/dev/queue');
    expect(body).toEqual({
      ReceiveMessageResponse: {
        ReceiveMessageResult: {
          ResponseMetadata: { RequestId: expect.any(String) as string },
          ReceiveMessageResult: { messages: null },
        },
      },
    });
  });

  it('of the second kind carries messages as well', async () => {
    await simulator.control('POST', '/globex/dev/tickets', { shortDescription: 'Disk is full' });
    const { body } = await simulator.globex('GET', '/dev/queue');
    const result = at(body, 'ReceiveMessageResponse', 'ReceiveMessageResult', 'ReceiveMessageResult');
    expect(at(result, 'messages')).toHaveLength(1);
  });
});

describe('a message on the wire', () => {
  it('has every documented attribute', async () => {
    const number = await openTicket(simulator);
    const message = await first();
    const now = String(simulator.clock.now());
    expect(message).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      ReceiptHandle: expect.stringMatching(/^AQEB/) as string,
      MD5OfBody: createHash('md5').update(JSON.stringify(message.Body)).digest('hex'),
      Body: expect.objectContaining({ ticketNumber: number }) as JsonObject,
      Attributes: {
        SenderId: expect.any(String) as string,
        ApproximateFirstReceiveTimestamp: now,
        ApproximateReceiveCount: '1',
        SentTimestamp: now,
        SequenceNumber: expect.stringMatching(/^\d{20}$/) as string,
        MessageDeduplicationId: expect.any(String) as string,
        MessageGroupId: number,
        ClientReferenceAvailable: false,
        TransactionType: 'Create',
      },
    });
  });

  it('comes without MD5OfBody and with a trace header for a client that is set so', async () => {
    await simulator.control('PATCH', '/clients/acme', { md5OfBody: false, traceHeader: true });
    await openTicket(simulator);
    const message = await first();
    expect(message).not.toHaveProperty('MD5OfBody');
    expect(message.Attributes).toHaveProperty('AWSTraceHeader');
  });

  it('comes with nine others at most, or as many as the client is set to', async () => {
    for (let count = 0; count < 25; count += 1) await openTicket(simulator);
    expect(await readQueue(simulator)).toHaveLength(10);
    await simulator.control('PATCH', '/clients/acme', { messagesPerRead: 20 });
    expect(await readQueue(simulator)).toHaveLength(15);
  });
});

describe('deleting by HTTP', () => {
  const remove = (segment: string) => simulator.acme('DELETE', `/dev/queue/${segment}`);

  it('takes an encoded handle', async () => {
    await openTicket(simulator);
    const { status, body } = await remove(encodeURIComponent((await first()).ReceiptHandle));
    expect(status).toBe(200);
    expect(body).toEqual({
      DeleteMessageResponse: { ResponseMetadata: { RequestId: expect.any(String) as string } },
    });
    simulator.clock.advance(seconds(31));
    expect(await readQueue(simulator)).toEqual([]);
  });

  it('says that an old handle has expired', async () => {
    await openTicket(simulator);
    const { ReceiptHandle } = await first();
    simulator.clock.advance(seconds(30));
    const { body } = await remove(encodeURIComponent(ReceiptHandle));
    expect(at(body, 'Error', 'Code')).toBe('InvalidParameterValue');
    expect(at(body, 'Error', 'Message')).toContain('The receipt handle has expired.');
  });

  it('says that an unknown or a half-encoded handle is invalid', async () => {
    await openTicket(simulator);
    const { ReceiptHandle } = await first();
    for (const segment of [
      encodeURIComponent('AQEBno/such+one=='),
      ReceiptHandle.replaceAll('/', '%2F'),
      '%E0%A4%A',
    ]) {
      expect(at((await remove(segment)).body, 'Error', 'Code')).toBe('ReceiptHandleIsInvalid');
    }
  });

  it('does not route a handle with raw slashes', async () => {
    await openTicket(simulator);
    const { body } = await remove((await first()).ReceiptHandle);
    expect(body).toEqual({ message: 'Missing Authentication Token' });
  });
});

describe('what the provider does is told', () => {
  it('opening, without the client number and without a category', async () => {
    await openTicket(simulator, { category: 'Storage' });
    const { Attributes, Body } = await first();
    expect(Attributes).toMatchObject({ TransactionType: 'Create', ClientReferenceAvailable: false });
    expect(Body).toMatchObject({
      clientTicketNumber: '',
      category: '',
      shortDescription: 'Disk is full',
    });
    expect(Body).not.toHaveProperty('changed');
  });

  it('an update, with every field and those that changed', async () => {
    const number = await openTicket(simulator, { category: 'Storage' });
    await simulator.acme('PUT', `/dev/tickets/${number}/returnptn`, identity);
    await desk(number, 'update', { priority: '1', status: 'workinprogress' });
    const [, update] = await readQueue(simulator);
    expect(update?.Attributes).toMatchObject({ TransactionType: 'Update', ClientReferenceAvailable: true });
    expect(update?.Body).toMatchObject({
      clientTicketNumber: 'INC0000042',
      category: 'Storage',
      shortDescription: 'Disk is full',
      changed: { priority: '1', impact: '1', urgency: '1', status: 'workinprogress' },
    });
    expect(Object.keys(at(update?.Body, 'changed') as JsonObject).sort()).toEqual(
      ['impact', 'priority', 'status', 'updatedOn', 'urgency'].sort(),
    );
  });

  it('nothing, when an update changes nothing', async () => {
    const number = await openTicket(simulator);
    const { body } = await desk(number, 'update', { status: 'open' });
    expect(at(body, 'message')).toBeNull();
    expect(await readQueue(simulator)).toHaveLength(1);
  });

  it('a comment, with the identity of the ticket and little else', async () => {
    const number = await openTicket(simulator);
    await desk(number, 'comment', {
      body: 'Looking at it.\nSoon done.',
      commenter: 'Grace',
      commenterEmail: 'grace@provider.example',
    });
    const [, notes] = await readQueue(simulator);
    expect(notes?.Attributes.TransactionType).toBe('Notes');
    expect(notes?.Body).toEqual({
      clientName: 'AcmeCorp',
      clientTicketNumber: '',
      ticketType: 'Incident',
      ticketNumber: number,
      notes: {
        type: 'comments',
        id: expect.any(String) as string,
        body: 'Looking at it.\nSoon done.',
        commenter: 'Grace',
        commenterEmail: 'grace@provider.example',
      },
    });
  });

  it('resolving, re-opening, closing', async () => {
    const number = await openTicket(simulator);
    await desk(number, 'resolve', { closeNotes: 'Cleaned up.' });
    await desk(number, 'reopen', {});
    await desk(number, 'close', { closeNotes: 'Enough.', closeCode: 'unresolved' });
    const messages = await readQueue(simulator);
    expect(
      messages.map(({ Attributes, Body }) => [Attributes.TransactionType, Body.status, Body.closeCode]),
    ).toEqual([
      ['Create', 'open', ''],
      ['Closure', 'resolved', 'resolved'],
      ['Update', 'open', 'resolved'],
      ['Closure', 'closed', 'unresolved'],
    ]);
    expect((await desk(number, 'comment', { body: 'Too late' })).status).toBe(409);
  });

  it('cancelling, as a closure with that close code', async () => {
    const number = await openTicket(simulator);
    await desk(number, 'cancel', { closeNotes: 'By mistake.' });
    const [, closure] = await readQueue(simulator);
    expect(closure?.Attributes.TransactionType).toBe('Closure');
    expect(closure?.Body).toMatchObject({
      status: 'closed',
      closeCode: 'cancelled',
      closeNotes: 'By mistake.',
    });
  });

  it('with other fields than usual where that is asked for', async () => {
    const number = await openTicket(simulator);
    await desk(number, 'resolve', { closeNotes: 'Done.', omit: ['ensonoGroup'], message: { updatedOn: '' } });
    const [, closure] = await readQueue(simulator);
    expect(closure?.Body).not.toHaveProperty('ensonoGroup');
    expect(closure?.Body.updatedOn).toBe('');
  });

  it('double-escaped, and with every field in notes, for a client that is set so', async () => {
    await simulator.control('PATCH', '/clients/acme', { textsEscaped: true, notesCarryAllFields: true });
    const number = await openTicket(simulator, { description: 'Say "hi"\nto C:\\' });
    await desk(number, 'comment', { body: 'a\tb' });
    const [create, notes] = await readQueue(simulator);
    expect(create?.Body.description).toBe('Say \\"hi\\"\\nto C:\\\\');
    expect(at(notes?.Body, 'notes', 'body')).toBe('a\\tb');
    expect(notes?.Body.priority).toBe('3');
  });

  it('but not what the client did', async () => {
    const created = await simulator.acme('POST', '/dev/tickets', newTicket);
    const number = at(created.body, 'Response') as string;
    await simulator.acme('PUT', `/dev/tickets/${number}`, { ...identity, status: 'pending' });
    await simulator.acme('PUT', `/dev/tickets/${number}/notes`, { ...identity, comments: [{ body: 'One' }] });
    expect(await readQueue(simulator)).toEqual([]);
  });
});

describe('echo', () => {
  it("brings every transaction back on dev's queue as the provider's own", async () => {
    const created = await simulator.acme('POST', '/echo/tickets', {
      ...newTicket,
      comments: [{ body: 'Before' }],
    });
    const number = at(created.body, 'Response') as string;
    await simulator.acme('PUT', `/echo/tickets/${number}`, {
      ...identity,
      status: 'pending',
      comments: [{ body: 'With' }],
    });
    await simulator.acme('PUT', `/echo/tickets/${number}/notes`, {
      ...identity,
      comments: [{ body: 'After', commenter: 'Ada Byron' }],
    });
    await simulator.acme('PUT', `/echo/tickets/${number}`, {
      ...identity,
      status: 'resolved',
      closeNotes: 'Done',
    });
    const messages = await readQueue(simulator);
    expect(messages.map(({ Attributes }) => Attributes.TransactionType)).toEqual([
      'Create',
      'Notes',
      'Update',
      'Notes',
      'Notes',
      'Closure',
    ]);
    expect(messages[0]?.Body.clientTicketNumber).toBe('');
    expect(messages[2]?.Body.changed).toMatchObject({ status: 'pending' });
    expect(at(messages[4]?.Body, 'notes', 'body')).toBe('After\n\nAda Byron');
    expect((await simulator.acme('GET', `/dev/tickets/${number}`)).status).toBe(200);
  });

  it('knows incidents and requests only: a change of dev is none of its tickets', async () => {
    const { body } = await simulator.control('POST', '/acme/dev/changes', {
      type: 'Standard',
      shortDescription: 'Patch day',
    });
    const number = at(body, 'change', 'ticketNumber') as string;
    const returned = { clientName: 'AcmeCorp', clientTicketNumber: 'CHG1', ticketType: 'Change' };

    const echoed = await simulator.acme('PUT', `/echo/tickets/${number}/returnptn`, returned);
    expect([echoed.status, echoed.body]).toEqual([404, { Response: 'Ticket not found' }]);
    expect((await simulator.acme('PUT', `/dev/tickets/${number}/returnptn`, returned)).status).toBe(200);
  });

  it('has no queue: reading or deleting there is no route', async () => {
    for (const [method, path] of [
      ['GET', '/echo/queue'],
      ['DELETE', '/echo/queue/abc'],
    ] as const) {
      const { status, body } = await simulator.acme(method, path);
      expect([status, body]).toEqual([403, { message: 'Missing Authentication Token' }]);
    }
  });
});
