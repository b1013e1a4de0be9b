import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { readQueueAnswer, type QueueAnswer } from '../../../engine/wire/read-queue.ts';

type Messages = Extract<QueueAnswer, { kind: 'messages' }>;

const attributes: JsonObject = {
  SenderId: 'AROA',
  ApproximateFirstReceiveTimestamp: '1674858487529',
  ApproximateReceiveCount: '3',
  SentTimestamp: '1674858334956',
  SequenceNumber: '18875507807458288128',
  MessageDeduplicationId: 'd-1',
  MessageGroupId: 'e-CS0879727',
  ClientReferenceAvailable: false,
  TransactionType: 'Create',
};

const entry: JsonObject = {
  MessageId: 'm-1',
  ReceiptHandle: 'AQEB/x==',
  MD5OfBody: 'd41d8cd9',
  Body: { ticketNumber: 'e-CS0879727', clientTicketNumber: '', ticketType: 'Incident' },
  Attributes: attributes,
};

const withAttributes = (changed: JsonObject): JsonObject => ({
  ...entry,
  Attributes: { ...attributes, ...changed },
});
const without = (object: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
const lacking = (name: string): JsonObject => ({ ...entry, Attributes: without(attributes, name) });

const wrapped = (...messages: readonly Json[]): Json => ({
  ReceiveMessageResponse: { ResponseMetadata: {}, ReceiveMessageResult: { messages } },
});

function read(...entries: readonly Json[]): Messages {
  const answer = readQueueAnswer(wrapped(...entries));
  if (answer.kind !== 'messages') throw new Error(answer.reason);
  return answer;
}

const onlyMessage = (raw: Json): Messages['messages'][number] | undefined => read(raw).messages[0];

describe('reading the queue', () => {
  it('takes a message out of the first wrapper', () => {
    expect(read(entry)).toEqual({
      kind: 'messages',
      messages: [
        {
          id: 'm-1',
          receiptHandle: 'AQEB/x==',
          group: 'e-CS0879727',
          transactionType: 'Create',
          sentAt: 1674858334956,
          sequence: '18875507807458288128',
          receiveCount: 3,
          clientReferenceAvailable: false,
          body: { ticketNumber: 'e-CS0879727', clientTicketNumber: '', ticketType: 'Incident' },
        },
      ],
      unreadable: [],
    });
  });

  it('takes a message out of the second wrapper', () => {
    const answer = readQueueAnswer({
      ReceiveMessageResponse: {
        ReceiveMessageResult: { ResponseMetadata: {}, ReceiveMessageResult: { messages: [entry] } },
      },
    });

    expect(answer).toEqual(read(entry));
  });

  it('takes as many messages as there are', () => {
    const entries = Array.from({ length: 30 }, (_, index) => ({ ...entry, MessageId: `m-${index}` }));

    expect(read(...entries).messages.map(({ id }) => id)).toEqual(entries.map(({ MessageId }) => MessageId));
  });

  it.each<[string, Json]>([
    ['null', null],
    ['messages that are null', { ReceiveMessageResponse: { ReceiveMessageResult: { messages: null } } }],
    [
      'messages that are null in the second wrapper',
      { ReceiveMessageResponse: { ReceiveMessageResult: { ReceiveMessageResult: { messages: null } } } },
    ],
    ['no messages', { ReceiveMessageResponse: { ReceiveMessageResult: {} } }],
    ['a result that is null', { ReceiveMessageResponse: { ReceiveMessageResult: null } }],
    ['a response that is null', { ReceiveMessageResponse: null }],
  ])('reads %s as an empty queue', (_, body) => {
    expect(readQueueAnswer(body)).toEqual({ kind: 'messages', messages: [], unreadable: [] });
  });

  it.each<[string, Json]>([
    ['an error', { message: 'Forbidden' }],
    ['a page', '<html>Sign in</html>'],
    ['nothing at all', ''],
    ['a list', []],
    ['messages that are a text', { ReceiveMessageResponse: { ReceiveMessageResult: { messages: 'none' } } }],
  ])('does not take %s for an empty queue', (_, body) => {
    expect(readQueueAnswer(body)).toMatchObject({ kind: 'not-a-queue' });
  });
});

describe('a message of the queue', () => {
  it('may lack its checksum and bring other attributes', () => {
    const raw = { ...without(entry, 'MD5OfBody'), Attributes: { ...attributes, AWSTraceHeader: 'Root=1' } };

    expect(read(raw)).toEqual(read(entry));
  });

  it('may bring its attributes as numbers', () => {
    expect(
      onlyMessage(withAttributes({ SentTimestamp: 1674858334956, ApproximateReceiveCount: 4 })),
    ).toMatchObject({
      sentAt: 1674858334956,
      receiveCount: 4,
    });
  });

  it.each<[Json, boolean]>([
    [true, true],
    ['true', true],
    ['True', true],
    ['false', false],
  ])('may say %j for whether our number is known', (written, expected) => {
    expect(onlyMessage(withAttributes({ ClientReferenceAvailable: written }))?.clientReferenceAvailable).toBe(
      expected,
    );
  });

  it('knows our number if it brings one and does not say', () => {
    const silent = lacking('ClientReferenceAvailable');

    expect(onlyMessage(silent)?.clientReferenceAvailable).toBe(false);
    expect(onlyMessage({ ...silent, Body: { clientTicketNumber: 'INC1' } })?.clientReferenceAvailable).toBe(
      true,
    );
  });

  it('may bring its body as JSON text', () => {
    expect(onlyMessage({ ...entry, Body: JSON.stringify(entry.Body) })).toEqual(onlyMessage(entry));
  });

  it('has stray spaces taken from what names things, and from nothing else', () => {
    const Body = {
      clientName: 'AcmeCorp ',
      ticketNumber: ' e-CS1',
      clientTicketNumber: 42,
      description: ' as is ',
    };

    expect(onlyMessage({ ...entry, Body })?.body).toEqual({
      clientName: 'AcmeCorp',
      ticketNumber: 'e-CS1',
      clientTicketNumber: '42',
      description: ' as is ',
    });
    expect(onlyMessage(withAttributes({ MessageGroupId: 'e-CS0879727 ' }))?.group).toBe('e-CS0879727');
  });

  it('keeps a body that cannot be read, so that the message is recorded', () => {
    expect(onlyMessage({ ...entry, Body: '<xml/>' })?.body).toEqual({ unreadableBody: '<xml/>' });
  });

  it('is named by group and sequence where it has no id', () => {
    expect(onlyMessage(without(entry, 'MessageId'))?.id).toBe('e-CS0879727/18875507807458288128');
  });

  it('belongs to the group of its ticket where it does not say', () => {
    expect(onlyMessage(lacking('MessageGroupId'))?.group).toBe('e-CS0879727');
  });

  it('does without a sequence number where it has an id', () => {
    expect(onlyMessage(lacking('SequenceNumber'))).toMatchObject({ id: 'm-1', sequence: '0' });
  });
});

describe('an unreadable message', () => {
  it.each<[string, Json, string]>([
    ['without a receipt handle', without(entry, 'ReceiptHandle'), 'it has no ReceiptHandle'],
    ['without a time', lacking('SentTimestamp'), 'it has no SentTimestamp in milliseconds'],
    [
      'with a time that is none',
      withAttributes({ SentTimestamp: 'now' }),
      'it has no SentTimestamp in milliseconds',
    ],
    [
      'without id and sequence',
      without(lacking('SequenceNumber'), 'MessageId'),
      'it has neither a MessageId nor a SequenceNumber',
    ],
    ['without group and ticket', { ...lacking('MessageGroupId'), Body: {} }, 'it has no MessageGroupId'],
    ['that is no object', 'AQEB', 'it is not an object'],
  ])('is one %s: it is named with the reason, not lost', (_, raw, reason) => {
    expect(read(raw)).toEqual({ kind: 'messages', messages: [], unreadable: [{ reason, raw }] });
  });

  it('holds back the later messages of its group, and no other', () => {
    const later = { ...entry, MessageId: 'm-2' };
    const other = { ...withAttributes({ MessageGroupId: 'e-CS2' }), MessageId: 'm-3' };
    const earlier = { ...entry, MessageId: 'm-0' };

    const answer = read(earlier, lacking('SentTimestamp'), later, other);

    expect(answer.messages.map(({ id }) => id)).toEqual(['m-0', 'm-3']);
    expect(answer.unreadable).toEqual([
      { reason: 'it has no SentTimestamp in milliseconds', raw: lacking('SentTimestamp') },
      { reason: 'it waits behind an unreadable message of e-CS0879727', raw: later },
    ]);
  });
});
