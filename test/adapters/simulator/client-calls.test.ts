import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../../engine/domain/instant.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import {
  at,
  createTicket,
  identity,
  newTicket,
  newTicketWithoutPriority,
  openTicket,
  startTestSimulator,
  type TestSimulator,
} from './fixtures.ts';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
beforeEach(() => simulator.provider.reset());
afterAll(() => simulator.stop());

const ticketNow = async (number: string, path = 'acme/dev'): Promise<JsonObject> =>
  (await simulator.control('GET', `/${path}/tickets/${number}`)).body as JsonObject;

const update = (number: string, fields: JsonObject) =>
  simulator.acme('PUT', `/dev/tickets/${number}`, { ...identity, ...fields });

describe('a create', () => {
  it('answers with the number of a ticket that holds what was sent, un-escaped once', async () => {
    const comments = [{ body: 'It \\"smokes\\".', commenter: 'Ada Byron' }, { body: 'C:\\\\temp' }];
    const created = await simulator.acme('POST', '/dev/tickets', {
      ...newTicket,
      comments,
      group: 'Ensono Network Support',
      cis: 'PRN-1,PRN-2',
      somethingElse: { ignored: true },
    });
    expect([created.status, created.body]).toEqual([200, { Response: 'e-CS0204070' }]);
    expect(await ticketNow('e-CS0204070')).toMatchObject({
      clientTicketNumber: 'INC0000042',
      status: 'open',
      description: 'The printer in hall 3 says "PC LOAD LETTER".\nAgain.',
      group: 'Ensono Network Support',
      priority: '2',
      cis: 'PRN-1,PRN-2',
      comments: [{ body: 'It "smokes".', by: 'client', commenter: 'Ada Byron' }, { body: 'C:\\temp' }],
    });
  });

  it.each([
    ['a known priority', { priority: '1' }, { priority: '1', impact: '1', urgency: '1' }],
    ['an unknown priority, which falls back to 3', { priority: 'urgent' }, { priority: '3' }],
    ['impact and urgency', { impact: '1', urgency: '2' }, { priority: '2', impact: '1', urgency: '2' }],
    ['unknown levels, which fall back to 3', { impact: 'x', urgency: 'y' }, { impact: '3', urgency: '3' }],
  ])('takes %s', async (_, fields, expected) => {
    const { body } = await simulator.acme('POST', '/dev/tickets', { ...newTicketWithoutPriority, ...fields });
    expect(await ticketNow(at(body, 'Response') as string)).toMatchObject(expected);
  });

  it('uses the default group when none is named', async () => {
    expect(await ticketNow(await createTicket(simulator))).toMatchObject({ group: 'Ensono Service Desk' });
  });

  it('is refused with the documented body when the group is unknown, and has no effect', async () => {
    const refusal = await simulator.acme('POST', '/dev/tickets', {
      ...newTicket,
      group: 'Printer Whisperers',
    });
    expect(refusal.body).toEqual({
      Response: ['assigment_group sys_id or name not found.', 'This ticket cannot be created.'],
    });
    expect((await simulator.control('GET', '/acme/dev/tickets')).body).toEqual([]);
  });

  it.each([
    ['description is missing', { description: undefined }, 'description'],
    ['shortDescription is longer than 160', { shortDescription: 'x'.repeat(161) }, 'shortDescription'],
    ['description is longer than 4000 with its escapes', { description: '\\n'.repeat(2001) }, 'description'],
    ['ticketType is unknown', { ticketType: 'Problem' }, 'ticketType'],
    ['a change is meant', { ticketType: 'Change' }, 'ticketType'],
    ['contactEmail is missing', { contactEmail: undefined }, 'contactEmail'],
    [
      'neither priority nor impact and urgency are given',
      { priority: undefined },
      'either priority or impact and urgency',
    ],
    [
      'impact is given without urgency',
      { priority: undefined, impact: '1' },
      'either priority or impact and urgency',
    ],
    [
      'both priority and impact and urgency are given',
      { impact: '1', urgency: '1' },
      'either priority or impact and urgency',
    ],
    ['a raw newline is in a text', { description: 'a\nb' }, 'double-escaped'],
    ['a raw tab is in a text', { shortDescription: 'a\tb' }, 'double-escaped'],
    ['a double quote is not escaped', { description: 'say "hi"' }, 'double-escaped'],
    ['a backslash is not escaped', { description: 'C:\\users' }, 'double-escaped'],
    ['a comment has no body', { comments: [{ commenter: 'Ada' }] }, 'body'],
    ['a comment is longer than 4000', { comments: [{ body: 'x'.repeat(4001) }] }, 'comments.0.body'],
    ['a field is null', { contactPhone: null }, 'contactPhone'],
  ])('is refused when %s', async (_, fields, named) => {
    const refusal = await simulator.acme(
      'POST',
      '/dev/tickets',
      JSON.parse(JSON.stringify({ ...newTicket, ...fields })) as JsonObject,
    );
    expect(refusal.status).toBe(400);
    expect(at(refusal.body, 'Response')).toContain('Invalid payload');
    expect(at(refusal.body, 'Response')).toContain(named);
    expect((await simulator.control('GET', '/acme/dev/tickets')).body).toEqual([]);
  });
});

describe('an update', () => {
  it('changes what it names and nothing else', async () => {
    const number = await createTicket(simulator);
    const before = await ticketNow(number);
    const { status, body } = await update(number, { status: 'pending', group: 'Ensono Mainframe' });
    expect([status, body]).toEqual([202, { Response: 'Update Successful' }]);
    expect(await ticketNow(number)).toEqual({
      ...before,
      status: 'pending',
      group: 'Ensono Mainframe',
      ensonoGroup: 'Ensono Mainframe',
    });
  });

  it.each([
    ['an unknown status', { status: 'sleeping' }],
    ['a text that is not escaped', { description: 'a\nb' }],
    ['a priority together with an impact', { priority: '1', impact: '1' }],
  ])('with %s is refused', async (_, fields) => {
    const number = await createTicket(simulator);
    const { status, body } = await update(number, fields);
    expect(status).toBe(400);
    expect(at(body, 'Response')).toContain('Invalid payload');
  });

  it('to an unknown group is refused', async () => {
    const { body } = await update(await createTicket(simulator), { group: 'Printer Whisperers' });
    expect(at(body, 'Response', 0)).toBe('assigment_group sys_id or name not found.');
  });

  it('in the name of another client ticket is refused', async () => {
    const { status } = await update(await createTicket(simulator), {
      clientTicketNumber: 'INC9',
      status: 'open',
    });
    expect(status).toBe(400);
  });
});

describe('resolving and closing', () => {
  const closeNotes = 'New toner.\\nTested.';

  it('takes status and close notes and ignores everything else', async () => {
    const number = await createTicket(simulator);
    const { status, body } = await update(number, {
      status: 'resolved',
      closeNotes,
      shortDescription: 'ignored',
      group: 'Printer Whisperers',
      comments: [{ body: 'ignored' }],
    });
    expect([status, body]).toEqual([200, { Response: 'Ticket Closed Successfully' }]);
    expect(await ticketNow(number)).toMatchObject({
      status: 'resolved',
      closeNotes: 'New toner.\nTested.',
      closeCode: 'resolved',
      shortDescription: 'Printer is out',
      group: 'Ensono Service Desk',
      comments: [],
    });
  });

  it('wants close notes', async () => {
    const { status } = await update(await createTicket(simulator), { status: 'resolved' });
    expect(status).toBe(400);
  });

  it('closes only what is resolved', async () => {
    const number = await createTicket(simulator);
    expect((await update(number, { status: 'closed', closeNotes })).body).toEqual({
      Response: 'Ticket must be resolved before it can be closed',
    });
    await update(number, { status: 'resolved', closeNotes });
    expect((await update(number, { status: 'closed', closeNotes })).status).toBe(200);
    expect(await ticketNow(number)).toMatchObject({ status: 'closed' });
  });

  it('leaves a resolved ticket open to comments and to being re-opened', async () => {
    const number = await createTicket(simulator);
    await update(number, { status: 'resolved', closeNotes });
    const noted = await simulator.acme('PUT', `/dev/tickets/${number}/notes`, {
      ...identity,
      comments: [{ body: 'Thanks' }],
    });
    expect(noted.status).toBe(200);
    expect((await update(number, { status: 'open' })).status).toBe(202);
    expect(await ticketNow(number)).toMatchObject({ status: 'open', resolvedAt: null });
  });

  it('lets a closed or a cancelled ticket take nothing more', async () => {
    const closed = await createTicket(simulator);
    await update(closed, { status: 'resolved', closeNotes });
    await update(closed, { status: 'closed', closeNotes });
    const cancelled = await createTicket(simulator);
    await update(cancelled, { status: 'cancelled' });
    for (const number of [closed, cancelled]) {
      const refusals = [
        await update(number, { status: 'open' }),
        await update(number, { status: 'resolved', closeNotes }),
        await simulator.acme('PUT', `/dev/tickets/${number}/notes`, {
          ...identity,
          comments: [{ body: 'One more' }],
        }),
      ];
      for (const refusal of refusals) {
        expect(refusal.body).toEqual({ Response: 'Ticket is closed and cannot be updated' });
      }
    }
  });

  it('closes a resolved ticket by itself after 7 days and tells the client', async () => {
    const number = await createTicket(simulator);
    await update(number, { status: 'resolved', closeNotes });
    simulator.clock.advance(minutes(7 * 24 * 60) - 1);
    expect(await ticketNow(number)).toMatchObject({ status: 'resolved' });
    simulator.clock.advance(1);
    expect(await ticketNow(number)).toMatchObject({ status: 'closed' });
    const { messages } = simulator.provider.tenant('acme', 'dev')?.queue.state() ?? { messages: [] };
    expect(messages).toMatchObject([{ transactionType: 'Closure', body: { status: 'closed' } }]);
  });

  it('closes at once for a client that is set so', async () => {
    await simulator.control('PATCH', '/clients/acme', { resolveAlsoCloses: true });
    const number = await createTicket(simulator);
    await update(number, { status: 'resolved', closeNotes });
    expect(await ticketNow(number)).toMatchObject({ status: 'closed' });
  });
});

describe('the other calls on a ticket', () => {
  it('add several comments, and only those', async () => {
    const number = await createTicket(simulator);
    const { status, body } = await simulator.acme('PUT', `/dev/tickets/${number}/notes`, {
      ...identity,
      status: 'nonsense',
      comments: [{ body: 'One' }, { body: 'Two\\tlines', commenterEmail: 'ada@acme.example' }],
    });
    expect([status, body]).toEqual([200, { Response: 'Comments added' }]);
    expect(await ticketNow(number)).toMatchObject({
      status: 'open',
      comments: [{ body: 'One' }, { body: 'Two\tlines', commenterEmail: 'ada@acme.example' }],
    });
  });

  it('refuse a note without comments', async () => {
    const number = await createTicket(simulator);
    const { status } = await simulator.acme('PUT', `/dev/tickets/${number}/notes`, {
      ...identity,
      comments: [],
    });
    expect(status).toBe(400);
  });

  it("return the client's number", async () => {
    const number = await openTicket(simulator);
    const { status, body } = await simulator.acme('PUT', `/dev/tickets/${number}/returnptn`, identity);
    expect([status, body]).toEqual([200, { Response: 'PTN added' }]);
    expect(await ticketNow(number)).toMatchObject({ clientTicketNumber: 'INC0000042' });
  });

  it('read a ticket back in dev only', async () => {
    const number = await createTicket(simulator);
    const read = await simulator.acme('GET', `/dev/tickets/${number}`);
    expect(read.status).toBe(200);
    expect(at(read.body, 'Response')).toMatchObject({
      ticketNumber: number,
      shortDescription: 'Printer is out',
    });
    await createTicket(simulator, 'prod');
    for (const environment of ['cert', 'prod', 'echo']) {
      expect((await simulator.acme('GET', `/${environment}/tickets/${number}`)).body).toEqual({
        message: 'Missing Authentication Token',
      });
    }
  });

  it('keep the tickets of dev, cert and prod apart', async () => {
    await createTicket(simulator, 'prod');
    expect(await ticketNow('e-CS0204070', 'acme/prod')).toMatchObject({ clientTicketNumber: 'INC0000042' });
    expect((await update('e-CS0204070', { status: 'open' })).body).toEqual({ Response: 'Ticket not found' });
  });
});

describe('who is asking, and for what', () => {
  const forbidden = { message: 'Forbidden' };
  const noRoute = { message: 'Missing Authentication Token' };

  it.each([
    ['a wrong key', '/acme/dev/queue', { 'x-api-key': 'wrong' }],
    ["another client's key", '/acme/dev/queue', { 'x-api-key': 'globex-demo-key' }],
    ['no key', '/acme/dev/queue', {}],
    ['a client that there is not', '/nobody/dev/queue', { 'x-api-key': 'acme-demo-key' }],
    ['an environment that there is not', '/acme/test/queue', { 'x-api-key': 'acme-demo-key' }],
  ])('%s is forbidden', async (_, path, headers) => {
    const response = await fetch(`${simulator.url}${path}`, { headers: headers as Record<string, string> });
    expect([response.status, await response.json()]).toEqual([403, forbidden]);
  });

  it.each([
    ['GET', '/dev/tickets'],
    ['POST', '/dev/queue'],
    ['PATCH', '/dev/tickets/e-CS0204070'],
    ['POST', '/dev/tickets/e-CS0204070/notes'],
    ['GET', '/dev/Queue'],
    ['GET', '/dev/queue/'],
    ['GET', '/dev/tickets/queue/'],
    ['GET', '/echo/queue'],
    ['GET', '/dev'],
    ['GET', '/dev/%E0%A4%A'],
  ])('%s %s is no route', async (method, path) => {
    const { status, body } = await simulator.acme(method, path);
    expect([status, body]).toEqual([403, noRoute]);
  });

  it('a path below a ticket that it does not have is a bad path', async () => {
    const number = await createTicket(simulator);
    expect((await simulator.acme('PUT', `/dev/tickets/${number}/Notes`, identity)).body).toEqual({
      Response: 'Bad Path',
    });
  });

  it('a clientName that is not set up has no mapping', async () => {
    const { body } = await simulator.acme('POST', '/dev/tickets', { ...newTicket, clientName: 'Acme' });
    expect(body).toEqual({ Response: 'Unable to find mapping for ClientName' });
  });

  it("another client's ticket or name is not authorized", async () => {
    const foreign = { Response: 'APIKey not authorized for ticket company' };
    const { body } = await simulator.globex('POST', '/dev/tickets', { ...newTicket, clientName: 'Globex' });
    const theirs = at(body, 'Response') as string;
    expect((await update(theirs, { status: 'open' })).body).toEqual(foreign);
    expect(
      (await simulator.acme('POST', '/dev/tickets', { ...newTicket, clientName: 'Globex' })).body,
    ).toEqual(foreign);
  });

  it.each([
    ['no JSON content type', { 'content-type': 'text/plain' }, '{}', 415],
    ['no JSON', { 'content-type': 'application/json' }, '{"payload":', 400],
    ['no payload', { 'content-type': 'application/json' }, '{"clientName":"AcmeCorp"}', 400],
  ])('a body with %s is refused', async (_, headers, body, status) => {
    const response = await fetch(`${simulator.url}/acme/dev/tickets`, {
      method: 'POST',
      headers: { 'x-api-key': 'acme-demo-key', ...headers },
      body,
    });
    expect(response.status).toBe(status);
  });

  it('errors come with status 200 for a client that is set so', async () => {
    await simulator.control('PATCH', '/clients/acme', { errorsWith200: true });
    const { status, body } = await simulator.acme('POST', '/dev/tickets', {
      ...newTicket,
      clientName: 'Acme',
    });
    expect([status, body]).toEqual([200, { Response: 'Unable to find mapping for ClientName' }]);
  });
});

describe('numbers', () => {
  it('go without their prefix for a client that is set so', async () => {
    await simulator.control('PATCH', '/clients/acme', { numbersWithoutPrefix: true });
    const number = await createTicket(simulator);
    expect(number).toBe('CS0204070');
    expect((await update(number, { status: 'workinprogress' })).status).toBe(202);
  });
});
