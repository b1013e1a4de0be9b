import { afterEach, describe, expect, test } from 'vitest';
import type { Contract } from '../../engine/domain/contract.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { dropLane } from '../../engine/runtime/drop-lane.ts';
import { linkLane } from '../../engine/runtime/link-lane.ts';
import type { BridgeAnswer } from '../../engine/runtime/ports.ts';
import { retryLane } from '../../engine/runtime/retry-lane.ts';
import { skipStep } from '../../engine/runtime/skip-step.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { openWorld, retryParked, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const THEIRS = 'e-CS0204070';
const WORD = { by: 'pat', because: 'the caller has left' };

const edit = (what: string, id = 1): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${what}, updated_at = :now WHERE id = ${id}`);

async function acmeLinked(): Promise<void> {
  world = await openWorld('acme', { since: 'now' });
  await edit(`title = 'As it was'`);
  await world.settle(minutes(4));
}

const idOf = async (number: string): Promise<number> => (await world.lane(number)).id;
const row = async (): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await world.sql(`SELECT title, priority FROM tickets WHERE id = 1`))[0];

/** The contract with a title that fails on the word `poison`; everything else as it is. */
function failingOnPoison({ contract }: World): Contract {
  const title = contract.inbound.fields.get('title');
  if (title === undefined) throw new Error('Acme maps title');
  const { value } = title;
  const poisoned: typeof value = {
    ...value,
    evaluate: (input, now) =>
      JSON.stringify(input).includes('poison')
        ? { kind: 'failed', code: 'BH020', reason: 'poison' }
        : value.evaluate(input, now),
  };
  const fields = new Map(contract.inbound.fields).set('title', { ...title, value: poisoned });
  return { ...contract, inbound: { ...contract.inbound, fields } };
}

/** INC0000001 is parked at an update of the provider's, and two more wait behind it. */
async function parkedAtMessage(): Promise<Runtime> {
  await acmeLinked();
  const broken: Runtime = { ...world.runtime, contract: failingOnPoison(world) };
  world.desk.update(THEIRS, { shortDescription: 'poison' });
  await world.clock.advance(seconds(1));
  world.desk.update(THEIRS, { priority: '4' });
  await world.clock.advance(seconds(1));
  world.desk.update(THEIRS, { shortDescription: 'The last word' });
  await world.poll();
  await workDue(broken);
  const { parked } = await world.lane('INC0000001');
  expect(parked).toMatchObject({ code: 'rule-failed', until: 'operator' });
  expect(parked?.messageId).not.toBeNull();
  return broken;
}

const journalled = async (outcome: string): Promise<readonly string[]> =>
  (await world.journal('INC0000001'))
    .filter((entry) => entry.outcome === outcome)
    .map(({ transaction, summary }) => `${transaction}: ${summary}`);

const REFUSED: BridgeAnswer = {
  kind: 'answer',
  status: 400,
  body: { message: 'Invalid payload' },
  retryAfterMs: null,
};
const SILENT: BridgeAnswer = { kind: 'no-answer', reached: true, reason: 'time-out' };

/** A bridge that takes everything but ticket calls, which it answers so. */
const answering = (answer: BridgeAnswer, isAt: (path: string) => boolean = () => true): Runtime =>
  world.through((bridge) => ({
    send: (request) =>
      request.path.includes('tickets') && isAt(request.path) ? Promise.resolve(answer) : bridge.send(request),
  }));

describe('retry', () => {
  test('[lane-order] after a rule was mended replays what waited, in order', async () => {
    await parkedAtMessage();
    expect(await retryLane(world.runtime, await idOf('INC0000001'), 'pat')).toMatchObject({ kind: 'done' });
    await world.work();
    expect(await row()).toEqual({ title: 'The last word', priority: 'P4' });
    const applied = await world.sql(
      `SELECT outcome, transaction_id FROM bh_journal WHERE outcome = 'applied' AND transaction_id IN
       (SELECT message_id FROM bh_inbox WHERE transaction_type = 'Update') ORDER BY id`,
    );
    const waiting = await world.sql(
      `SELECT message_id FROM bh_inbox WHERE transaction_type = 'Update' ORDER BY sent_at, sequence_order`,
    );
    expect(applied.slice(-3).map((line) => line.transaction_id)).toEqual(
      waiting.slice(-3).map((line) => line.message_id),
    );
    expect(await journalled('retried')).toEqual([
      expect.stringContaining('tried again by pat; it was parked'),
    ]);
  });

  test('of what fails again parks it again, and says so again', async () => {
    const broken = await parkedAtMessage();
    await retryLane(world.runtime, await idOf('INC0000001'), 'pat');
    await workDue(broken);
    expect((await world.lane('INC0000001')).parked).toMatchObject({ code: 'rule-failed' });
    expect(await journalled('parked')).toHaveLength(2);
  });

  test('of what is not parked changes nothing', async () => {
    await acmeLinked();
    const id = await idOf('INC0000001');
    for (const end of [
      await retryLane(world.runtime, id, 'pat'),
      await skipStep(world.runtime, id, WORD),
      await dropLane(world.runtime, id, WORD),
      await linkLane(world.runtime, id, 'e-CS1', 'pat'),
    ])
      expect(end).toEqual({ kind: 'not-parked' });
    expect(await retryLane(world.runtime, 4711, 'pat')).toEqual({ kind: 'gone' });
  });
});

describe('skip', () => {
  test('[loud] passes over the one message that fails, and the rest goes on in order', async () => {
    const broken = await parkedAtMessage();
    const end = await skipStep(broken, await idOf('INC0000001'), WORD);
    expect(end).toEqual({ kind: 'done', summary: 'Update skipped' });
    await workDue(broken);
    expect(await row()).toEqual({ title: 'The last word', priority: 'P4' });
    expect(await journalled('skipped')).toEqual(['Update: skipped by pat: the caller has left']);
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });

  test('[loud] regards a call that fails as said, and what changes later travels', async () => {
    await acmeLinked();
    await edit(`title = 'Refused'`);
    await world.poll();
    await world.clock.advance(seconds(6));
    await workDue(answering(REFUSED));
    expect((await world.lane('INC0000001')).parked).toMatchObject({
      code: 'bridge-refused',
      messageId: null,
    });
    await skipStep(world.runtime, await idOf('INC0000001'), WORD);
    await world.settle(minutes(4));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('As it was');
    expect(await journalled('skipped')).toEqual([
      'update: skipped by pat: the caller has left; regarded as said: changed: shortDescription',
    ]);
    await edit(`title = 'Accepted'`);
    await world.settle(minutes(4));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Accepted');
  });

  test('is not for a create, nor for a rule that fails on the ticket', async () => {
    world = await openWorld('acme', { since: 'now' });
    await edit(`title = 'New'`);
    await world.poll();
    await world.clock.advance(seconds(6));
    await workDue(answering(REFUSED));
    const end = await skipStep(world.runtime, await idOf('INC0000001'), WORD);
    expect(end).toMatchObject({ kind: 'cannot' });
    expect(end.kind === 'cannot' && end.reason).toContain('a create cannot be skipped');
    expect(await journalled('skipped')).toEqual([]);
  });
});

describe('drop', () => {
  test('[loud] takes the ticket out: what waits, what comes and what changes ends in the name of who did it', async () => {
    await parkedAtMessage();
    const id = await idOf('INC0000001');
    expect(await dropLane(world.runtime, id, WORD)).toEqual({
      kind: 'done',
      summary: 'dropped, with 3 waiting messages',
    });
    world.desk.comment(THEIRS, { body: 'Anybody there?' });
    await edit(`title = 'Ours alone'`);
    await world.settle(minutes(5));
    expect(await world.sql(`SELECT body FROM comments WHERE body LIKE 'Anybody%'`)).toEqual([]);
    expect(world.providerTicket('INC0000001').shortDescription).toBe('The last word');
    const lines = await journalled('dropped');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toContain('dropped by pat on 2026-11-23: the caller has left');
    expect(await journalled('held')).toEqual([expect.stringContaining('what changes here does not travel')]);
    const outcomes = await world.sql(`SELECT DISTINCT outcome FROM bh_inbox WHERE outcome <> 'applied'`);
    expect(outcomes).toEqual([{ outcome: 'dropped' }]);

    expect(await retryLane(world.runtime, id, 'kim')).toEqual({ kind: 'done', summary: 'taken back' });
    await world.settle(minutes(5));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Ours alone');
  });

  test('[one-create] of a create that may have happened still learns which ticket it made', async () => {
    world = await openWorld('acme', { since: 'now' });
    await edit(`title = 'Unclear'`);
    await world.poll();
    await world.clock.advance(seconds(6));
    await workDue(
      world.through((bridge) => ({
        send: async (request) => {
          await bridge.send(request);
          return { kind: 'answer', status: 200, body: { Response: 'Thank you' }, retryAfterMs: null };
        },
      })),
    );
    const id = await idOf('INC0000001');
    await dropLane(world.runtime, id, WORD);
    world.tenant.queue.send({
      group: THEIRS,
      transactionType: 'ReturnEnsonoNum',
      clientReferenceAvailable: true,
      body: { clientName: 'AcmeCorp', ticketNumber: THEIRS, clientTicketNumber: 'INC0000001' },
    });
    await world.settle(minutes(3));
    expect((await world.lane('INC0000001')).providerTicket).toBe(THEIRS);
    expect(await world.sql('SELECT vendor_ref FROM tickets WHERE id = 1')).toEqual([{ vendor_ref: null }]);
    await retryLane(world.runtime, id, 'pat');
    await world.settle(minutes(3));
    expect(world.tenant.tickets()).toHaveLength(1);
    expect(await world.sql('SELECT vendor_ref FROM tickets WHERE id = 1')).toEqual([{ vendor_ref: THEIRS }]);
  });
});

describe('a create of which nobody knows whether it happened', () => {
  async function unclear(): Promise<void> {
    world = await openWorld('acme', { since: 'now' });
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    await edit(`title = 'Unclear'`);
    await world.poll();
    await world.clock.advance(seconds(6));
    await workDue(
      world.through((bridge) => ({
        send: async (request) => {
          await bridge.send(request);
          return { kind: 'answer', status: 200, body: { Response: 'Thank you' }, retryAfterMs: null };
        },
      })),
    );
    expect((await world.lane('INC0000001')).parked).toMatchObject({ until: 'operator' });
  }

  test('[one-create] is settled by the number that a person writes into the row', async () => {
    await unclear();
    await edit(`vendor_ref = '${THEIRS}'`);
    await world.settle(minutes(6));
    expect(await world.lane('INC0000001')).toMatchObject({
      providerTicket: THEIRS,
      parked: null,
      state: { link: 'linked', intent: null },
    });
    expect(world.tenant.tickets()).toHaveLength(1);
  });

  test('[one-create] or by an operator who links it', async () => {
    await unclear();
    const end = await linkLane(world.runtime, await idOf('INC0000001'), THEIRS, 'pat');
    expect(end).toEqual({ kind: 'done', summary: `linked to ${THEIRS}` });
    await edit(`title = 'And on it goes'`);
    await world.settle(minutes(6));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('And on it goes');
    expect(world.tenant.tickets()).toHaveLength(1);
  });

  test('[patience] is sent again by an operator no sooner than 60 s after it was sent', async () => {
    await unclear();
    const sends = (): readonly number[] =>
      world.provider
        .requests()
        .filter(({ method }) => method === 'POST')
        .map(({ at }) => at);
    await retryParked(world.runtime);
    await world.settle(minutes(5));
    const [first = 0, second = 0] = sends();
    expect(second - first).toBeGreaterThanOrEqual(seconds(60));
  });
});

describe('a bridge that answers no call for hours', () => {
  test('[convergence] and is back: what was parked after 20 sends arrives without an operator', async () => {
    world = await openWorld('acme', { since: 'now' });
    const dead = answering(SILENT);
    const turn = async (runtime: Runtime): Promise<void> => {
      await world.poll();
      await workDue(runtime);
      await world.clock.advance(seconds(30));
    };
    for (const id of [1, 2, 3]) await edit(`title = 'Ticket ${id}'`, id);
    for (let count = 0; count < 130; count += 1) await turn(dead);
    const parked = async (): Promise<number> =>
      (await world.database.transaction(({ store }) => store.backlog())).parked.length;
    expect(await parked()).toBeGreaterThan(0);
    for (let count = 0; count < 120; count += 1) await turn(world.runtime);
    expect(await parked()).toBe(0);
    const titles = world.tenant.tickets().map(({ shortDescription }) => shortDescription);
    expect([...titles].sort()).toEqual(['Ticket 1', 'Ticket 2', 'Ticket 3'].slice(0, titles.length));
    expect(titles.length).toBeGreaterThan(1);
    expect(await journalled('retried')).toContainEqual(expect.stringContaining('the bridge answers again'));
  });

  test('is asked by one lane at a time as long as only the queue answers', async () => {
    world = await openWorld('acme', { since: 'now' });
    for (const id of [1, 2]) await edit(`title = 'Ticket ${id}'`, id);
    const sentAt: number[] = [];
    const dead = world.through((bridge) => ({
      send: (request) => {
        if (!request.path.includes('tickets')) return bridge.send(request);
        sentAt.push(world.clock.now());
        return Promise.resolve(SILENT);
      },
    }));
    const begun = world.clock.now();
    for (let count = 0; count < 260; count += 1) {
      await world.poll();
      await workDue(dead);
      await world.clock.advance(seconds(30));
    }
    const late = sentAt.filter((at) => at - begun > minutes(60));
    expect(late.length).toBeGreaterThan(2);
    // Two tickets, each no sooner than 10 minutes after its last try.
    expect(late.length).toBeLessThanOrEqual(2 * 8);
  });
});
