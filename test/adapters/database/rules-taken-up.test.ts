import { describe, expect, test } from 'vitest';
import { type Lane, NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import { LANES_COMPARED_AT_ONCE, LANES_COMPARED_EVERY_MS } from '../../../engine/domain/limits.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { due, newLane, NOW, STORES, unique, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(STORES)('rules that are taken up, on %s', (kind) => {
  const { store } = useStores(kind, mysql);

  const version = (hash: string) => ({ hash, commit: 'abc1234+' });

  test('taken up first, or again, wake nothing; others name those before', async () => {
    const run = store();
    await run((s) => s.insertLane(newLane({ clientTicket: unique('k'), providerTicket: unique('p') })));
    const nothing = { triedAgain: 0, compared: 0 };
    expect(await run((s) => s.takeUpRules(version('a'), NOW))).toEqual({ before: null, ...nothing });
    expect(await run((s) => s.takeUpRules(version('a'), NOW))).toEqual({
      before: version('a'),
      ...nothing,
    });
    const plain = { hash: 'b', commit: null };
    expect(await run((s) => s.takeUpRules(plain, NOW))).toEqual({ before: version('a'), ...nothing });
    expect((await run((s) => s.takeUpRules(version('c'), NOW))).before).toEqual(plain);
    const other = store();
    expect((await other((s) => s.takeUpRules(version('c'), NOW))).before).toBeNull();
  });

  test('wake parked lanes, but not where a call may have happened and somebody must look first', async () => {
    const run = store();
    const parked = { at: NOW, code: 'c', reason: 'r', rule: null, messageId: null, retryAt: null };
    const ids: number[] = [];
    for (const [until, link] of [
      ['operator', 'unlinked'],
      ['operator', 'unknown'],
      ['change', 'unknown'],
    ] as const) {
      const id = await run((s) => s.insertLane(newLane({ clientTicket: unique('k') })));
      ids.push(id);
      await run(async (s) => {
        const lane = await s.lane(id, true);
        if (lane === null) throw new Error('it was inserted');
        await s.saveLane({ ...lane, state: { ...lane.state, link }, parked: { ...parked, until } });
        await s.restLane(id, lane.wanted, null);
      });
    }
    await run((s) => s.takeUpRules(version('a'), NOW));
    expect(await run((s) => s.takeUpRules(version('b'), NOW))).toMatchObject({
      triedAgain: 2,
      compared: 0,
    });
    expect(await run((s) => due(s, NOW, 10))).toEqual([ids[0], ids[2]]);
  });

  test('wake linked lanes that have not ended, in groups; what began before such a change leaves them awake', async () => {
    const run = store();
    const linked = async (some: Partial<Lane['state']>, dueAt = NOW): Promise<number> => {
      const id = await run((s) =>
        s.insertLane(
          newLane({
            clientTicket: unique('k'),
            providerTicket: unique('p'),
            state: { ...NEW_LANE_STATE, link: 'linked', ...some },
            dueAt,
          }),
        ),
      );
      await run((s) => s.restLane(id, 1, null));
      return id;
    };
    const live: number[] = [];
    for (let count = 0; count < LANES_COMPARED_AT_ONCE + 1; count += 1) live.push(await linked({}));
    const shadow = (status: string) => ({ ...NEW_LANE_STATE.shadow, fields: { status } });
    await linked({ shadow: shadow('closed') });
    await linked({ shadow: shadow('cancelled') });
    await linked({ link: 'replaced' });
    await run((s) => s.insertLane(newLane({ clientTicket: unique('k'), dueAt: NOW + 1_800_000 })));

    await run((s) => s.takeUpRules(version('a'), NOW));
    expect(await run((s) => s.takeUpRules(version('b'), NOW))).toMatchObject({ compared: live.length });
    const dueAt = (at: number) => run((s) => due(s, at, 1000));
    expect(await dueAt(NOW)).toEqual(live.slice(0, LANES_COMPARED_AT_ONCE));
    expect(await dueAt(NOW + LANES_COMPARED_EVERY_MS)).toEqual(live);

    const page = await run((s) => s.liveLanes(live[0] ?? 0, 2));
    expect(page.live.map(({ id }) => id)).toEqual(live.slice(1, 3));
    expect(page.last).toBe(live[2]);
    const behind = await run((s) => s.liveLanes(live.at(-1) ?? 0, 100));
    expect(behind.live).toEqual([]);
    expect(await run((s) => s.liveLanes(behind.last ?? 0, 100))).toEqual({ live: [], last: null });

    const [first = 0] = live;
    await run((s) => s.restLane(first, 1, null));
    expect(await dueAt(NOW)).toContain(first);
  });
});
