import { afterEach, describe, expect, test } from 'vitest';
import { simulatedDownloads } from '../../adapters/simulator/simulated-downloads.ts';
import type { DownloadFault } from '../../adapters/simulator/simulated-downloads.ts';
import type { DeskFile } from '../../adapters/simulator/attach-file.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import { fetchAttachment } from '../../engine/runtime/fetch-attachment.ts';
import { holdDueLane } from '../../engine/runtime/hold.ts';
import { laneTurn } from '../../engine/runtime/lane-turn.ts';
import { retryLane } from '../../engine/runtime/retry-lane.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { takeDue } from '../../engine/runtime/work-downloads.ts';
import { around, Killed } from '../support/failing-ports.ts';
import { NEVER, openWorld, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const LINKED = 'e-CS0204070';
const TEXT = 'line one\nline two, with a tab\tand \u0000 a zero\n';

/** Acme, with INC0000001 at the provider as e-CS0204070. Files come from the simulator's own host. */
async function acmeLinked(adapt: (contract: Contract) => Contract = (same) => same): Promise<void> {
  world = await openWorld('acme', { since: 'now', adapt: (contract) => fromProvider(adapt(contract)) });
  await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
  await world.settle(seconds(60));
}

const fromProvider = (contract: Contract): Contract => ({
  ...contract,
  inbound: {
    ...contract.inbound,
    attachments: contract.inbound.attachments && {
      ...contract.inbound.attachments,
      from: ['*.provider.example'],
    },
  },
});

const attach = (file: Partial<DeskFile> = {}, ticket = LINKED): void => {
  const { kind } = world.desk.attach(ticket, { name: 'report.txt', type: 'text/plain', text: TEXT, ...file });
  expect(kind).toBe('done');
};

const rows = (): Promise<readonly Record<string, unknown>[]> =>
  world.sql('SELECT ticket_id, file_name, content_type, file_size, content, is_public FROM attachments');
const comments = async (): Promise<readonly string[]> =>
  (await world.sql('SELECT body FROM comments WHERE ticket_id = 1 ORDER BY id')).map(({ body }) =>
    String(body),
  );
const attachmentLines = async (): Promise<readonly JournalEntry[]> =>
  (await world.journal()).filter(({ transaction }) => transaction === 'Attachment');
const leftOver = async (): Promise<number> => {
  const [downloads] = await world.sql('SELECT count(*) AS n FROM bh_downloads WHERE given_up_at IS NULL');
  const [chunks] = await world.sql('SELECT count(*) AS n FROM bh_chunks');
  return Number(downloads?.n) + Number(chunks?.n);
};
const failing = (faults: readonly (DownloadFault | null)[]): Runtime => {
  let asked = 0;
  const chooseFault = (): DownloadFault | null => faults[asked++] ?? null;
  return {
    ...world.runtime,
    ports: { ...world.runtime.ports, downloads: simulatedDownloads(world.provider, { chooseFault }) },
  };
};

describe('a file that the provider attaches', () => {
  test('[delete-after-commit] [no-echo] is stored once with its bytes, and the message is gone before', async () => {
    await acmeLinked();
    attach();
    await world.poll();
    expect(world.tenant.queue.state().messages).toEqual([]);
    await world.settle(seconds(120));
    expect(await rows()).toEqual([
      {
        ticket_id: 1,
        file_name: 'report.txt',
        content_type: 'text/plain',
        file_size: TEXT.length,
        content: Buffer.from(TEXT),
        is_public: 1,
      },
    ]);
    expect((await attachmentLines()).map(({ outcome, summary }) => [outcome, summary])).toEqual([
      ['applied', `to be fetched: report.txt (${TEXT.length} B)`],
      ['applied', `attached: report.txt (${TEXT.length} B)`],
    ]);
    expect(await leftOver()).toBe(0);
    const calls = world.provider.requests().filter(({ method }) => method === 'PUT' || method === 'POST');
    expect(calls.map(({ call }) => call)).toEqual(['create']);
  });

  test('[loud] its address leaves no signature in the inbox, the journal or the log', async () => {
    await acmeLinked();
    attach();
    attach({ name: 'refused.exe' });
    await world.settle(seconds(120));
    const kept = JSON.stringify([
      await world.sql('SELECT * FROM bh_inbox'),
      await world.sql('SELECT * FROM bh_journal'),
      await world.sql('SELECT * FROM comments'),
      world.logLines,
    ]);
    expect(kept).toContain('/_files/');
    expect(kept).not.toContain('X-Amz');
  });

  test('[notes-once] that is delivered again is stored once', async () => {
    await acmeLinked();
    attach();
    const [message] = world.tenant.queue.state().messages;
    await world.poll();
    await world.work();
    for (const by of ['queue', 'queue'] as const) {
      world.tenant.queue.duplicate(message?.id ?? '', by);
      await world.settle(seconds(60));
    }
    expect(await rows()).toHaveLength(1);
    expect((await attachmentLines()).map(({ outcome }) => outcome)).toEqual([
      'applied',
      'applied',
      'duplicate',
      'duplicate',
    ]);
  });

  test('[notes-once] whose message the provider sends twice is stored once, or refused once', async () => {
    await acmeLinked();
    const before = (await comments()).length;
    attach();
    attach({ name: 'refused.exe' });
    for (const { id } of [...world.tenant.queue.sent()]) world.tenant.queue.duplicate(id, 'sender');
    await world.settle(minutes(5));
    expect(await rows()).toHaveLength(1);
    expect((await comments()).slice(before)).toHaveLength(1);
    expect((await attachmentLines()).map(({ outcome }) => outcome).sort()).toEqual(
      // Each message was taken; then the file is stored once, and refused for each message that says so.
      ['applied', 'applied', 'applied', 'applied', 'applied', 'duplicate', 'refused', 'refused'],
    );
    expect(await leftOver()).toBe(0);
  });

  test('[lane-order] comes to a ticket that is made, changed and resolved in one read, in whatever order files are fetched', async () => {
    world = await openWorld('acme', { since: 'now', adapt: fromProvider });
    world.desk.open({ shortDescription: 'Tape stuck', group: 'Ensono Mainframe', priority: '2' });
    attach({ name: 'late.txt', goodForMs: minutes(60) });
    world.desk.update(LINKED, { shortDescription: 'Tape still stuck' });
    attach({ name: 'soon.txt', goodForMs: minutes(5) });
    world.desk.resolve(LINKED, { closeNotes: 'Pulled out.' });
    await world.settle(seconds(120));
    // The first to expire is fetched first.
    expect((await rows()).map(({ ticket_id: id, file_name: name }) => [id, name])).toEqual([
      [11, 'soon.txt'],
      [11, 'late.txt'],
    ]);
    const [ticket] = await world.sql('SELECT title, status FROM tickets WHERE id = 11');
    expect(ticket).toMatchObject({ title: 'Tape still stuck', status: 'Resolved' });
  });

  test('for a ticket that is not here parks, and is fetched once that is settled', async () => {
    await acmeLinked();
    world.tenant.queue.send({
      group: 'e-CS0999999',
      transactionType: 'Attachment',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp',
        clientTicketNumber: 'INC0000077',
        ticketNumber: 'e-CS0999999',
        ticketType: 'Incident',
        attachmentName: 'a.txt',
        attachment: 'https://files.provider.example/x',
      },
    });
    await world.settle(seconds(60));
    const { parked } = await world.database.transaction(({ store }) => store.backlog());
    expect(parked.map((one) => one.parked.code)).toEqual(['unknown-ticket']);
    await retryLane(world.runtime, parked[0]?.lane.id ?? 0, 'pat');
    expect(await rows()).toEqual([]);
  });

  test('of a contract that takes none is dropped, and said so', async () => {
    await acmeLinked((contract) => ({ ...contract, inbound: { ...contract.inbound, attachments: null } }));
    attach();
    await world.settle(seconds(60));
    expect(await rows()).toEqual([]);
    expect(await attachmentLines()).toMatchObject([
      { outcome: 'dropped', summary: 'the contract takes no attachments' },
    ]);
  });
});

describe('a file that is not to be stored', () => {
  const refused: readonly (readonly [string, Partial<DeskFile>, RegExp])[] = [
    ['is too long, as the provider says', { size: 60 * 1024 * 1024 }, /it has 60 MB, and 50 MB are taken/],
    [
      'is too long, whatever the provider says',
      { size: 60 * 1024 * 1024, message: { attachmentSize: '5' } },
      /it has 60 MB, and 50 MB are taken/,
    ],
    ['is a program by its name', { name: 'setup.exe' }, /files with the extension \.exe are not taken/],
    [
      'is a program by its bytes',
      { name: 'invoice.pdf', base64: Buffer.from('MZ\u0090\u0000 and so on').toString('base64') },
      /it is a Windows program, whatever it is called/,
    ],
    [
      'turns the direction of its name',
      { name: 'invoice\u202Efdp.exe' },
      /attached invoicefdp\.exe.*the extension \.exe are not taken/,
    ],
    [
      'has another length than the provider said',
      { message: { attachmentSize: '7' } },
      /it has \d+ bytes, and the provider said 7/,
    ],
    [
      'is on a host that is not allowed',
      { message: { attachment: 'https://evil.example/x?X-Amz-Signature=secret' } },
      /its host is not one that the contract allows: evil\.example/,
    ],
    [
      'is offered without encryption',
      { message: { attachment: 'http://files.provider.example/x' } },
      /its address is not https: http:\/\/files\.provider\.example/,
    ],
    ['has no address', { message: { attachment: 'not an address' } }, /its address was good until/],
    ['has an address that has expired', { goodForMs: 1 }, /its address was good until .*/],
  ];

  test.each(refused)(
    '[loud] because it %s is told on the ticket, once, with its name',
    async (_, file, words) => {
      await acmeLinked();
      const before = await comments();
      const theirs = world.tenant.ticket(LINKED)?.comments;
      attach(file);
      await world.settle(minutes(5));
      expect(await rows()).toEqual([]);
      const told = (await comments()).slice(before.length);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(words);
      expect(told[0]).toMatch(/^The provider attached .* It could not be stored here: .*\.$/);
      const lines = await attachmentLines();
      expect(lines.map(({ outcome }) => outcome)).toEqual(['applied', 'refused']);
      expect(await leftOver()).toBe(0);
      // [no-echo] what is told here is not the provider's to know.
      expect(world.tenant.ticket(LINKED)?.comments).toEqual(theirs);
    },
  );

  test('because the ITSM refuses its row is told on the ticket', async () => {
    await acmeLinked();
    await world.sql(
      `CREATE TRIGGER no_files BEFORE INSERT ON attachments BEGIN SELECT RAISE(ABORT, 'no files here'); END`,
    );
    attach();
    await world.settle(minutes(5));
    expect((await comments()).at(-1)).toMatch(/no files here/);
    expect((await attachmentLines()).map(({ outcome }) => outcome)).toEqual(['applied', 'refused']);
    expect(await leftOver()).toBe(0);
  });

  test('is journalled all the same where the contract takes no comments', async () => {
    await acmeLinked((contract) => ({ ...contract, inbound: { ...contract.inbound, comments: null } }));
    attach({ name: 'setup.exe' });
    await world.settle(minutes(5));
    expect((await attachmentLines()).at(-1)?.summary).toMatch(
      /not told on the ticket: the contract takes no/,
    );
  });
});

describe('a file that cannot be had at once', () => {
  test('is tried again, later each time, and stored when it comes', async () => {
    await acmeLinked();
    attach();
    await world.poll();
    const runtime = failing([
      { kind: 'failed', reason: 'its server answered 503' },
      { kind: 'cut', after: 10 },
      null,
    ]);
    const pauses: number[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      await workDue(runtime);
      const next = await world.database.transaction(({ store }) => store.nextDownloadAt());
      if (next === null) break;
      pauses.push(next - world.clock.now());
      await world.clock.advance(next - world.clock.now());
    }
    expect(await rows()).toMatchObject([{ content: Buffer.from(TEXT) }]);
    expect(pauses).toHaveLength(2);
    expect(pauses[0]).toBeGreaterThanOrEqual(7500);
    expect(pauses[1]).toBeGreaterThan(pauses[0] ?? 0);
    expect(await leftOver()).toBe(0);
  });

  test('[loud] until its address expires: then the ticket says so, and why it was not had', async () => {
    await acmeLinked();
    attach({ goodForMs: minutes(30) });
    const reason = 'its server answered 503';
    const runtime = failing(Array.from({ length: 100 }, () => ({ kind: 'failed', reason }) as const));
    for (let passed = 0; passed < minutes(40); passed += seconds(30)) {
      await world.poll();
      await workDue(runtime);
      await world.clock.advance(seconds(30));
    }
    expect(await rows()).toEqual([]);
    expect((await comments()).at(-1)).toMatch(
      /its address was good until 2026-11-23T09:3.*; the last time: its server answered 503\.$/,
    );
    expect(await leftOver()).toBe(0);
  });

  test('does not hold up its ticket: later messages take effect while it waits', async () => {
    await acmeLinked();
    attach();
    world.desk.update(LINKED, { shortDescription: 'While the file waits' });
    await world.poll();
    await workDue(failing([{ kind: 'failed', reason: 'not yet' }]));
    expect((await world.sql('SELECT title FROM tickets WHERE id = 1'))[0]?.title).toBe(
      'While the file waits',
    );
    expect(await rows()).toEqual([]);
    await world.settle(minutes(2));
    expect(await rows()).toHaveLength(1);
  });
});

describe('a process that is killed while a file comes', () => {
  test('[notes-once] after any port call leaves the file stored once, with the right bytes, and nothing beside', async () => {
    await acmeLinked();
    let calls = 0;
    const told: string[] = [];
    attach({ name: 'first.txt' });
    const counting = around(world.runtime, {
      after: (count, call) => {
        calls = count;
        told.push(call);
      },
    });
    await world.poll();
    await workDue(counting);
    expect(told).toContain('GET a file');
    expect(told).toContain('put a file aside');
    for (let killAfter = 1; killAfter <= calls; killAfter += 1) {
      attach({ name: `file-${killAfter}.txt` });
      await world.poll();
      const dying = around(world.runtime, {
        after: (count) => {
          if (count === killAfter) throw new Killed();
        },
      });
      await workDue(dying).catch(() => undefined);
      await world.settle(minutes(1));
    }
    const stored = await rows();
    expect(stored.map(({ file_name: name }) => name).sort()).toEqual(
      ['first.txt', ...Array.from({ length: calls }, (_, index) => `file-${index + 1}.txt`)].sort(),
    );
    expect(stored.every(({ content }) => Buffer.from(TEXT).equals(content as Buffer))).toBe(true);
    expect(await leftOver()).toBe(0);
  });

  test('or was thought dead writes nothing when it goes on: its successor has stored the file', async () => {
    await acmeLinked();
    attach();
    await world.poll();
    const { runtime } = world;
    for (let turn = 0; turn < 3; turn += 1) await turnOnly(runtime);
    const now = world.clock.now();
    const { database } = runtime.ports;
    await database.transaction(({ store }) => store.enlist({ id: 'a', beat: 0, place: '', startedAt: now }));
    await database.transaction(({ store }) => store.enlist({ id: 'b', beat: 0, place: '', startedAt: now }));
    const first = await takeDue(runtime, 'a', now, 3, []);
    expect((await takeDue(runtime, 'b', now, 3, [])).held).toEqual([]);
    await database.transaction(({ store }) => store.bury('a', 0));
    const second = await takeDue(runtime, 'b', now, 3, []);
    for (const held of second.held) await fetchAttachment(runtime, held, NEVER);
    for (const held of first.held) await fetchAttachment(runtime, held, NEVER);
    expect(await rows()).toHaveLength(1);
    expect((await attachmentLines()).map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(await leftOver()).toBe(0);
  });
});

/** Works the lanes alone. */
async function turnOnly(runtime: Runtime): Promise<void> {
  const hold = await holdDueLane(runtime);
  if (hold !== null) await laneTurn(runtime, hold, NEVER);
}
