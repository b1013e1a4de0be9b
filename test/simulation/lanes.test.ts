import { afterEach, describe, expect, test } from 'vitest';
import { localDate } from '../../adapters/database/dates.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import { detectChanges } from '../../engine/runtime/detect.ts';
import { dropLane } from '../../engine/runtime/drop-lane.ts';
import type { BridgeAnswer, BridgeRequest } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { compiledExpression } from '../support/expressions.ts';
import { NEVER, openWorld, retryParked, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const THEIRS = 'e-CS0204070';

async function acme(): Promise<void> {
  world = await openWorld('acme', { since: 'now' });
}

const edit = (what: string, id = 1): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${what}, updated_at = :now WHERE id = ${id}`);

/** INC0000001 is at the provider as e-CS0204070, and nothing is due any more. */
async function acmeLinked(): Promise<void> {
  await acme();
  await edit(`title = 'As it was'`);
  await world.settle(minutes(4));
}

const REFUSED: BridgeAnswer = {
  kind: 'answer',
  status: 400,
  body: { message: 'Invalid payload' },
  retryAfterMs: null,
};

/** A bridge that refuses the first write, after something else happened in the meantime. */
const refusingOnce = (meanwhile: () => Promise<unknown>): Runtime => {
  let isFirst = true;
  return world.through((bridge) => ({
    send: async (request: BridgeRequest) => {
      if (!isFirst || request.method !== 'PUT') return bridge.send(request);
      isFirst = false;
      await meanwhile();
      return REFUSED;
    },
  }));
};

/** A message from outside the desk's repertoire. */
const send = (group: string, transactionType: string, body: JsonObject): void => {
  world.tenant.queue.send({
    group,
    transactionType,
    clientReferenceAvailable: true,
    body: { clientName: 'AcmeCorp', ticketType: 'Incident', ticketNumber: group, ...body },
  });
};

const commentsHere = async (id = 1): Promise<readonly unknown[]> =>
  (await world.sql(`SELECT body FROM comments WHERE ticket_id = ${id} AND id > 6 ORDER BY id`)).map(
    ({ body }) => body,
  );

describe('what happens while a lane is busy', () => {
  test('[convergence] an edit during a call that is refused wakes the lane that the refusal parks', async () => {
    await acmeLinked();
    await edit(`title = 'Refused'`);
    await detectChanges(world.runtime, NEVER);
    await world.clock.advance(seconds(6));
    const runtime = refusingOnce(async () => {
      await edit(`title = 'Mended'`);
      await detectChanges(world.runtime, NEVER);
    });
    await workDue(runtime);
    await world.clock.advance(seconds(6));
    await workDue(runtime);
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Mended');
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });

  test('[lane-order] a message during a call that is refused is applied all the same', async () => {
    await acmeLinked();
    await edit(`title = 'Refused'`);
    await detectChanges(world.runtime, NEVER);
    await world.clock.advance(seconds(6));
    await workDue(
      refusingOnce(async () => {
        world.desk.comment(THEIRS, { body: 'Are you there?' });
        await pollQueue(world.runtime, NEVER);
      }),
    );
    expect(await commentsHere()).toEqual(['Are you there?']);
  });

  test('[convergence] a parked lane is looked at once more for what was committed late', async () => {
    await acme();
    await world.sql(`UPDATE tickets SET status = 'Weird', updated_at = :now WHERE id = 1`);
    await world.poll();
    await world.clock.advance(seconds(6));
    await world.work();
    expect((await world.lane('INC0000001')).parked?.code).toBe('no-table-entry');
    // It carries the date that was seen already: only the recheck can find it.
    await world.sql(`UPDATE tickets SET status = 'In Progress' WHERE id = 1`);
    await world.settle(minutes(4));
    expect(world.providerTicket('INC0000001').status).toBe('workinprogress');
  });
});

describe('a rule that runs away', () => {
  test('parks its ticket with the bound that it met, and other tickets go on', async () => {
    const value = compiledExpression(
      "title = 'Round and round' ? ($turn := function($n) { $turn($n + 1) }; $turn(0)) : title",
    );
    world = await openWorld('acme', {
      since: 'now',
      adapt: (contract) => {
        const rule = contract.outbound.fields.get('shortDescription');
        if (rule === undefined) throw new Error('Acme’s tickets have a short description');
        const fields = new Map(contract.outbound.fields).set('shortDescription', { ...rule, value });
        return { ...contract, outbound: { ...contract.outbound, fields } };
      },
    });
    await edit(`title = 'Round and round'`, 1);
    await edit(`title = 'As it should be'`, 2);
    await world.settle(minutes(4));
    const { parked } = await world.lane('INC0000001');
    expect(parked).toMatchObject({ code: 'rule-failed' });
    expect(parked?.reason).toContain('it took more than 100000 steps');
    expect(world.tenant.tickets().map(({ shortDescription }) => shortDescription)).toEqual([
      'As it should be',
    ]);
    await edit(`title = 'Mended'`, 1);
    await world.settle(minutes(4));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Mended');
  });
});

describe('what was changed', () => {
  test('[convergence] is found although another row is dated in the future', async () => {
    await acme();
    await world.sql(`UPDATE tickets SET updated_at = '2031-01-01 00:00:00' WHERE id = 2`);
    await world.settle(seconds(60));
    await world.clock.advance(minutes(10));
    await edit(`title = 'Dated as it should be'`);
    await world.settle(seconds(90));
    expect(world.providerTicket('INC0000001').shortDescription).toBe('Dated as it should be');
    expect(world.providerTicket('INC0000002').ticketNumber).toBe(THEIRS);
  });

  test('[convergence] is found although our clock, and so the dates of the rows that we write, are ahead of the server’s', async () => {
    await acmeLinked();
    const ahead = minutes(10);
    const { database } = world.runtime.ports;
    const served: Runtime = {
      ...world.runtime,
      ports: {
        ...world.runtime.ports,
        database: {
          transaction: (work) =>
            database.transaction(({ itsm, store }) =>
              work({ itsm, store: { ...store, clockSkew: async () => -ahead } }),
            ),
        },
      },
    };
    const settle = async (): Promise<void> => {
      for (let polls = 0; polls < 4; polls += 1) {
        await pollQueue(served, NEVER);
        await detectChanges(served, NEVER);
        await workDue(served);
        await world.clock.advance(seconds(30));
      }
    };
    world.desk.update(THEIRS, { priority: '4' });
    await settle();
    const { timeZone } = world.contract.itsm.database;
    const theirs = localDate(world.clock.now() - ahead, timeZone);
    await world.sql(
      `UPDATE tickets SET title = 'By the server’s clock', updated_at = ? WHERE id = 1`,
      theirs,
    );
    await settle();
    expect(world.providerTicket('INC0000001')).toMatchObject({
      shortDescription: 'By the server’s clock',
      priority: '4',
    });
  });

  test('[loud] in a ticket that is gone since is said once', async () => {
    await acme();
    await edit(`title = 'Short-lived'`);
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-request', how: 'reset', times: 1 }]);
    await world.poll();
    await world.clock.advance(seconds(6));
    await world.work();
    await world.sql(`UPDATE tickets SET deleted = 1 WHERE id = 1`);
    await world.settle(minutes(5));
    const said = (await world.journal('INC0000001')).filter(({ outcome }) => outcome === 'held');
    expect(said.map(({ summary }) => summary)).toEqual([
      'the ITSM has no ticket INC0000001 any more; whether the provider has it is not known',
    ]);
  });

  test('[loud] back to what both sides have leaves no call without answer behind', async () => {
    await acmeLinked();
    world.provider.faults.add([{ match: { path: '/notes' }, kind: 'drop-request', how: 'reset', times: 1 }]);
    await world.sql(
      `INSERT INTO comments (ticket_id, author_id, body, is_public, created_at) VALUES (1, 3, 'Oops.', 1, :now)`,
    );
    await world.poll();
    await world.clock.advance(seconds(6));
    await world.work();
    await world.sql(`UPDATE comments SET is_public = 0 WHERE body = 'Oops.'`);
    await world.settle(minutes(5));
    const backlog = await world.database.transaction(({ store }) => store.backlog());
    expect(backlog).toMatchObject({ ambiguous: 0, lanesDue: 0 });
  });
});

describe('two lanes that turn out to be one', () => {
  test('[one-create] a number that comes behind a message nobody could place settles the create, and places that message', async () => {
    await acme();
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    await edit(`title = 'Lost'`);
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.poll();
    await world.clock.advance(seconds(6));
    await world.work();
    send(THEIRS, 'Notes', { clientTicketNumber: '', notes: { type: 'comments', id: 'n1', body: 'Who?' } });
    await world.poll();
    await world.work();
    send(THEIRS, 'ReturnEnsonoNum', { clientTicketNumber: 'INC0000001' });
    await world.settle(minutes(5));
    expect((await world.lane('INC0000001')).providerTicket).toBe(THEIRS);
    expect(world.tenant.tickets()).toHaveLength(1);
    expect(await commentsHere()).toEqual(['Who?']);
    expect(world.tenant.queue.state().messages).toEqual([]);
  });

  test('[loud] end what an operator has decided of the one that is none, and say so', async () => {
    await acme();
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    await edit(`title = 'Lost'`);
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.poll();
    await world.clock.advance(seconds(6));
    await world.work();
    send(THEIRS, 'Notes', { clientTicketNumber: '', notes: { type: 'comments', id: 'n1', body: 'Who?' } });
    await world.poll();
    await world.work();
    const stray = await world.database.transaction(({ store }) => store.laneByProviderTicket(THEIRS));
    await dropLane(world.runtime, stray?.id ?? 0, { by: 'pat', because: 'not ours' });
    send(THEIRS, 'ReturnEnsonoNum', { clientTicketNumber: 'INC0000001' });
    await world.settle(minutes(5));
    world.desk.comment(THEIRS, { body: 'Now it is known' });
    await world.settle(minutes(2));
    expect((await world.lane('INC0000001')).state).toMatchObject({ link: 'linked', dropped: null });
    expect(await commentsHere()).toEqual(['Now it is known']);
    expect((await world.journal('INC0000001')).map(({ summary }) => summary)).toContainEqual(
      expect.stringContaining(`${THEIRS} was dropped by pat on 2026-11-23: not ours; it is this ticket's`),
    );
  });

  test('[one-create] a number returned under another message group takes over the messages of its own', async () => {
    await acme();
    world.tenant.account.switches = { ...world.tenant.account.switches, returnNumber: 'never' };
    await edit(`title = 'Lost'`);
    world.provider.faults.add([{ match: { method: 'POST' }, kind: 'drop-answer', how: 'reset', times: 1 }]);
    await world.poll();
    await world.clock.advance(seconds(6));
    await world.work();
    send(THEIRS, 'Notes', { clientTicketNumber: '', notes: { type: 'comments', id: 'n1', body: 'Who?' } });
    await world.poll();
    await world.work();
    send('INC0000001', 'ReturnEnsonoNum', { clientTicketNumber: 'INC0000001', ticketNumber: THEIRS });
    await world.settle(minutes(5));
    expect((await world.lane('INC0000001')).providerTicket).toBe(THEIRS);
    expect(await commentsHere()).toEqual(['Who?']);
    expect(world.logLines.filter(({ step }) => step === 'turn broken')).toEqual([]);
  });

  test('[loud] a row that was copied with the provider number of another is parked, also when a message comes', async () => {
    await acmeLinked();
    await world.sql(`UPDATE tickets SET vendor_ref = '${THEIRS}' WHERE id = 2`);
    send('e-CS0999999', 'Notes', {
      clientTicketNumber: 'INC0000002',
      notes: { type: 'comments', id: 'n1', body: 'Which one is it?' },
    });
    await world.settle(minutes(2));
    expect((await world.lane('INC0000002')).parked?.code).toBe('number-taken');
    expect(world.logLines.filter(({ step }) => step === 'turn broken')).toEqual([]);
  });

  test('[one-create] a ticket that came to be after the first message about it gets that message', async () => {
    await acme();
    const notes = { type: 'comments', id: 'n1', body: 'Is this yours?' };
    send('e-CS0999999', 'Notes', { clientTicketNumber: 'INC0000077', notes });
    await world.settle(seconds(60));
    await world.sql(
      `INSERT INTO tickets (id, number, kind, title, status, priority, group_id, caller_id, created_at, updated_at, deleted)
       VALUES (77, 'INC0000077', 'incident', 'Restored', 'New', 'P2', 1, 3, '2020-01-01 00:00:00', '2020-01-01 00:00:00', 0)`,
    );
    await retryParked(world.runtime);
    await world.settle(seconds(60));
    expect(await commentsHere(77)).toEqual(['Is this yours?']);
    expect((await world.lane('INC0000077')).providerTicket).toBe('e-CS0999999');
  });
});

describe('a create that the client has to look into', () => {
  test('[one-create] is settled by a message that names the ticket, parked as it is', async () => {
    await acme();
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
    expect((await world.lane('INC0000001')).parked).toMatchObject({
      code: 'answer-unclear',
      until: 'operator',
    });
    send(THEIRS, 'ReturnEnsonoNum', { clientTicketNumber: 'INC0000001' });
    await world.settle(minutes(5));
    const lane = await world.lane('INC0000001');
    expect(lane).toMatchObject({
      providerTicket: THEIRS,
      parked: null,
      state: { link: 'linked', intent: null },
    });
    expect(world.tenant.tickets()).toHaveLength(1);
  });

  test('[one-create] but whose number the ITSM does not take is linked all the same', async () => {
    await acme();
    await edit(`title = 'Number refused'`);
    await world.sql(
      `CREATE TRIGGER frozen BEFORE UPDATE OF vendor_ref ON tickets BEGIN SELECT RAISE(ABORT, 'vendor_ref is frozen'); END`,
    );
    await world.settle(minutes(5));
    const { parked, providerTicket } = await world.lane('INC0000001');
    expect(parked).toMatchObject({ code: 'itsm-refused', until: 'change' });
    expect(providerTicket).toBe(THEIRS);

    await world.sql(`DROP TRIGGER frozen`);
    await retryParked(world.runtime);
    await world.settle(minutes(5));
    expect(await world.sql('SELECT vendor_ref FROM tickets WHERE id = 1')).toEqual([{ vendor_ref: THEIRS }]);
    expect(world.tenant.tickets()).toHaveLength(1);
    expect((await world.lane('INC0000001')).parked).toBeNull();
  });
});
