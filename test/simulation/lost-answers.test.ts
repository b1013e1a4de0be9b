import { afterEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { DatabaseUnavailable, type BridgeRequest } from '../../engine/runtime/ports.ts';
import { around } from '../support/failing-ports.ts';
import { openStoryWorld, round, settled, Story } from '../support/reference-story.ts';
import { openWorld, turnOf, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const sends = (part: string): readonly { readonly at: number; readonly effect: boolean }[] =>
  world.provider.requests().filter(({ method, path }) => `${method} ${path}`.includes(part));

/** Tells the story, with something wrong around the calls; returns it and what is wrong at its end. */
async function told(
  wrong: (story: Story) => void,
): Promise<{ readonly story: Story; readonly faults: readonly string[] }> {
  world = await openStoryWorld();
  const story = new Story(world, 100);
  wrong(story);
  for (const chapter of story.chapters) {
    await chapter();
    await world.clock.advance(seconds(1));
    await settled(world, world.runtime);
  }
  return { story, faults: await story.faults() };
}

describe('one answer that is lost', () => {
  test.each([
    ['create', { method: 'POST' }, 0],
    ['update', { method: 'PUT', pathPattern: 'CS\\d+$' }, 0],
    ['notes', { method: 'PUT', path: '/notes' }, 0],
    ['resolve', { method: 'PUT', pathPattern: 'CS\\d+$' }, 2],
    ['close', { method: 'PUT', pathPattern: 'CS\\d+$' }, 3],
    ['receive', { method: 'GET' }, 0],
    ['delete', { method: 'DELETE' }, 0],
  ])('[convergence] to a %s is made good', async (call, match, skip) => {
    const { story, faults } = await told(() => {
      world.provider.faults.add([{ match, skip, kind: 'drop-answer', how: 'hang', times: 1 }]);
    });
    expect(world.provider.requests().some(({ delivered }) => !delivered)).toBe(true);
    expect(faults).toEqual([]);
    expect(story.theirs()).toHaveLength(1);
    // Nobody can tell whether comments arrived; whether the rest did, a repetition does not mind.
    expect(story.twice()).toEqual(call === 'notes' ? ['third'] : []);
    expect(await story.received()).toBe(1);
  });

  test('[convergence] to the number of a ticket that the provider opened is sent once more', async () => {
    world = await openWorld('acme', { since: 'now' });
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    world.provider.faults.add([
      { match: { path: '/returnptn' }, kind: 'drop-answer', how: 'reset', times: 1 },
    ]);
    await world.settle(minutes(5));
    expect(world.tenant.tickets()[0]?.clientTicketNumber).toBe('INC0000011');
    const [first, second, third] = sends('/returnptn');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(seconds(60));
    expect(third).toBeUndefined();
    expect((await world.lane('INC0000011')).state.intent).toBeNull();
  });

  test('[loud] to the create of a ticket that is resolved meanwhile is said, and made good by the first message', async () => {
    world = await openWorld('acme', { since: 'now' });
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
    await world.settle(seconds(60));
    await world.sql(
      `UPDATE tickets SET status = 'Resolved', resolution = 'Gone.', updated_at = :now WHERE id = 1`,
    );
    await world.settle(minutes(5));
    const last = (await world.journal('INC0000001')).at(-1);
    expect(last).toMatchObject({ outcome: 'held' });
    expect(last?.summary).toContain('whether its create was carried out is not known');

    world.desk.comment('e-CS0204070', { body: 'On it.' });
    await world.settle(minutes(2));
    expect(world.providerTicket('INC0000001')).toMatchObject({ status: 'resolved', closeNotes: 'Gone.' });
  });

  test('[one-create] to the cancelling of a surplus ticket leaves the other one at work', async () => {
    world = await openWorld('acme', { since: 'now' });
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
    world.provider.faults.add([
      { match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 },
      { match: { path: 'e-CS0204070' }, kind: 'drop-answer', how: 'reset', times: 1 },
    ]);
    await world.settle(minutes(5));
    world.desk.comment('e-CS0204070', { body: 'Who works on this?' });
    await world.settle(minutes(5));
    expect(world.tenant.tickets().map(({ status }) => status)).toEqual(['cancelled', 'open']);
    const lane = await world.lane('INC0000001');
    expect(lane).toMatchObject({ parked: null, state: { intent: null, surplus: [] } });
    expect(await world.sql(`SELECT body FROM comments WHERE ticket_id = 1 AND id > 6`)).toEqual([
      { body: 'Who works on this?' },
    ]);
  });

  test('[notes-once] to a create made twice loses no comment on the surplus ticket that does not name ours', async () => {
    world = await openWorld('acme', { since: 'now' });
    await world.sql(`UPDATE tickets SET updated_at = :now WHERE id = 1`);
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    const nameless = { message: { clientTicketNumber: '' } };
    await world.poll();
    await world.clock.advance(seconds(10));
    await world.work();
    world.desk.comment('e-CS0204070', { body: 'before the number is read', ...nameless });
    await world.clock.advance(seconds(121));
    await world.work();
    expect(world.tenant.tickets()).toHaveLength(2);
    // The number of the first and its comment come in one read, in this order.
    await world.poll();
    world.desk.comment('e-CS0204070', { body: 'read after it was cancelled', ...nameless });
    await turnOf(world.runtime, (await world.lane('INC0000001')).id);
    expect(world.tenant.tickets()[0]?.status).toBe('cancelled');
    await world.settle(minutes(5));
    expect(world.tenant.tickets().map(({ status }) => status)).toEqual(['cancelled', 'open']);
    expect(await world.sql(`SELECT body FROM comments WHERE ticket_id = 1 AND id > 6 ORDER BY id`)).toEqual([
      { body: 'before the number is read' },
      { body: 'read after it was cancelled' },
    ]);
    expect((await world.runtime.ports.database.transaction(({ store }) => store.backlog())).parked).toEqual(
      [],
    );
  });
});

describe('an edit between two sends of a create', () => {
  test('[convergence] [notes-once] reaches the ticket of the first, which is the one that happened', async () => {
    world = await openStoryWorld();
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    const story = new Story(world, 100);
    world.provider.faults.add([
      { match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 },
      { match: { method: 'POST' }, kind: 'drop-request', how: 'reset', times: 1 },
    ]);
    await story.chapters[0]?.();
    await round(world.runtime);
    await story.chapters[1]?.();
    await world.clock.advance(seconds(130));
    await round(world.runtime);
    expect(sends('POST')).toHaveLength(2);

    const first = story.theirs()[0]?.ticketNumber ?? '';
    world.tenant.queue.send({
      group: first,
      transactionType: 'ReturnEnsonoNum',
      clientReferenceAvailable: true,
      body: {
        clientName: 'AcmeCorp ',
        ticketNumber: first,
        clientTicketNumber: story.number,
        ticketType: 'Incident',
      },
    });
    await settled(world, world.runtime);
    expect(story.theirs()).toHaveLength(1);
    expect(story.theirs()[0]).toMatchObject({ shortDescription: 'It broke twice', priority: '1' });
    expect(story.theirs()[0]?.comments.map(({ body }) => body)).toEqual(['first', 'second', 'third']);
    // [changed-only] What both creates said alike is not said again.
    const update = world.provider.requests().find(({ call }) => call === 'update');
    expect(Object.keys((update?.body as { payload: object }).payload).slice(3)).toEqual([
      'shortDescription',
      'priority',
    ]);
  });
});

/** Lets time pass until the work is done. */
async function finished(work: Promise<unknown>): Promise<void> {
  const state = { isDone: false };
  void work.finally(() => (state.isDone = true));
  while (!state.isDone) {
    await world.clock.advance(seconds(1));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await work;
}

describe('a database that is away', () => {
  test('[one-create] for a minute after a create was answered is waited for', async () => {
    world = await openStoryWorld();
    const story = new Story(world, 100);
    let awayUntil = 0;
    const runtime = around(world.runtime, {
      before: (_, call) => {
        if (call === 'transaction' && world.clock.now() < awayUntil) throw new DatabaseUnavailable('away');
      },
      after: (_, call) => {
        if (call.startsWith('POST')) awayUntil = world.clock.now() + seconds(60);
      },
    });
    await story.chapters[0]?.();
    const working = round(runtime);
    await finished(working);
    await settled(world, world.runtime);
    expect(story.theirs()).toHaveLength(1);
    expect((await world.lane(story.number)).state.link).toBe('linked');
  });

  test('[patience] an unclear answer whose commit is acknowledged to nobody is not followed by another call', async () => {
    world = await openStoryWorld();
    const story = new Story(world, 100);
    let isOutcome = false;
    const unclear = world.through((bridge) => ({
      send: async (request: BridgeRequest) => {
        const answer = await bridge.send(request);
        if (request.method !== 'POST') return answer;
        isOutcome = true;
        return { kind: 'answer', status: 200, body: { Response: 'Thank you' }, retryAfterMs: null };
      },
    }));
    await story.chapters[0]?.();
    await world.poll();
    const working = workDue(
      around(unclear, {
        after: (_, call) => {
          if (call !== 'transaction' || !isOutcome) return;
          isOutcome = false;
          throw new DatabaseUnavailable('the connection broke while the commit was acknowledged');
        },
      }),
    );
    await finished(working);
    expect(sends('POST')).toHaveLength(1);
    expect((await world.journal(story.number)).map(({ outcome }) => outcome)).toEqual(['parked']);
  });
});
