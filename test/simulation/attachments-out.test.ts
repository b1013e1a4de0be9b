import { afterEach, describe, expect, test } from 'vitest';
import type { StoredFile } from '../../adapters/simulator/file-store.ts';
import type { FaultRule } from '../../adapters/simulator/faults.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { dropLane } from '../../engine/runtime/drop-lane.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { openWorld, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const NUMBER = 'INC0000001';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const PROGRAM = Buffer.concat([Buffer.from('4d5a9000', 'hex'), Buffer.alloc(100)]);
const PUTS: FaultRule['match'] = { method: 'PUT', path: '/_store/' };

type Adapt = NonNullable<NonNullable<Parameters<typeof openWorld>[1]>['adapt']>;

/** Acme, whose INC0000001 the provider has. */
async function linkedTicket(adapt?: Adapt): Promise<string> {
  world = await openWorld('acme', { since: 'now', ...(adapt === undefined ? {} : { adapt }) });
  await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.clock.advance(seconds(10));
  await world.settle(seconds(60));
  return world.providerTicket(NUMBER).ticketNumber;
}

const attach = (name: string, content: Uint8Array | string, isPublic = 1, size = content.length) =>
  world.sql(
    `INSERT INTO attachments (ticket_id, file_name, content_type, file_size, content, is_public, created_at)
     VALUES (1, ?, 'application/octet-stream', ?, x'${Buffer.from(content).toString('hex')}', ?, :now)`,
    name,
    size,
    isPublic,
  );

const files = (number: string): readonly Partial<StoredFile>[] =>
  world.tenant.files
    .of(number)
    .map(({ name, contentType, size, times }) => ({ name, contentType, size, times }));

const fileJournal = async (): Promise<readonly string[]> =>
  (await world.journal(NUMBER))
    .filter(({ transaction }) => transaction === 'attachment')
    .map(({ outcome, summary }) => `${outcome}: ${summary}`);

const comments = async (): Promise<readonly unknown[]> =>
  (await world.sql(`SELECT body FROM comments WHERE ticket_id = 1 ORDER BY id`))
    .map(({ body }) => body)
    .filter((body) => String(body).startsWith('The attachment'));

const requests = (): readonly string[] =>
  world.provider
    .requests()
    .filter(({ call, method }) => call !== 'receive' && call !== 'delete' && method !== 'POST')
    .map(({ method, path, body }) =>
      method === 'GET'
        ? `GET ${path.split('/').at(-1) ?? ''}`
        : `${method} ${path.includes('_store') ? 'file' : JSON.stringify((body as { payload: { status?: string } }).payload.status ?? 'comments')}`,
    );

describe('a file of the client', () => {
  test('arrives once, with the type that its bytes have, under a name that the bridge takes', async () => {
    const number = await linkedTicket();
    await attach('Störung 1.dat', PNG);
    await attach('liste.csv', 'a,b\n1,2\n');
    await attach('intern.txt', 'not for the provider', 0);
    await world.settle(seconds(300));
    expect(files(number)).toEqual([
      { name: 'Storung-1.dat', contentType: 'image/png', size: 16, times: 1 },
      { name: 'liste.csv', contentType: 'text/csv', size: 8, times: 1 },
    ]);
    expect(await fileJournal()).toEqual([
      'sent: a new attachment: Störung 1.dat',
      'sent: a new attachment: liste.csv',
    ]);
    await world.settle(seconds(300));
    expect(requests().filter((request) => request === 'PUT file')).toHaveLength(2);
  });

  test('that is called as another is gets a name of its own', async () => {
    const number = await linkedTicket();
    await attach('log.txt', 'one');
    await world.settle(seconds(60));
    await attach('LOG.TXT', 'two');
    await attach('log.txt', 'three');
    await world.settle(seconds(300));
    expect(files(number).map(({ name }) => name)).toEqual(['log.txt', 'LOG-2.TXT', 'log-3.txt']);
  });

  test('travels as base64 where the contract says so', async () => {
    const number = await linkedTicket((contract) => {
      const { attachments } = contract.outbound;
      if (attachments === null) throw new Error('acme sends files');
      return {
        ...contract,
        outbound: { ...contract.outbound, attachments: { ...attachments, encoding: 'base64' } },
      };
    });
    await attach('a.png', PNG);
    await world.settle(seconds(120));
    expect(files(number)).toEqual([{ name: 'a.png.base64', contentType: 'text/plain', size: 24, times: 1 }]);
  });

  test('[closed-is-closed] goes before the resolution, also while it takes a second try', async () => {
    const number = await linkedTicket();
    world.provider.faults.add([{ kind: 'drop-request', match: PUTS, times: 1 }]);
    await attach('a.txt', 'text');
    await world.sql(
      `UPDATE tickets SET status = 'Resolved', resolution = 'Done.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(30));
    expect(world.providerTicket(NUMBER).status).not.toBe('resolved');
    // What does not end the ticket does not wait.
    await world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, 'meanwhile', 1, :now)`,
    );
    await world.clock.advance(seconds(10));
    await world.settle(seconds(30));
    expect(world.providerTicket(NUMBER).comments.at(-1)?.body).toBe('meanwhile');
    expect(files(number)).toEqual([]);
    await world.settle(seconds(600));
    expect(world.providerTicket(NUMBER).status).toBe('resolved');
    expect(files(number)).toMatchObject([{ name: 'a.txt' }]);
    const put = requests().lastIndexOf('PUT file');
    expect(requests().slice(put)).toContain('PUT "resolved"');
    expect(requests().slice(0, put)).not.toContain('PUT "resolved"');
  });

  test('[patience] [notes-once] whose answer is lost is put again under its name, no sooner than after 60 s', async () => {
    const number = await linkedTicket();
    world.provider.faults.add([{ kind: 'drop-answer', match: PUTS, times: 2 }]);
    await attach('a.txt', 'text');
    await world.settle(seconds(900));
    expect(files(number)).toEqual([{ name: 'a.txt', contentType: 'text/plain', size: 4, times: 3 }]);
    const puts = world.provider.requests().filter(({ path }) => path.startsWith('/_store/'));
    const waits = puts.slice(1).map(({ at }, index) => at - (puts[index]?.at ?? 0));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(seconds(60));
    expect(await fileJournal()).toEqual([
      expect.stringMatching(/^waiting: a.txt: no answer: connection reset/),
      expect.stringMatching(/^waiting: a.txt: no answer: connection reset/),
      'sent: a new attachment: a.txt',
    ]);
  });

  test('whose address is too old when it is used gets another one at once', async () => {
    const number = await linkedTicket();
    await attach('a.txt', 'text');
    const slow: Runtime = {
      ...world.runtime,
      ports: {
        ...world.runtime.ports,
        bridge: {
          send: async (request) => {
            const answer = await world.runtime.ports.bridge.send(request);
            const isFirst = requests().filter((one) => one === 'GET a.txt').length === 1;
            if (request.path.includes('attachments') && isFirst) await world.clock.advance(seconds(121));
            return answer;
          },
        },
      },
    };
    await world.poll();
    await world.clock.advance(seconds(10));
    await workDue(slow);
    expect(requests().slice(-4)).toEqual(['GET a.txt', 'PUT file', 'GET a.txt', 'PUT file']);
    expect(files(number)).toMatchObject([{ name: 'a.txt', times: 1 }]);
  });

  test.each([
    ['a program by its name', 'setup.exe', 'harmless', 8, 'programs (.exe) are not taken there'],
    [
      'a program by its content',
      'report.pdf',
      PROGRAM,
      104,
      'it is a program by its content, and programs are not taken there',
    ],
    ['too large by its row', 'large.bin', 'x', 26 * 1024 * 1024, 'it has 26 MB, and at most 25 MB are sent'],
    ['empty of content', 'none.txt', '', 0, 'x'],
  ])('that is %s is not sent, and one comment says why', async (_, name, content, size, reason) => {
    const number = await linkedTicket();
    const isEmpty = content.length === 0;
    await attach(name, content, 1, size);
    if (isEmpty) await world.sql(`UPDATE attachments SET content = NULL WHERE file_name = ?`, name);
    await world.settle(seconds(300));
    const words = isEmpty ? 'it has no content' : reason;
    expect(await comments()).toEqual([`The attachment "${name}" was not sent: ${words}.`]);
    expect(files(number)).toEqual([]);
    expect(await fileJournal()).toEqual([
      expect.stringContaining(`was not sent: ${words}; a comment says so`),
    ]);
    // It does not go back to the provider, and is not written again.
    await world.settle(seconds(300));
    expect(await comments()).toHaveLength(1);
    expect(
      world.providerTicket(NUMBER).comments.filter(({ body }) => body.includes('The attachment')),
    ).toEqual([]);
  });

  test('that the provider refuses is given up with a comment, and what waited for it goes on', async () => {
    await linkedTicket();
    world.provider.faults.add([
      { kind: 'status', status: 400, body: { Response: 'No files today' }, match: { path: '/attachments/' } },
    ]);
    await attach('a.txt', 'text');
    await world.sql(
      `UPDATE tickets SET status = 'Resolved', resolution = 'Done.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(seconds(300));
    expect(await comments()).toEqual([
      'The attachment "a.txt" was not sent: the bridge answered 400: No files today.',
    ]);
    expect(world.providerTicket(NUMBER).status).toBe('resolved');
  });

  test('that gets no answer for long holds up the end of its ticket for a while, and arrives when the store is back', async () => {
    const number = await linkedTicket();
    world.provider.faults.add([{ kind: 'status', status: 503, match: PUTS, times: 21 }]);
    await attach('a.txt', 'text');
    await world.sql(
      `UPDATE tickets SET status = 'Resolved', resolution = 'Done.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(minutes(15));
    expect(world.providerTicket(NUMBER).status).not.toBe('resolved');
    await world.settle(minutes(30));
    expect(world.providerTicket(NUMBER).status).toBe('resolved');
    expect(files(number)).toEqual([]);
    await world.settle(minutes(45));
    expect(files(number)).toMatchObject([{ name: 'a.txt', times: 1 }]);
  });

  test('[no-echo] that came from the provider does not go back', async () => {
    const number = await linkedTicket();
    await attach('theirs.txt', 'text');
    const { id } = await world.lane(NUMBER);
    const [row] = await world.sql(`SELECT id FROM attachments WHERE file_name = 'theirs.txt'`);
    await world.database.transaction(({ store }) =>
      store.insertLedgerEntry({
        laneId: id,
        kind: 'attachment',
        clientId: String(row?.id),
        providerId: 'm1',
        origin: 'provider',
        at: 0,
      }),
    );
    await attach('theirs.txt', 'ours of the same name');
    await world.settle(seconds(300));
    expect(files(number)).toMatchObject([{ name: 'theirs-2.txt', size: 21 }]);
  });

  test('of a ticket that the provider has closed meanwhile is kept here, and no comment is written', async () => {
    const number = await linkedTicket();
    world.provider.faults.add([{ kind: 'drop-request', match: PUTS, times: 1 }]);
    await attach('a.txt', 'text');
    await world.clock.advance(seconds(10));
    await world.settle(seconds(60));
    world.desk.close(number, { closeNotes: 'Done.' });
    await world.settle(seconds(600));
    expect((await fileJournal()).at(-1)).toContain("the provider's ticket is closed and takes nothing more");
    expect(await comments()).toEqual([]);
  });

  test('that was deleted before it arrived is not sent', async () => {
    const number = await linkedTicket();
    world.provider.faults.add([{ kind: 'drop-request', match: PUTS, times: 2 }]);
    await attach('a.txt', 'text');
    await world.settle(seconds(60));
    await world.sql(`DELETE FROM attachments WHERE file_name = 'a.txt'`);
    await world.settle(seconds(300));
    expect((await fileJournal()).at(-1)).toContain('the file is not there any more');
    expect(files(number)).toEqual([]);
  });

  test('whose ticket was taken out is not sent', async () => {
    const number = await linkedTicket();
    world.provider.faults.add([{ kind: 'drop-request', match: PUTS, times: 1 }]);
    world.provider.faults.add([
      { kind: 'status', status: 400, body: { Response: 'No' }, match: { path: '/notes' } },
    ]);
    await attach('b.txt', 'text');
    await world.settle(seconds(60));
    await world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, 'no', 1, :now)`,
    );
    await world.settle(seconds(60));
    const { id } = await world.lane(NUMBER);
    expect(await dropLane(world.runtime, id, { by: 'pat', because: 'test' })).toMatchObject({ kind: 'done' });
    await world.settle(seconds(300));
    expect((await fileJournal()).at(-1)).toContain('the ticket was taken out by pat');
    expect(files(number)).toEqual([]);
  });
});
