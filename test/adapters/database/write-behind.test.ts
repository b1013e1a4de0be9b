import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lane, NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import type { HeldLane } from '../../../engine/domain/instance.ts';
import type { Transaction } from '../../../engine/runtime/ports.ts';
import { journalEntry } from '../../support/builders.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { message, NOW, takenLanes } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('what a transaction on %s writes late', (kind) => {
  let sample: SampleDatabase;
  let own: HeldLane;
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
    const [held] = await sample.database.transaction(({ store }) => takenLanes(store, ['1']));
    if (held === undefined) throw new Error('it is free');
    own = held;
  });
  afterEach(async () => sample.end());

  const run = <T>(work: (tx: Transaction, lane: Lane) => Promise<T>): Promise<T> =>
    sample.database.transaction(async (tx) => {
      const lane = await tx.store.heldLane(own);
      if (lane === null) throw new Error('it is held');
      return work(tx, lane);
    });
  const kept = (): Promise<Lane | null> =>
    sample.database.transaction(({ store }) => store.lane(own.lane, false));

  test('is the lane as it was saved last, in every column that differs, and where it rests', async () => {
    const parked = {
      at: NOW,
      code: 'itsm-refused',
      reason: 'no such group',
      rule: null,
      until: 'change',
      messageId: null,
      retryAt: NOW + 1,
    } as const;
    const last = await run(async ({ store }, lane) => {
      await store.saveLane({ ...lane, clientNumber: 'INC1', parked });
      const saved: Lane = {
        ...lane,
        clientNumber: 'INC2',
        providerTicket: 'e-CS2',
        parked,
        state: { ...lane.state, link: 'unknown', verdict: 'held' },
      };
      await store.saveLane(saved);
      await store.restLane(lane.id, lane.wanted, NOW + 5);
      return saved;
    });
    expect(await kept()).toEqual({ ...last, dueAt: NOW + 5 });

    const again = await run(async ({ store }, lane) => {
      const saved: Lane = { ...lane, parked: null, clientNumber: null, state: NEW_LANE_STATE };
      await store.saveLane(saved);
      return saved;
    });
    expect(await kept()).toEqual(again);
    const backlog = await sample.database.transaction(({ store }) => store.backlog());
    expect([backlog.ambiguous, backlog.parked]).toEqual([0, []]);
  });

  test('is there for whatever is asked behind it', async () => {
    const found = await run(async ({ store }, lane) => {
      await store.saveLane({ ...lane, clientNumber: 'INC9' });
      const byNumber = await store.laneByClientNumber('INC9');
      await store.restLane(lane.id, lane.wanted, null);
      const due = await store.nextDueAt();
      await store.journal(journalEntry({ summary: 'first' }));
      await store.journal(journalEntry({ summary: 'second' }));
      const lines = await store.readJournal({ ticket: null, limit: 10 });
      return [byNumber?.id, due, lines.map(({ summary }) => summary)];
    });
    expect(found).toEqual([own.lane, null, ['first', 'second']]);
  });

  test('does not put a lane to rest that was woken since it was read', async () => {
    await run(async ({ store }, lane) => {
      await store.wakeLane(lane.id, NOW + 7, null);
      await store.saveLane({ ...lane, clientNumber: 'INC1' });
      await store.restLane(lane.id, lane.wanted, null);
    });
    expect(await kept()).toMatchObject({ clientNumber: 'INC1', wanted: 2, dueAt: NOW });
  });

  test('are several lanes at once, each with what is its own', async () => {
    const others = await sample.database.transaction(({ store }) => takenLanes(store, ['2', '3', '4', '5']));
    const saved = await run(async ({ store }, first) => {
      const lanes: Lane[] = [first];
      for (const one of others) {
        const lane = await store.heldLane(one);
        if (lane !== null) lanes.push(lane);
      }
      const said = lanes.map((lane): Lane => ({
        ...lane,
        state: { ...lane.state, verdict: `verdict of ${lane.clientTicket ?? ''}` },
      }));
      const [one, two, three, four, five] = said as [Lane, Lane, Lane, Lane, Lane];
      const written: Lane[] = [
        // Gives up a ticket that the one behind it takes over, and the other way round.
        { ...two, providerTicket: null },
        { ...one, providerTicket: 'e-CS2' },
        { ...three, clientNumber: 'INC3' },
        { ...four, clientNumber: 'INC4' },
        five,
      ];
      for (const lane of written) await store.saveLane(lane);
      await store.restLane(three.id, three.wanted, NOW + 3);
      await store.restLane(four.id, four.wanted - 1, NOW + 4);
      await store.restLane(five.id, five.wanted, null);
      return written;
    });
    const found = await sample.database.transaction(async ({ store }) => {
      const lanes: (Lane | null)[] = [];
      for (const { id } of saved) lanes.push(await store.lane(id, false));
      return lanes;
    });
    const dueAt = [NOW, NOW, NOW + 3, NOW, null];
    expect(found).toEqual(saved.map((lane, index) => ({ ...lane, dueAt: dueAt[index] })));
  });

  test('gives each message its outcome', async () => {
    await run(async ({ store }) => {
      for (const id of ['1', '2', '3', '4'])
        await store.acceptMessage(message(id, { sequence: id }), own.lane, NOW);
      const waiting = await store.nextMessages(own.lane, 10);
      for (const [index, outcome] of ['applied', 'dropped', 'applied'].entries())
        await store.settleMessage(waiting[index]?.rowId ?? 0, outcome, NOW + index);
    });
    const rows = await sample
      .knex(`${kind === 'MariaDB' ? `${sample.itsm.database.engineSchema}.` : ''}bh_inbox`)
      .orderBy('id');
    expect(rows).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'dropped', settled_at: NOW + 1 },
      { outcome: 'applied', settled_at: NOW + 2 },
      { outcome: null, settled_at: null },
    ]);
  });

  test('comes to nothing with its transaction, also for the one behind it', async () => {
    const broken = run(async ({ store }, lane) => {
      await store.saveLane({ ...lane, clientNumber: 'INC1' });
      await store.journal(journalEntry({ summary: 'never' }));
      throw new Error('it broke');
    });
    const next = run(async ({ store }) => store.journal(journalEntry({ summary: 'kept' })));
    await expect(broken).rejects.toThrow('it broke');
    await next;
    const lines = await sample.database.transaction(({ store }) =>
      store.readJournal({ ticket: null, limit: 10 }),
    );
    expect(lines.map(({ summary }) => summary)).toEqual(['kept']);
    expect(await kept()).toMatchObject({ clientNumber: null });
  });
});
