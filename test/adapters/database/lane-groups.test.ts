import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MYSQL_LOCK_WAIT_SECONDS } from '../../../adapters/database/connect.ts';
import type { HeldLane } from '../../../engine/domain/instance.ts';
import { ItsmRefused, type Transaction } from '../../../engine/runtime/ports.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { message, NOW, takenLanes } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('turns that begin at the same moment, on %s', (kind) => {
  let sample: SampleDatabase;
  let held: readonly HeldLane[];
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
    held = await sample.database.transaction(({ store }) => takenLanes(store, ['1', '2', '3']));
  });
  afterEach(async () => sample.end());

  /** Each with its lane; asked for at once. */
  const together = (
    ...works: ((tx: Transaction, own: HeldLane) => Promise<unknown>)[]
  ): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(
      works.map((work, index) => {
        const own = held[index];
        if (own === undefined) throw new Error('there are three');
        return sample.database.transaction((tx) => work(tx, own), own);
      }),
    );
  const values = async (ended: Promise<PromiseSettledResult<unknown>[]>): Promise<readonly unknown[]> =>
    (await ended).map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as unknown)));
  const idOf = (index: number): number => held[index]?.lane ?? 0;
  const nothing = async (): Promise<null> => null;
  const titles = async (): Promise<readonly unknown[]> =>
    (await sample.knex<{ title: string }>('tickets').whereIn('id', [1, 2, 3]).orderBy('id')).map(
      ({ title }) => title,
    );

  test('each find their lane, its messages, its ticket and what has crossed', async () => {
    await sample.database.transaction(async ({ store }) => {
      await store.acceptMessage(message('a', { group: 'e-CS1' }), idOf(0), NOW);
      await store.acceptMessage(message('b', { group: 'e-CS1' }), idOf(0), NOW + 1);
      await store.acceptMessage(message('c', { group: 'e-CS3' }), idOf(2), NOW);
      const entry = { clientId: '7', providerId: null, origin: 'client', at: NOW } as const;
      await store.insertLedgerEntry({ ...entry, laneId: idOf(1) });
      await store.insertUpload({ laneId: idOf(2), attachment: '5', name: 'a.txt', dueAt: NOW });
    });
    const look = async ({ store, itsm }: Transaction, own: HeldLane): Promise<unknown> => {
      const lane = await store.heldLane(own);
      const waiting = await store.nextMessages(own.lane, 10);
      const ticket = await itsm.ticket(lane?.clientTicket ?? '', waiting.length > 0);
      return {
        lane,
        waiting: waiting.map(({ messageId }) => messageId),
        ticket,
        crossed: (await store.ledger(own.lane)).map(({ clientId }) => clientId),
        uploads: (await store.uploads(own.lane)).map(({ name }) => name),
      };
    };
    const shared = await values(together(look, look, look));
    expect(shared).toMatchObject([
      { waiting: ['a', 'b'], ticket: { key: '1' }, crossed: [], uploads: [] },
      { waiting: [], ticket: { key: '2' }, crossed: ['7'], uploads: [] },
      { waiting: ['c'], ticket: { key: '3' }, crossed: [], uploads: ['a.txt'] },
    ]);
    for (const [index, own] of held.entries())
      expect(await sample.database.transaction((tx) => look(tx, own))).toEqual(shared[index]);
  });

  test('are not answered before all of them are committed', async () => {
    const seen: unknown[] = [];
    const before = await titles();
    await together(
      (tx) => tx.itsm.updateTicket('1', { title: 'one' }, NOW),
      async (tx) => {
        await wait(20);
        seen.push(kind === 'SQLite' ? before : await titles());
        await tx.itsm.updateTicket('2', { title: 'two' }, NOW);
      },
    );
    expect(seen).toEqual([before]);
    expect(await titles()).toEqual(['one', 'two', before[2]]);
  });

  test('are undone alone: what one of them may not do, the others have done', async () => {
    const before = await titles();
    const [first, second, third] = await values(
      together(
        (tx) => tx.itsm.updateTicket('1', { title: 'one' }, NOW),
        async (tx, own) => {
          await tx.store.restLane(own.lane, 1, null);
          await tx.itsm.updateTicket('2', { title: 'two' }, NOW);
          await tx.itsm.updateTicket('2', { group: 'no such group' }, NOW);
        },
        async (tx, own) => {
          const lane = await tx.store.heldLane(own);
          if (lane !== null) await tx.store.saveLane({ ...lane, clientNumber: 'INC3' });
        },
      ),
    );
    expect([first, third]).toEqual([undefined, undefined]);
    expect(second).toBeInstanceOf(ItsmRefused);
    expect(await titles()).toEqual(['one', before[1], before[2]]);
    const lanes = await sample.database.transaction(async ({ store }) => [
      await store.lane(idOf(1), false),
      await store.lane(idOf(2), false),
    ]);
    expect(lanes).toMatchObject([{ dueAt: NOW }, { clientNumber: 'INC3' }]);
  });

  test('see what those before them have written: a ticket, a message, a lane that was woken', async () => {
    const found = await values(
      together(
        async ({ store, itsm }) => {
          await itsm.updateTicket('2', { title: 'from the first' }, NOW);
          await store.acceptMessage(message('new', { group: 'e-CS2' }), idOf(1), NOW);
          await store.wakeLane(idOf(1), NOW - 1, null);
        },
        async ({ store, itsm }, own) => {
          const lane = await store.heldLane(own);
          const waiting = await store.nextMessages(own.lane, 10);
          const ticket = await itsm.ticket('2', false);
          return [lane?.wanted, waiting.map(({ messageId }) => messageId), ticket?.fields.title];
        },
      ),
    );
    expect(found[1]).toEqual([2, ['new'], 'from the first']);
  });

  describe('whose messages change tickets', () => {
    beforeEach(async () => {
      await sample.database.transaction(async ({ store }) => {
        for (const [index] of held.entries())
          await store.acceptMessage(message(`m${index}`, { group: `e-CS${index + 1}` }), idOf(index), NOW);
      });
    });
    /** Reads, writes and reads again. */
    const renaming =
      (key: string, title: string) =>
      async ({ itsm }: Transaction): Promise<unknown> => {
        await itsm.ticket(key, true);
        await itsm.updateTicket(key, { title }, NOW);
        return (await itsm.ticket(key, true))?.fields;
      };
    const trigger = (does: string): Promise<unknown> =>
      sample.knex.raw(
        `CREATE TRIGGER of_the_clients ${kind === 'SQLite' ? 'AFTER' : 'BEFORE'} UPDATE ON tickets FOR EACH ROW ` +
          (kind === 'SQLite' ? `BEGIN ${does}; END` : does),
      );

    test('are told what their tickets are then, and that is what they are', async () => {
      const told = await values(together(renaming('1', 'one'), renaming('2', 'two'), renaming('3', 'three')));
      const alone = await sample.database.transaction(({ itsm }) =>
        Promise.all(['1', '2', '3'].map(async (key) => (await itsm.ticket(key, false))?.fields)),
      );
      expect(told).toEqual(alone);
      expect(alone).toMatchObject([{ title: 'one' }, { title: 'two' }, { title: 'three' }]);
    });

    test('see what a trigger makes of their own', async () => {
      await trigger(
        kind === 'SQLite'
          ? `UPDATE tickets SET resolution = 'by a trigger' WHERE id = NEW.id`
          : `SET NEW.resolution = 'by a trigger'`,
      );
      expect(await values(together(renaming('1', 'one'), renaming('2', 'two')))).toMatchObject([
        { title: 'one', resolution: 'by a trigger' },
        { title: 'two', resolution: 'by a trigger' },
      ]);
      // From now on they are read for a while.
      expect(await values(together(renaming('1', 'again'), renaming('2', 'once more')))).toMatchObject([
        { title: 'again', resolution: 'by a trigger' },
        { title: 'once more', resolution: 'by a trigger' },
      ]);
    });

    test('see what a column makes of a value', async () => {
      if (kind === 'MariaDB') await sample.knex.raw('ALTER TABLE tickets MODIFY title CHAR(40) NOT NULL');
      else
        await trigger(
          `UPDATE tickets SET title = rtrim(NEW.title) WHERE id = NEW.id AND title <> rtrim(NEW.title)`,
        );
      expect(await values(together(renaming('1', 'one   '), renaming('2', 'two')))).toMatchObject([
        { title: 'one' },
        { title: 'two' },
      ]);
    });

    test('do not find a ticket any more that has left what is a ticket', async () => {
      await trigger(
        kind === 'SQLite'
          ? `UPDATE tickets SET deleted = 1 WHERE id = NEW.id AND NEW.title = 'gone'`
          : `SET NEW.deleted = NEW.title = 'gone'`,
      );
      const found = await values(together(renaming('1', 'gone'), renaming('2', 'two')));
      expect(found).toMatchObject([undefined, { title: 'two' }]);
    });

    test('see the comment that they have written themselves after that', async () => {
      const commenting = async (tx: Transaction): Promise<unknown> => {
        await renaming('1', 'one')(tx);
        await tx.itsm.insertComment('1', { body: 'and a word', public: true }, NOW);
        const ticket = await tx.itsm.ticket('1', true);
        return [ticket?.fields.title, ticket?.comments.at(-1)?.fields.body];
      };
      const [first, second] = await values(together(commenting, renaming('2', 'two')));
      expect(first).toEqual(['one', 'and a word']);
      expect(second).toMatchObject({ title: 'two' });
    });

    test.runIf(kind === 'SQLite')(
      'see, before they write what cannot be told, what a trigger of those before them has written',
      async () => {
        await trigger(`UPDATE tickets SET status = 'On Hold' WHERE id = 2 AND NEW.id = 1`);
        const commenting = async ({ itsm }: Transaction): Promise<unknown> => {
          const before = await itsm.ticket('2', true);
          await itsm.insertComment('2', { body: 'a word', public: true }, NOW);
          return before?.fields.status;
        };
        expect((await values(together(renaming('1', 'one'), commenting)))[1]).toBe('On Hold');
      },
    );
  });

  test('do not find a lane that another process has taken', async () => {
    await sample.database.transaction(({ store }) => store.takeLanes([idOf(1)], 'me'));
    const found = await values(
      together(
        nothing,
        ({ store }, own) => store.heldLane(own),
        ({ store }, own) => store.heldLane(own),
      ),
    );
    expect(found).toMatchObject([null, null, { id: idOf(2) }]);
  });

  test.skipIf(kind === 'SQLite')(
    'are not held up by those that wait for a row of somebody else',
    async () => {
      const waiting = async ({ itsm }: Transaction): Promise<unknown> => itsm.ticket('1', true);
      const ended: string[] = [];
      const turn = (
        index: number,
        name: string,
        work: (tx: Transaction) => Promise<unknown>,
      ): Promise<unknown> => sample.database.transaction(work, held[index]).then(() => ended.push(name));
      const begun = performance.now();
      const person = await sample.knex.transaction();
      await person('tickets').where({ id: 1 }).update({ title: 'being edited' });
      const others = [turn(0, 'first', waiting)];
      await wait(20);
      others.push(turn(1, 'second', waiting));
      await wait(20);
      await turn(2, 'third', ({ itsm }) => itsm.updateTicket('3', { title: 'three' }, NOW));
      expect(ended).toEqual(['third']);
      // Well before a lock is given up.
      expect(performance.now() - begun).toBeLessThan((MYSQL_LOCK_WAIT_SECONDS * 1000) / 2);
      await person.commit();
      await Promise.all(others);
      expect([...ended].sort()).toEqual(['first', 'second', 'third']);
    },
  );

  test('a lane with more messages than one turn takes is read by itself', async () => {
    await sample.database.transaction(async ({ store }) => {
      for (let index = 0; index < 45; index += 1)
        await store.acceptMessage(message(`m${index}`, { group: 'e-CS1' }), idOf(0), NOW + index);
    });
    const first = async ({ store }: Transaction, own: HeldLane): Promise<unknown> =>
      (await store.nextMessages(own.lane, 10)).length;
    expect(await values(together(first, first, first))).toEqual([10, 0, 0]);
  });
});
