import { describe, expect, test } from 'vitest';
import { type Lane, NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import { UNANSWERED_EVERY_MS } from '../../../engine/domain/limits.ts';
import type { NewLane } from '../../../engine/runtime/ports.ts';
import { LostRace } from '../../../adapters/database/errors.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { due, HOSTILE, message, newLane, NOW, STORES, unique, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(STORES)('lanes on %s', (kind) => {
  const { open, store } = useStores(kind, mysql);

  test('a new lane is due, counted once and found by each of its names', async () => {
    const run = store();
    const id = await run((s) =>
      s.insertLane(newLane({ clientTicket: '42', clientNumber: 'INC0000042', providerTicket: 'e-CS1' })),
    );
    const lane: Lane = {
      id,
      clientTicket: '42',
      clientNumber: 'INC0000042',
      providerTicket: 'e-CS1',
      state: NEW_LANE_STATE,
      wanted: 1,
      dueAt: NOW,
      recheckAt: null,
      parked: null,
    };
    expect(await run((s) => s.lane(id, false))).toEqual(lane);
    expect(await run((s) => s.lane(id, true))).toEqual(lane);
    expect(await run((s) => s.laneByClientTicket('42'))).toEqual(lane);
    expect(await run((s) => s.laneByClientNumber('INC0000042'))).toEqual(lane);
    expect(await run((s) => s.laneByProviderTicket('e-CS1'))).toEqual(lane);
    expect(await run((s) => s.laneByProviderTicket('e-cs1'))).toBeNull();
    expect(await run((s) => s.lane(id + 1000, true))).toBeNull();
  });

  test('one contract does not see the lanes of another', async () => {
    const [one, two] = [store(), store()];
    const id = await one((s) => s.insertLane(newLane({ providerTicket: 'e-CS1' })));
    expect(await two((s) => s.laneByProviderTicket('e-CS1'))).toBeNull();
    expect(await two((s) => s.lane(id, false))).toBeNull();
    expect(await two((s) => due(s, NOW, 10))).toEqual([]);
    expect(await two((s) => s.wakeUnanswered(NOW, 5))).toEqual([]);
    await expect(two((s) => s.wakeLane(id, NOW, null))).rejects.toThrow();
    await two((s) => s.insertLane(newLane({ providerTicket: 'e-CS1' })));
  });

  test('saving writes identity, state and parking, and leaves wanted, due and recheck alone', async () => {
    const run = store();
    const id = await run((s) => s.insertLane(newLane()));
    const before = await run((s) => s.lane(id, false));
    if (before === null) throw new Error('the lane is missing');
    await run((s) => s.wakeLane(id, NOW - 5, NOW + 120_000));
    const saved: Lane = {
      ...before,
      clientTicket: '7',
      clientNumber: 'INC0000007',
      providerTicket: 'e-CS7',
      state: {
        ...NEW_LANE_STATE,
        link: 'linked',
        origin: 'client',
        shadow: {
          fields: { description: HOSTILE },
          unsure: ['status'],
          sent: { status: { from: 1, to: 2 } },
        },
      },
      parked: {
        at: NOW,
        code: 'rule-failed',
        reason: HOSTILE,
        rule: 'r (f:1)',
        until: 'change',
        messageId: 'm-1',
        retryAt: NOW + 1,
      },
      wanted: 99,
      dueAt: null,
      recheckAt: null,
    };
    await run((s) => s.saveLane(saved));
    expect(await run((s) => s.lane(id, false))).toEqual({
      ...saved,
      wanted: 2,
      dueAt: NOW - 5,
      recheckAt: NOW + 120_000,
    });
    await run((s) => s.saveLane({ ...saved, parked: null, providerTicket: null }));
    expect(await run((s) => s.lane(id, false))).toMatchObject({ parked: null, providerTicket: null });
  });

  test('two lanes cannot have one provider ticket, nor one client ticket', async () => {
    const run = store();
    await run((s) => s.insertLane(newLane({ clientTicket: '1', providerTicket: 'e-CS1' })));
    const database = open('never-committed');
    const twice = (lane: NewLane) =>
      database.transaction(async ({ store: s }) => {
        await s.insertLane(lane);
        await s.insertLane(lane);
      });
    await expect(twice(newLane({ providerTicket: 'e-CS2' }))).rejects.toThrow(LostRace);
    expect(await database.transaction((tx) => tx.store.laneByProviderTicket('e-CS2'))).toBeNull();
  });

  test('several lanes are found by their tickets, and woken as each by itself', async () => {
    const run = store();
    const ids: number[] = [];
    for (const number of Array.from({ length: 205 }, (_, index) => String(index)))
      ids.push(
        await run((s) => s.insertLane(newLane({ clientTicket: number, providerTicket: `e-CS${number}` }))),
      );
    const asked = ['7', '204', 'x'];
    const ours = await run((s) => s.lanesOf('client', asked));
    expect(ours.map(({ clientTicket }) => clientTicket).sort()).toEqual(['204', '7']);
    const theirs = await run((s) => s.lanesOf('provider', ['e-CS7', 'e-cs8']));
    expect(theirs.map(({ providerTicket }) => providerTicket)).toEqual(['e-CS7']);
    const [first = 0, ...others] = ids;
    await run((s) => s.wakeLanes(others, NOW - 1, NOW + 9));
    await run((s) => s.wakeLanes(others, NOW + 1, null));
    const lane = (id: number) => run((s) => s.lane(id, false));
    expect(await lane(first)).toMatchObject({ wanted: 1, dueAt: NOW, recheckAt: null });
    for (const id of [others[0], others.at(-1)])
      expect(await lane(id ?? 0)).toMatchObject({ wanted: 3, dueAt: NOW - 1, recheckAt: NOW + 9 });
    await expect(run((s) => s.wakeLanes([first, 1_000_000], NOW - 1, null))).rejects.toThrow(LostRace);
    expect(await lane(first)).toMatchObject({ wanted: 1, dueAt: NOW });
  });

  test('waking counts, and moves the due date only forward; a recheck replaces an earlier one', async () => {
    const run = store();
    const id = await run((s) => s.insertLane(newLane()));
    const lane = () => run((s) => s.lane(id, false));
    await run((s) => s.wakeLane(id, NOW + 10, NOW + 50));
    expect(await lane()).toMatchObject({ wanted: 2, dueAt: NOW, recheckAt: NOW + 50 });
    await run((s) => s.wakeLane(id, NOW - 10, NOW + 40));
    expect(await lane()).toMatchObject({ wanted: 3, dueAt: NOW - 10, recheckAt: NOW + 40 });
    await run((s) => s.restLane(id, 3, null));
    await run((s) => s.wakeLane(id, NOW + 99, null));
    expect(await lane()).toMatchObject({ wanted: 4, dueAt: NOW + 99, recheckAt: NOW + 40 });
  });

  test('a turn ends with its due date, unless the lane was woken since', async () => {
    const run = store();
    const id = await run((s) => s.insertLane(newLane()));
    await run((s) => s.wakeLane(id, NOW, null));
    await run((s) => s.restLane(id, 1, NOW + 60_000));
    expect(await run((s) => s.lane(id, false))).toMatchObject({ wanted: 2, dueAt: NOW });
    await run((s) => s.restLane(id, 2, NOW + 60_000));
    expect(await run((s) => s.lane(id, false))).toMatchObject({ wanted: 2, dueAt: NOW + 60_000 });
  });

  test('merging moves what waits, keeps what is settled, wakes the one lane and deletes the other', async () => {
    const run = store();
    const from = await run((s) => s.insertLane(newLane({ providerTicket: 'e-CS1' })));
    const into = await run((s) => s.insertLane(newLane({ clientTicket: '1' })));
    await run((s) => s.restLane(into, 1, null));
    await run((s) => s.acceptMessage(message('done'), from, NOW));
    const [done] = await run((s) => s.nextMessages(from, 1));
    await run((s) => s.settleMessage(done?.rowId ?? 0, 'applied', NOW));
    await run((s) => s.acceptMessage(message('second', { sentAt: NOW + 2 }), into, NOW));
    await run((s) => s.acceptMessage(message('first', { sentAt: NOW + 1 }), from, NOW));
    await run((s) => s.mergeLane(from, into, NOW + 5));
    expect(await run((s) => s.lane(from, false))).toBeNull();
    expect(await run((s) => s.lane(into, false))).toMatchObject({ wanted: 2, dueAt: NOW + 5 });
    expect((await run((s) => s.nextMessages(into, 1)))[0]).toMatchObject({
      messageId: 'first',
      laneId: into,
    });
    expect(await run((s) => s.waitingMessages())).toBe(2);
    await run((s) => s.insertLane(newLane({ providerTicket: 'e-CS1' })));
  });

  test('due lanes come longest due first, without those that wait for an operator', async () => {
    const run = store();
    const parked = { at: NOW, code: 'c', reason: 'r', rule: null, messageId: null, retryAt: null };
    const ids = await run(async (s) => ({
      soon: await s.insertLane(newLane({ dueAt: NOW + 10 })),
      now: await s.insertLane(newLane({ dueAt: NOW })),
      old: await s.insertLane(newLane({ dueAt: NOW - 100 })),
      forChange: await s.insertLane(newLane({ dueAt: NOW - 50 })),
      forOperator: await s.insertLane(newLane({ dueAt: NOW - 500 })),
      resting: await s.insertLane(newLane()),
    }));
    await run(async (s) => {
      for (const [id, until] of [
        [ids.forChange, 'change'],
        [ids.forOperator, 'operator'],
      ] as const) {
        const lane = await s.lane(id, true);
        if (lane !== null) await s.saveLane({ ...lane, parked: { ...parked, until } });
      }
      await s.restLane(ids.resting, 1, null);
    });
    const dueNow = (limit: number, except: readonly number[] = []) => run((s) => due(s, NOW, limit, except));
    expect(await dueNow(10)).toEqual([ids.old, ids.forChange, ids.now]);
    expect(await dueNow(1)).toEqual([ids.old]);
    expect(await dueNow(10, [ids.old, ids.now])).toEqual([ids.forChange]);
    expect(await run((s) => s.nextDueAt())).toBe(NOW - 100);

    const backlog = await run((s) => s.backlog());
    expect(backlog.parked.map(({ lane, parked: { until } }) => [lane.id, until])).toEqual([
      [ids.forChange, 'change'],
      [ids.forOperator, 'operator'],
    ]);
    expect(backlog.lanesDue).toBe(5);
  });

  test('lanes that nothing answered are woken when their time has come, so many at once', async () => {
    const run = store();
    const stand = async (code: string, retryAt: number | null): Promise<number> =>
      run(async (s) => {
        const id = await s.insertLane(newLane());
        const lane = await s.lane(id, true);
        if (lane === null) throw new Error('it was inserted');
        const parked = { at: NOW, code, reason: 'r', rule: null, messageId: null };
        await s.saveLane({ ...lane, parked: { ...parked, until: 'operator', retryAt } });
        await s.restLane(id, lane.wanted, null);
        return id;
      });
    const third = await stand('no-answer', NOW);
    const first = await stand('no-answer', NOW - 20);
    const second = await stand('no-answer', NOW - 10);
    await stand('no-answer', NOW + 1);
    await stand('no-answer', null);
    await stand('bridge-refused', null);
    const wake = async (at: number, limit: number) =>
      (await run((s) => s.wakeUnanswered(at, limit))).map(({ id, dueAt, parked }) => [
        id,
        dueAt,
        parked?.until,
      ]);

    expect(await wake(NOW - 30, 5)).toEqual([]);
    expect(await wake(NOW, 2)).toEqual([
      [first, NOW, 'change'],
      [second, NOW + UNANSWERED_EVERY_MS, 'change'],
    ]);
    expect(await wake(NOW, 2)).toEqual([]);
    expect(await wake(NOW, 3)).toEqual([[third, NOW, 'change']]);
    expect(await wake(NOW, 9)).toEqual([]);
  });

  test('lanes are found by either number, and those that were dropped by themselves', async () => {
    const run = store();
    const dropped = { at: NOW, by: 'pat', because: HOSTILE };
    const [ours, theirs, out] = await run(async (s) => [
      await s.insertLane(newLane({ clientNumber: 'N1', providerTicket: unique('p') })),
      await s.insertLane(newLane({ providerTicket: 'N1' })),
      await s.insertLane(newLane({ clientNumber: 'N2', state: { ...NEW_LANE_STATE, dropped } })),
    ]);
    expect((await run((s) => s.lanesByNumber('N1'))).map(({ id }) => id)).toEqual([ours, theirs]);
    expect(await run((s) => s.lanesByNumber('N3'))).toEqual([]);
    expect(await run((s) => s.droppedLanes())).toMatchObject([{ id: out, state: { dropped } }]);
    const lane = await run((s) => s.lane(out, true));
    await run(async (s) => {
      if (lane !== null) await s.saveLane({ ...lane, state: { ...lane.state, dropped: null } });
    });
    expect(await run((s) => s.droppedLanes())).toEqual([]);
  });

  test('what waits in a lane is listed in order', async () => {
    const run = store();
    const lane = await run((s) => s.insertLane(newLane()));
    for (const [id, sentAt] of [
      ['b', NOW + 1],
      ['a', NOW],
      ['c', NOW + 2],
    ] as const)
      await run((s) => s.acceptMessage(message(id, { sentAt }), lane, NOW));
    const [next] = await run((s) => s.nextMessages(lane, 1));
    await run((s) => s.settleMessage(next?.rowId ?? 0, 'skipped', NOW));
    expect((await run((s) => s.waitingIn(lane))).map(({ messageId }) => messageId)).toEqual(['b', 'c']);
  });

  test('nothing is due where there is nothing', async () => {
    const run = store();
    expect(await run((s) => s.nextDueAt())).toBeNull();
    expect(await run((s) => due(s, NOW, 10))).toEqual([]);
    expect(await run((s) => s.backlog())).toEqual({
      messagesWaiting: 0,
      ambiguous: 0,
      parked: [],
      lanesDue: 0,
    });
  });

  test('the backlog counts lanes whose call lacks an answer, and messages that wait', async () => {
    const run = store();
    const intent = {
      id: 'i',
      kind: 'update' as const,
      at: NOW,
      fields: {},
      before: { unsure: [], sent: {} },
      comments: [],
      surplus: null,
    };
    await run(async (s) => {
      const lane = await s.insertLane(newLane({ state: { ...NEW_LANE_STATE, intent } }));
      await s.insertLane(newLane({ state: { ...NEW_LANE_STATE, link: 'unknown' } }));
      await s.insertLane(newLane());
      await s.acceptMessage(message('m'), lane, NOW);
    });
    expect(await run((s) => s.backlog())).toMatchObject({ ambiguous: 2, messagesWaiting: 1, lanesDue: 3 });
  });
});
