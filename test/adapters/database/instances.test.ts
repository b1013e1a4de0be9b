import { describe, expect, test } from 'vitest';
import { LANE_SLEEP_MS_MAX } from '../../../engine/domain/limits.ts';
import { LostRace } from '../../../adapters/database/errors.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { due, newLane, NOW, STORES, unique, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();
let contracts = 0;

describe.each(STORES)('several instances on %s', (kind) => {
  const { open, store } = useStores(kind, mysql);

  const instance = (id: string) => ({ id, beat: 0, place: 'here 1', startedAt: NOW });

  test('a lane is in the hands of one; who held it before finds it no longer held', async () => {
    const run = store();
    const [one, two] = [unique('i'), unique('i')];
    const lane = await run(async (s) => {
      await s.enlist(instance(one));
      await s.enlist(instance(two));
      return s.insertLane(newLane());
    });
    const [held] = await run((s) => s.takeLanes([lane, 1_000_000], one));
    if (held === undefined) throw new Error('a lane without an owner is free');
    expect(await run((s) => s.heldLane(held))).toMatchObject({ id: lane });
    expect(await run((s) => s.takeLanes([lane], two))).toEqual([]);
    const dueFor = (owner: string) =>
      run((s) => s.dueLanes({ owner, now: NOW, horizon: NOW + 1, limit: 9, except: [] }));
    expect(await dueFor(two)).toEqual([]);
    expect(await dueFor(one)).toEqual([lane]);

    expect(await run((s) => s.beat(one))).toBe(true);
    expect(await run((s) => s.bury(one, 0))).toBe(false);
    expect(await run((s) => s.bury(one, 1))).toBe(true);
    expect(await run((s) => s.beat(one))).toBe(false);
    // Dead, but nobody has taken its lane yet.
    expect(await run((s) => s.heldLane(held))).toMatchObject({ id: lane });
    expect(await run((s) => s.takeLanes([lane], two))).toEqual([{ lane, owner: two, fence: 2 }]);
    expect(await run((s) => s.heldLane(held))).toBeNull();
    await run((s) => s.releaseLanes([held]));
    expect(await dueFor(unique('i'))).toEqual([]);

    await run((s) => s.leave(two));
    expect(await dueFor(unique('i'))).toEqual([lane]);
    expect(await run((s) => s.instances())).toEqual([]);
  });

  test('the duty is one’s until it leaves or dies, and remembers the last poll', async () => {
    const run = store();
    const [one, two] = [unique('i'), unique('i')];
    await run((s) => s.enlist(instance(one)));
    await run((s) => s.enlist(instance(two)));
    expect(await run((s) => s.takeDuty(one))).toEqual({ owner: one, lastPollAt: null });
    await run((s) => s.notePoll(NOW));
    expect(await run((s) => s.takeDuty(two))).toEqual({ owner: one, lastPollAt: NOW });
    await run((s) => s.leave(one));
    expect(await run((s) => s.takeDuty(two))).toEqual({ owner: two, lastPollAt: NOW });
    await run((s) => s.bury(two, 0));
    expect(await run((s) => s.takeDuty('three'))).toEqual({ owner: 'three', lastPollAt: NOW });
  });

  test('a lane that is due beyond every wait is due now: the clock was set back', async () => {
    const run = store();
    const lane = await run((s) => s.insertLane(newLane({ dueAt: NOW + 2 * LANE_SLEEP_MS_MAX })));
    await run((s) => s.insertLane(newLane({ dueAt: NOW + 1000 })));
    expect(await run((s) => due(s, NOW, 10))).toEqual([lane]);
  });

  test('a lane that has become the lane of a ticket is not merged away', async () => {
    const run = store();
    const from = await run((s) => s.insertLane(newLane({ clientTicket: unique('k') })));
    const into = await run((s) => s.insertLane(newLane({ clientTicket: unique('k') })));
    await expect(run((s) => s.mergeLane(from, into, NOW))).rejects.toThrow(LostRace);
    expect(await run((s) => s.lane(from, false))).not.toBeNull();
  });

  test('each lane goes to one of several that take all of them at once', async () => {
    const contract = `contract-${(contracts += 1)}`;
    const shared = kind === 'the simulated database' ? open(contract) : null;
    const databases = Array.from({ length: 4 }, () => shared ?? open(contract));
    const lanes: number[] = [];
    const owners = databases.map(() => unique('i'));
    for (const database of databases.slice(0, 1))
      await database.transaction(async ({ store: s }) => {
        for (const id of owners) await s.enlist(instance(id));
        for (let count = 0; count < 20; count += 1) lanes.push(await s.insertLane(newLane()));
      });
    const taken = await Promise.all(
      databases.map((database, index) =>
        database.transaction(async ({ store: s }) => {
          const held = await s.takeLanes(lanes, owners[index] ?? '');
          return held.map((one) => one.lane);
        }),
      ),
    );
    expect(taken.flat().sort((a, b) => a - b)).toEqual(lanes);
  });
});
