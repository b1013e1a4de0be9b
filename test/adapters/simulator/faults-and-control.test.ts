import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import {
  at,
  createTicket,
  newTicket,
  openTicket,
  readQueue,
  startTestSimulator,
  type TestSimulator,
} from './fixtures.ts';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
beforeEach(() => {
  simulator.clock.run(0);
  simulator.provider.reset();
});
afterAll(() => simulator.stop());

const faults = (...rules: readonly JsonObject[]) => simulator.control('POST', '/faults', rules);
const create = () => simulator.acme('POST', '/dev/tickets', newTicket);
const tickets = async () => (await simulator.control('GET', '/acme/dev/tickets')).body;
const requests = async (query = '') => (await simulator.control('GET', `/requests${query}`)).body;
const types = async () => (await readQueue(simulator)).map(({ Attributes }) => Attributes.TransactionType);

describe('a fault', () => {
  it('drops a request: no effect, no answer', async () => {
    await faults({ kind: 'drop-request', match: { method: 'POST', client: 'acme' } });
    await expect(create()).rejects.toThrow();
    expect(await tickets()).toEqual([]);
    expect(await requests()).toMatchObject([
      { effect: false, delivered: false, fault: 'drop-request', status: null },
    ]);
  });

  it('drops an answer: the ticket is there, and its number comes on the queue', async () => {
    await faults({ kind: 'drop-answer', match: { path: '/tickets' }, times: 1 });
    await expect(create()).rejects.toThrow();
    expect(await tickets()).toMatchObject([{ ticketNumber: 'e-CS0204070' }]);
    expect(await requests('?call=create')).toMatchObject([
      { effect: true, delivered: false, fault: 'drop-answer' },
    ]);
    const [message] = await readQueue(simulator);
    expect(message?.Attributes).toMatchObject({
      TransactionType: 'ReturnEnsonoNum',
      MessageGroupId: 'e-CS0204070',
    });
    expect(message?.Body).toEqual({
      clientName: 'AcmeCorp ',
      ticketNumber: 'e-CS0204070',
      clientTicketNumber: 'INC0000042',
      ticketType: 'Incident',
    });
  });

  it('drops an answer by leaving the connection open', async () => {
    await faults({ kind: 'drop-answer', how: 'hang' });
    const aborted = new AbortController();
    const hanging = fetch(`${simulator.url}/acme/dev/queue`, {
      headers: { 'x-api-key': 'acme-demo-key' },
      signal: aborted.signal,
    });
    while (simulator.provider.requests().length === 0) await new Promise(setImmediate);
    aborted.abort();
    await expect(hanging).rejects.toThrow();
    expect(await requests()).toMatchObject([{ call: 'receive', delivered: false }]);
  });

  it('is what happens to an answer when the client hangs up before it', async () => {
    await faults({ kind: 'delay', ms: 300 });
    const aborted = new AbortController();
    const waiting = fetch(`${simulator.url}/acme/dev/tickets`, {
      method: 'POST',
      headers: { 'x-api-key': 'acme-demo-key', 'content-type': 'application/json' },
      body: JSON.stringify({ payload: newTicket }),
      signal: aborted.signal,
    });
    while (simulator.provider.requests().length === 0) await new Promise(setImmediate);
    aborted.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => simulator.provider.requests()[0]?.delivered).toBe(false);
    await simulator.control('DELETE', '/faults');
    expect(await types()).toEqual(['ReturnEnsonoNum']);
  });

  it('is what happens to an answer when the client hangs up in the middle of it', async () => {
    const body = 'x'.repeat(30_000_000); // more than the sockets on both sides hold
    simulator.provider.tenant('acme', 'dev')?.queue.send({
      group: 'e-CS1',
      transactionType: 'Update',
      clientReferenceAvailable: true,
      body,
    });
    const aborted = new AbortController();
    const response = await fetch(`${simulator.url}/acme/dev/queue`, {
      headers: { 'x-api-key': 'acme-demo-key' },
      signal: aborted.signal,
    });
    aborted.abort();
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => simulator.provider.requests()[0]?.delivered).toBe(false);
  });

  it('delays the answer, and the effect too if asked', async () => {
    await faults({ kind: 'delay', ms: 200, effect: 'late', times: 1 });
    const late = create();
    while (at(simulator.provider.faults.list(), 0, 'matched') !== 1) await new Promise(setImmediate);
    expect(await tickets()).toEqual([]);
    expect((await late).status).toBe(200);
    expect(await tickets()).toHaveLength(1);
  });

  it('answers another status without an effect', async () => {
    await faults({ kind: 'status', status: 429, retryAfterSeconds: 7 });
    const { status, headers, body } = await create();
    expect([status, headers.get('retry-after'), body]).toEqual([429, '7', { message: 'Too Many Requests' }]);
    expect(await tickets()).toEqual([]);
    expect(await requests()).toMatchObject([{ effect: false, status: 429, delivered: true }]);
  });

  it('answers another status after the effect, which counts as a lost answer', async () => {
    await faults({ kind: 'status', status: 502, effect: true, body: '<html>Bad Gateway</html>', times: 1 });
    const { status, text } = await create();
    expect([status, text]).toEqual([502, '<html>Bad Gateway</html>']);
    expect(await tickets()).toHaveLength(1);
    expect(await types()).toEqual(['ReturnEnsonoNum']);
  });

  it('lets the first so many through, and happens so many times', async () => {
    await faults({ kind: 'status', status: 503, match: { pathPattern: '^/acme/dev/t' }, skip: 1, times: 2 });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await create()).status);
    expect(statuses).toEqual([200, 503, 503, 200, 200]);
    expect((await simulator.control('GET', '/faults')).body).toMatchObject([{ status: 503, matched: 5 }]);
    expect((await simulator.globex('GET', '/dev/queue')).status).toBe(200);
  });

  it('is switched off again', async () => {
    await faults({ kind: 'status', status: 503 });
    await simulator.control('DELETE', '/faults');
    expect((await create()).status).toBe(200);
  });

  it.each([
    ['an unknown kind', { kind: 'earthquake' }],
    ['a missing status', { kind: 'status' }],
    ['a misspelt field', { kind: 'drop-request', matches: {} }],
    ['no regular expression', { kind: 'drop-request', match: { pathPattern: '(' } }],
  ])('is refused with %s', async (_, rule) => {
    expect((await faults(rule)).status).toBe(400);
    expect((await simulator.control('GET', '/faults')).body).toEqual([]);
  });
});

describe('the number of a create', () => {
  it.each([
    ['always', ['ReturnEnsonoNum', 'ReturnEnsonoNum']],
    ['lost', ['ReturnEnsonoNum']],
    ['never', []],
  ])('comes on the queue: %s', async (returnNumber, expected) => {
    await simulator.control('PATCH', '/clients/acme', { returnNumber });
    await create();
    await faults({ kind: 'drop-answer', times: 1 });
    await expect(create()).rejects.toThrow();
    expect(await types()).toEqual(expected);
  });
});

describe('the clock', () => {
  it('is read, set, moved on and run faster', async () => {
    const clock = (body: JsonObject) => simulator.control('POST', '/clock', body);
    expect((await clock({ now: '2026-11-23T14:05:00Z' })).body).toEqual({
      now: Date.UTC(2026, 10, 23, 14, 5),
      iso: '2026-11-23T14:05:00.000Z',
      speed: 0,
    });
    expect(at((await clock({ advanceMs: seconds(30) })).body, 'iso')).toBe('2026-11-23T14:05:30.000Z');
    await clock({ speed: 10_000 });
    await expect
      .poll(async () => at((await simulator.control('GET', '/clock')).body, 'iso'))
      .not.toBe('2026-11-23T14:05:30.000Z');
    expect((await clock({ now: 'yesterday' })).status).toBe(400);
  });

  it('decides when a message is handed out again', async () => {
    await openTicket(simulator);
    expect(await readQueue(simulator)).toHaveLength(1);
    expect(await readQueue(simulator)).toHaveLength(0);
    await simulator.control('POST', '/clock', { advanceMs: seconds(30) });
    expect(
      at((await readQueue(simulator)) as unknown as Json, 0, 'Attributes', 'ApproximateReceiveCount'),
    ).toBe('2');
  });
});

describe('the queue seen from outside', () => {
  const queue = async () => (await simulator.control('GET', '/acme/dev/queue')).body;

  it('takes any message as it is', async () => {
    await simulator.control('POST', '/acme/dev/queue', {
      group: 'e-CHG0001',
      transactionType: 'Approval Request',
      body: 'not even an object',
      attributes: { AWSTraceHeader: 'Root=1', SentTimestamp: 'soon' },
    });
    const [message] = await readQueue(simulator);
    expect(message).toMatchObject({
      Body: 'not even an object',
      Attributes: { TransactionType: 'Approval Request', MessageGroupId: 'e-CHG0001', SentTimestamp: 'soon' },
    });
  });

  it('shows what waits, what is in flight and how old it is, and gives a message twice', async () => {
    await openTicket(simulator);
    const [message] = await readQueue(simulator);
    const id = message?.MessageId ?? '';
    expect(await queue()).toMatchObject({
      waiting: 0,
      inFlight: 1,
      oldestAgeMs: 0,
      failureQueue: [],
      expired: [],
    });
    expect((await simulator.control('POST', `/acme/dev/queue/${id}/release`)).status).toBe(204);
    await simulator.control('POST', `/acme/dev/queue/${id}/duplicate`, {});
    const again = await readQueue(simulator);
    expect(again.map(({ MessageId }) => MessageId)).toEqual([id, id]);
    expect(new Set(again.map(({ ReceiptHandle }) => ReceiptHandle)).size).toBe(2);
    expect((await simulator.control('GET', '/acme/dev/queue/sent')).body).toHaveLength(1);
  });
});

describe('the control routes', () => {
  it('show every request with its answer and its effect, and never a key', async () => {
    await createTicket(simulator);
    await create();
    await simulator.acme('GET', '/dev/nowhere');
    const { text, body } = await simulator.control('GET', '/requests');
    expect(body).toMatchObject([
      {
        call: 'create',
        environment: 'dev',
        body: { payload: newTicket },
        answer: { Response: 'e-CS0204070' },
        effect: true,
      },
      { ticketNumber: 'e-CS0204071', delivered: true },
      { call: null, path: '/acme/dev/nowhere', status: 403, effect: false },
    ]);
    expect(text).not.toContain('acme-demo-key');
    const second = at(body, 1, 'id') as number;
    expect(await requests(`?after=${second}`)).toEqual([at(body, 2)]);
    expect(await requests('?client=globex')).toEqual([]);
  });

  it('reset everything but the time', async () => {
    await createTicket(simulator);
    await openTicket(simulator);
    await simulator.control('PATCH', '/clients/acme', { wrapper: 2 });
    await faults({ kind: 'status', status: 503 });
    expect((await simulator.control('POST', '/reset')).status).toBe(204);
    expect(await tickets()).toEqual([]);
    expect(await requests()).toEqual([]);
    expect(await readQueue(simulator)).toEqual([]);
    expect(await createTicket(simulator)).toBe('e-CS0204070');
  });

  it.each([
    ['POST', '/acme/dev/tickets', { shortDescripton: 'misspelt' }, 400],
    ['POST', '/acme/dev/tickets', { shortDescription: 'x', group: 'Printer Whisperers' }, 409],
    ['POST', '/acme/test/tickets', { shortDescription: 'x' }, 404],
    ['POST', '/nobody/dev/tickets', { shortDescription: 'x' }, 404],
    ['POST', '/acme/dev/tickets/e-CS1/update', { priority: '1' }, 409],
    ['PATCH', '/clients/nobody', { wrapper: 2 }, 404],
    ['PATCH', '/clients/acme', { wrapper: 3 }, 400],
  ])('say what is wrong with %s %s %j', async (method, path, body, status) => {
    const answer = await simulator.control(method, path, body);
    expect(answer.status).toBe(status);
    expect(at(answer.body, 'message')).toEqual(expect.stringMatching(/./));
  });
});

describe('stopping', () => {
  it('ends what hangs and what waits', async () => {
    const other = await startTestSimulator();
    await other.control('POST', '/faults', [
      { kind: 'drop-answer', how: 'hang', times: 1 },
      { kind: 'delay', ms: 60_000 },
    ]);
    const open = [other.acme('GET', '/dev/queue'), other.acme('GET', '/dev/queue')].map((sent) =>
      sent.catch(() => null),
    );
    while (other.provider.faults.list()[1]?.matched !== 1) await new Promise(setImmediate);
    await other.stop();
    await Promise.all(open);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
