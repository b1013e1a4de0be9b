import { setTimeout as wait } from 'node:timers/promises';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import type { QueueMessage } from '../../../engine/domain/message.ts';
import { DatabaseUnavailable, type NewLane, type Transaction } from '../../../engine/runtime/ports.ts';
import type { OpenDatabase } from '../../../adapters/database/open-database.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();

const lane: NewLane = {
  clientTicket: null,
  clientNumber: null,
  providerTicket: 'e-CS1',
  state: NEW_LANE_STATE,
  dueAt: NOW,
};
const message: QueueMessage = {
  id: 'm-1',
  receiptHandle: 'h',
  group: 'e-CS1',
  transactionType: 'Create',
  sentAt: NOW,
  sequence: '1',
  receiveCount: 1,
  clientReferenceAvailable: false,
  body: {},
};

/** What accepting a message does: find or make the lane, and the inbox row. */
const accept = async ({ store }: Transaction): Promise<boolean> => {
  const known = await store.laneByProviderTicket(message.group);
  const laneId = known?.id ?? (await store.insertLane(lane));
  return await store.acceptMessage(message, laneId, NOW);
};

/** Lets two transactions meet: the first to come waits for the second, once. */
function meeting(parties: number): () => Promise<void> {
  let come = 0;
  let open = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async () => {
    come += 1;
    if (come === parties) open();
    await all;
  };
}

describe.each(['SQLite', 'MariaDB'] as const)('transactions on %s', (kind) => {
  let sample: SampleDatabase;
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
  });
  afterEach(async () => sample.end());

  const title = async (id: number): Promise<unknown> =>
    (await sample.knex<{ id: number; title: string }>('tickets').where({ id }).first('title'))?.title;

  test('what fails in the middle leaves nothing, neither in the ITSM nor in the engine tables', async () => {
    const before = await sample.knex('tickets').orderBy('id');
    const failed = sample.database.transaction(async (tx) => {
      await accept(tx);
      await tx.itsm.updateTicket('1', { title: 'changed', custom: { cost_center: '1' } }, NOW);
      await tx.itsm.insertComment('1', { body: 'x', public: true }, NOW);
      await tx.itsm.insertTicket({ kind: 'incident', title: 'x', status: 'New', priority: 'P1' }, NOW);
      await tx.store.setCursor('tickets', NOW);
      throw new Error('the power went out');
    });
    await expect(failed).rejects.toThrow('the power went out');
    expect(await sample.knex('tickets').orderBy('id')).toEqual(before);
    expect(await sample.knex('comments')).toHaveLength(6);
    expect(await sample.knex('custom_values').where({ ticket_id: 1 })).toMatchObject([{ value: '4711' }]);
    for (const table of ['bh_lanes', 'bh_inbox', 'bh_cursors'])
      expect(await sample.knex(sample.engineTable(table))).toEqual([]);
    await sample.database.transaction(async (tx) => {
      await accept(tx);
      await tx.itsm.updateTicket('1', { title: 'changed' }, NOW);
    });
    expect(await title(1)).toBe('changed');
    expect(await sample.knex(sample.engineTable('bh_inbox'))).toHaveLength(1);
  });

  test('two that accept one message at once: one does, the other sees that it was', async () => {
    const together = meeting(kind === 'SQLite' ? 1 : 2);
    const [one, two] = [sample.another(), sample.another()];
    const accepting = (database: OpenDatabase) =>
      database.transaction(async (tx) => {
        await tx.store.laneByProviderTicket(message.group);
        await together();
        return await accept(tx);
      });
    expect((await Promise.all([accepting(one), accepting(two)])).sort()).toEqual([false, true]);
    expect(await sample.knex(sample.engineTable('bh_inbox'))).toHaveLength(1);
    expect(await sample.knex(sample.engineTable('bh_lanes'))).toHaveLength(1);
  });

  test('counting from several connections and processes loses nothing', async () => {
    const ROUNDS = 20;
    const laneId = await sample.database.transaction((tx) => tx.store.insertLane(lane));
    const count = async (database: OpenDatabase) => {
      for (let round = 0; round < ROUNDS; round += 1)
        await database.transaction(async ({ store, itsm }) => {
          // Reads before it writes: in SQLite the way into SQLITE_BUSY_SNAPSHOT.
          const found = await store.lane(laneId, true);
          const ticket = await itsm.ticket('1', true);
          await itsm.updateTicket(
            '1',
            { resolution: String(Number(ticket?.fields.resolution ?? 0) + 1) },
            NOW,
          );
          await store.saveLane({
            ...lane,
            id: laneId,
            parked: null,
            wanted: 0,
            dueAt: null,
            recheckAt: null,
            state: { ...NEW_LANE_STATE, attempts: (found?.state.attempts ?? 0) + 1 },
          });
        });
    };
    const other = fork(
      fileURLToPath(new URL('./counting-process.ts', import.meta.url)),
      [sample.connection, sample.itsm.database.engineSchema, String(laneId), String(ROUNDS)],
      {
        execArgv: ['--import', 'tsx'],
      },
    );
    const [[exitCode]] = await Promise.all([
      once(other, 'exit') as Promise<[number | null]>,
      count(sample.another()),
      count(sample.another()),
    ]);
    expect(exitCode).toBe(0);
    const [found, ticket] = await sample.database.transaction(async ({ store, itsm }) => [
      await store.lane(laneId, false),
      await itsm.ticket('1', false),
    ]);
    expect(found?.state.attempts).toBe(3 * ROUNDS);
    expect(ticket?.fields.resolution).toBe(String(3 * ROUNDS));
  });

  if (kind === 'SQLite') {
    test('a busy file is waited for, with the rest of the process running', async () => {
      const other = sample.another();
      const order: string[] = [];
      let begun = (): void => undefined;
      const holding = new Promise<void>((resolve) => (begun = resolve));
      const long = sample.database.transaction(async (tx) => {
        await tx.itsm.updateTicket('1', { title: 'first' }, NOW);
        begun();
        await new Promise((resolve) => setTimeout(resolve, 100));
        order.push('first');
      });
      await holding;
      await other.transaction(async (tx) => {
        order.push('second');
        await tx.itsm.updateTicket('1', { title: 'second' }, NOW);
      });
      await long;
      expect(order).toEqual(['first', 'second']);
      expect(await title(1)).toBe('second');
    });
  } else {
    test('a real deadlock is run again, and both take effect', async () => {
      const together = meeting(2);
      let runs = 0;
      const crosswise = (first: string, second: string, words: string) =>
        sample.database.transaction(async ({ itsm }) => {
          runs += 1;
          await itsm.updateTicket(first, { title: words }, NOW);
          await together();
          await itsm.updateTicket(second, { resolution: words }, NOW);
        });
      await Promise.all([crosswise('1', '2', 'one'), crosswise('2', '1', 'two')]);
      expect(runs).toBe(3);
      expect(
        await sample.knex('tickets').whereIn('id', [1, 2]).orderBy('id').select('title', 'resolution'),
      ).toEqual([
        { title: 'one', resolution: 'two' },
        { title: 'two', resolution: 'one' },
      ]);
    });

    /** Until a session of this database waits for another's lock. */
    const somebodyWaits = async (): Promise<void> => {
      for (;;) {
        const [waiting] = (await sample.knex.raw(
          `SELECT 1 FROM information_schema.innodb_trx t JOIN information_schema.processlist p
             ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
        )) as [readonly unknown[]];
        if (waiting.length > 0) return;
        // InnoDB answers from a copy that it makes anew only if nobody has asked for 100 ms.
        await wait(150);
      }
    };

    test('a ticket that is locked is changed by a person only afterwards; its group at once', async () => {
      const order: string[] = [];
      await sample.database.transaction(async ({ itsm }) => {
        await itsm.ticket('1', true);
        const person = sample
          .knex('tickets')
          .where({ id: 1 })
          .update({ title: 'by a person' })
          .then(() => order.push('by a person'));
        await Promise.race([somebodyWaits(), person]);
        await sample.knex('groups').where({ id: 3 }).update({ name: 'Mainframe Operations' });
        order.push('applied');
      });
      while (order.length < 2) await title(1);
      expect(order).toEqual(['applied', 'by a person']);
    });

    test('a message that another process is just accepting is a duplicate once that is committed', async () => {
      const laneId = await sample.database.transaction((tx) => tx.store.insertLane(lane));
      const accepting = (database: OpenDatabase) => (then: () => Promise<void>) =>
        database.transaction(async ({ store }) => {
          const accepted = await store.acceptMessage(message, laneId, NOW);
          await then();
          return accepted;
        });
      const second: Promise<boolean>[] = [];
      const first = await accepting(sample.another())(async () => {
        second.push(accepting(sample.another())(async () => undefined));
        await somebodyWaits();
      });
      expect([first, ...(await Promise.all(second))]).toEqual([true, false]);
    });
  }

  test('a failure that is nobody else’s is not run again', async () => {
    let runs = 0;
    await expect(
      sample.database.transaction(async () => {
        runs += 1;
        throw new DatabaseUnavailable('said by the work itself');
      }),
    ).rejects.toThrow('said by the work itself');
    expect(runs).toBe(1);
  });
});
