import { describe, expect, test } from 'vitest';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import type { NewLane } from '../../../engine/runtime/ports.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { HOSTILE, message, newLane, NOW, STORES, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

const at = (now: number) => ({ unansweredBefore: now, expiringBefore: now, givenUpSince: now });

describe.each(STORES)('what is watched in the store on %s', (kind) => {
  const { store } = useStores(kind, mysql);

  test('messages that wait are counted apart from those behind parked tickets, the oldest named', async () => {
    const run = store();
    const free = await run((s) => s.insertLane(newLane({ clientTicket: '1', clientNumber: 'INC1' })));
    const parked = await run((s) => s.insertLane(newLane({ clientTicket: '2', clientNumber: 'INC2' })));
    await run(async (s) => {
      const lane = await s.lane(parked, true);
      const words = { code: 'c', reason: 'why', rule: null, messageId: null, retryAt: null };
      const cause = { at: NOW - 9, until: 'change', ...words } as const;
      if (lane !== null) await s.saveLane({ ...lane, parked: cause });
      for (const count of Array(7).keys()) await s.acceptMessage(message(`f${count}`), free, NOW + count);
      await s.acceptMessage(message('p'), parked, NOW - 100);
    });
    const { waiting, waitingBehindParked, parked: stood } = await run((s) => s.standing(at(NOW)));
    expect(waiting).toMatchObject({ count: 7, oldestAt: NOW });
    expect(waiting.oldest.map(({ since }) => since - NOW)).toEqual([0, 1, 2, 3, 4]);
    expect(waiting.oldest[0]).toEqual({
      clientNumber: 'INC1',
      providerTicket: 'e-CS0000001',
      since: NOW,
      reason: 'Update',
    });
    expect(waitingBehindParked).toBe(1);
    expect(stood).toEqual({
      count: 1,
      oldestAt: NOW - 9,
      oldest: [{ clientNumber: 'INC2', providerTicket: null, since: NOW - 9, reason: 'why' }],
    });
    expect(await run((s) => s.lanesWaitingSince(NOW))).toBe(0);
    expect(await run((s) => s.lanesWaitingSince(NOW + 1))).toBe(1);
  });

  test('creates without an answer count from the first of their calls on, and updates do not', async () => {
    const run = store();
    const intent = { id: 'i', fields: {}, before: { unsure: [], sent: {} }, comments: [], surplus: null };
    const lane = (some: Partial<NewLane['state']>) => newLane({ state: { ...NEW_LANE_STATE, ...some } });
    await run(async (s) => {
      await s.insertLane(
        lane({
          link: 'unknown',
          attempts: 3,
          intent: { ...intent, kind: 'create', at: NOW, firstAt: NOW - 60_000 },
        }),
      );
      await s.insertLane(lane({ intent: { ...intent, kind: 'create', at: NOW + 1 } }));
      await s.insertLane(lane({ link: 'linked', intent: { ...intent, kind: 'update', at: NOW - 90_000 } }));
    });
    expect((await run((s) => s.standing(at(NOW)))).unansweredCreates).toMatchObject({
      count: 1,
      oldestAt: NOW - 60_000,
      oldest: [{ since: NOW - 60_000, reason: '3 calls without an answer' }],
    });
    expect((await run((s) => s.standing(at(NOW + 1)))).unansweredCreates.count).toBe(2);
  });

  test('alarms are kept, changed and forgotten, each contract its own', async () => {
    const run = store();
    const finding = {
      kind: 'parked',
      value: 1,
      threshold: 1,
      since: NOW,
      summary: HOSTILE,
      advice: '',
      tickets: [],
    } as const;
    const alarm = { id: 'a', raisedAt: NOW, clearedAt: null, calmSince: null, finding, pending: [] };
    await run((s) => s.saveAlarm(alarm));
    await run((s) => s.saveAlarm({ ...alarm, calmSince: NOW + 1 }));
    expect(await run((s) => s.alarms())).toEqual([{ ...alarm, calmSince: NOW + 1 }]);
    expect(await store()((s) => s.alarms())).toEqual([]);
    await run((s) => s.forgetAlarm('a'));
    expect(await run((s) => s.alarms())).toEqual([]);
  });

  test('a write that proves nothing but itself is taken in any size', async () => {
    const run = store();
    for (const bytes of [0, 1024 * 1024, 0]) await run((s) => s.proveWritable(bytes, NOW));
  });

  test('a server that has a clock of its own says how far it is from ours', async () => {
    const skew = await store()((s) => s.clockSkew());
    if (kind === 'MariaDB') expect(Math.abs(skew ?? Infinity)).toBeLessThan(5000);
    else expect(skew).toBeNull();
  });
});
