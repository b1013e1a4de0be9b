import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import type { QueueMessage } from '../../../engine/domain/message.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { message, NOW } from '../../support/stores.ts';

const mysql = useMysqlServer();

const saying = (id: string, said: string = id): QueueMessage => message(id, { body: { said } });

describe.each(['SQLite', 'MariaDB'] as const)('messages that are accepted together, on %s', (kind) => {
  let sample: SampleDatabase;
  let lane: number;
  let other: number;
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
    [lane, other] = await sample.database.transaction(async ({ store }) => {
      const names = { clientNumber: null, providerTicket: null, state: NEW_LANE_STATE, dueAt: NOW };
      return [
        await store.insertLane({ ...names, clientTicket: '1' }),
        await store.insertLane({ ...names, clientTicket: '2' }),
      ];
    });
  });
  afterEach(async () => sample.end());

  const waiting = (laneId: number): Promise<readonly unknown[]> =>
    sample.database.transaction(async ({ store }) =>
      (await store.waitingIn(laneId)).map(({ messageId, body }) => [messageId, body.said]),
    );
  const accept = (...some: (readonly [QueueMessage, number])[]): Promise<readonly boolean[]> =>
    sample.database.transaction(({ store }) =>
      store.acceptMessages(
        some.map(([one, laneId]) => ({ message: one, laneId })),
        NOW,
      ),
    );

  test('are each in their lane, in their order', async () => {
    expect(await accept([saying('b'), lane], [saying('c'), other], [saying('a'), lane])).toEqual([
      true,
      true,
      true,
    ]);
    expect(await waiting(lane)).toEqual([
      ['b', 'b'],
      ['a', 'a'],
    ]);
    expect(await waiting(other)).toEqual([['c', 'c']]);
  });

  test('are new once: not if they were there before, and not if they are among them twice', async () => {
    await accept([saying('known'), lane]);
    expect(
      await accept([saying('known', 'again'), lane], [saying('new'), lane], [saying('new', 'twice'), lane]),
    ).toEqual([false, true, false]);
    expect(await waiting(lane)).toEqual([
      ['known', 'known'],
      ['new', 'new'],
    ]);
    expect(await accept([saying('known'), lane], [saying('new'), lane])).toEqual([false, false]);
  });

  test('may be none', async () => {
    expect(await accept()).toEqual([]);
  });

  test.runIf(kind === 'MariaDB')(
    'wait for another process that is accepting one of them, which is a duplicate then',
    async () => {
      const another = sample.another();
      let isInserted = (): void => undefined;
      const inserted = new Promise<void>((resolve) => {
        isInserted = resolve;
      });
      let goOn = (): void => undefined;
      const goes = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const first = another.transaction(async ({ store }) => {
        const isNew = await store.acceptMessage(saying('both', 'first'), lane, NOW);
        isInserted();
        await goes;
        return isNew;
      });
      await inserted;
      const second = accept([saying('both', 'second'), lane], [saying('own'), lane]);
      await wait(50);
      goOn();
      expect(await first).toBe(true);
      expect(await second).toEqual([false, true]);
      expect(await waiting(lane)).toEqual([
        ['both', 'first'],
        ['own', 'own'],
      ]);
    },
  );
});
