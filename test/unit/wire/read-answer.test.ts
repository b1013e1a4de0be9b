import { describe, expect, it } from 'vitest';
import type { Json } from '../../../engine/domain/json.ts';
import {
  readAnswer,
  type BridgeCall,
  type BridgeErrorKind,
  type ReadAnswer,
} from '../../../engine/wire/read-answer.ts';

const read = (call: BridgeCall, status: number, body: Json): ReadAnswer =>
  readAnswer(call, { kind: 'answer', status, body, retryAfterMs: null });

describe('an accepted call', () => {
  it.each(['e-CS0204070', 'CS0204070', 'e-CHG0012', ' e-CS0204070 '])(
    'is a create answered with %j',
    (Response) => {
      expect(read('create', 200, { Response })).toEqual({
        kind: 'accepted',
        providerTicket: Response.trim(),
      });
    },
  );

  it.each<[BridgeCall, number, Json]>([
    ['update', 202, { Response: 'Update Successful' }],
    ['update', 200, { Response: ' Update Successful' }],
    ['update', 200, { Response: 'Ticket Closed Successfully' }],
    ['notes', 200, { Response: 'Comments added' }],
    ['return-number', 200, { Response: 'PTN added' }],
    ['delete', 200, { DeleteMessageResponse: { ResponseMetadata: { RequestId: 'r' } } }],
    ['receive', 200, { ReceiveMessageResponse: { ReceiveMessageResult: { messages: null } } }],
  ])('is %s answered with %i %j', (call, status, body) => {
    expect(read(call, status, body)).toEqual({ kind: 'accepted' });
  });

  it('is told by a ticket number whatever the status, because the ticket is there', () => {
    expect(read('create', 500, { Response: 'e-CS0204070' })).toMatchObject({ kind: 'accepted' });
  });

  it('is not told by the success of another call', () => {
    expect(read('create', 200, { Response: 'Update Successful' })).toMatchObject({ error: 'unclear' });
    expect(read('update', 200, { Response: 'e-CS0204070' })).toMatchObject({ error: 'unclear' });
  });

  it('is not told by the opposite of a success', () => {
    expect(read('update', 200, { Response: 'Update Unsuccessful' })).toMatchObject({ kind: 'error' });
  });
});

const UNKNOWN_GROUP = {
  Response: ['assigment_group sys_id or name not found.', 'This ticket cannot be created.'],
};
const EXPIRED = {
  Error: {
    Code: 'InvalidParameterValue',
    Message: 'Value AQEB is invalid. Reason: The receipt handle has expired.',
  },
};
const INVALID = {
  Error: { Code: 'ReceiptHandleIsInvalid', Message: 'The input receipt handle is invalid.' },
};

describe('a documented error', () => {
  it.each<[BridgeErrorKind, BridgeCall, Json]>([
    ['configuration', 'create', { message: 'Missing Authentication Token' }],
    ['configuration', 'receive', { message: 'Forbidden' }],
    ['configuration', 'receive', { message: 'Forbidden', requestId: 'r-1' }],
    ['configuration', 'update', { Response: 'Bad Path' }],
    ['configuration', 'create', { Response: 'Unable to find mapping for ClientName' }],
    ['unknown-group', 'create', UNKNOWN_GROUP],
    ['not-our-ticket', 'update', { Response: 'APIKey not authorized for ticket company' }],
    ['handle-expired', 'delete', EXPIRED],
    ['handle-invalid', 'delete', INVALID],
    ['too-many-requests', 'update', { message: 'Too Many Requests' }],
    ['server-failure', 'create', { message: 'Endpoint request timed out' }],
    ['server-failure', 'create', { message: 'Internal server error' }],
  ])('is %s for %s answered with %j, whatever the status', (error, call, body) => {
    for (const status of [200, 400, 403, 500]) {
      expect(read(call, status, body)).toMatchObject({ kind: 'error', error, status });
    }
  });

  it('brings its text on one line, for rules and people', () => {
    expect(read('create', 200, UNKNOWN_GROUP)).toMatchObject({
      text: 'assigment_group sys_id or name not found. This ticket cannot be created.',
    });
  });
});

describe('any other error', () => {
  it.each<[BridgeErrorKind, number, Json]>([
    ['server-failure', 500, ''],
    ['server-failure', 502, '<html><h1>Bad gateway</h1></html>'],
    ['server-failure', 503, '<html>Forbidden</html>'],
    ['server-failure', 408, ''],
    ['too-many-requests', 429, ''],
    ['configuration', 401, { message: 'No valid credentials' }],
    ['configuration', 307, ''],
    ['refused', 400, { Response: 'description is too long' }],
    ['refused', 403, '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ['refused', 404, ''],
    ['refused', 200, { message: 'something is wrong' }],
    ['refused', 200, { Error: { Code: 'Whatever' } }],
    ['refused', 200, { Response: ['shortDescription'] }],
    ['refused', 200, { Response: 'Ticket is closed and cannot be updated' }],
    ['unclear', 200, ''],
    ['unclear', 200, null],
    ['unclear', 202, '<html>Please wait</html>'],
    ['unclear', 200, { Response: 'Queued' }],
    ['unclear', 200, '{"Response":"e-CS02'],
  ])('is %s for status %i and %j', (error, status, body) => {
    expect(read('create', status, body)).toMatchObject({ kind: 'error', error, status });
  });

  it('brings a text of bounded length from a body of any size and depth', () => {
    const deep = Array.from({ length: 90 }).reduce<Json>((inner) => [inner], 'bottom');
    const wide = Array.from({ length: 100_000 }, () => 'word');

    expect(read('create', 400, [deep, wide])).toMatchObject({
      text: expect.stringMatching(/^(?:word ?){1,400}$/) as string,
    });
  });
});

describe('no answer', () => {
  it('stays what it is', () => {
    expect(readAnswer('create', { kind: 'no-answer', reached: false, reason: 'refused' })).toEqual({
      kind: 'no-answer',
      reached: false,
      reason: 'refused',
    });
  });
});
