import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lane, NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import {
  LANE_SLEEP_MS_MAX,
  LANES_COMPARED_AT_ONCE,
  LANES_COMPARED_EVERY_MS,
  UNANSWERED_EVERY_MS,
} from '../../../engine/domain/limits.ts';
import type { JournalEntry } from '../../../engine/domain/journal.ts';
import { compareMessages, type QueueMessage } from '../../../engine/domain/message.ts';
import type { Database, NewLane, Store } from '../../../engine/runtime/ports.ts';
import { LostRace } from '../../../adapters/database/errors.ts';
import { simulatedDatabase } from '../../../adapters/database/simulated/simulated-database.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { acmeItsm } from '../../support/sample-itsm.ts';
import { journalEntry } from '../../support/builders.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();

const HOSTILE = `O'Brien said "x\\n" \\ \\' ; DROP TABLE bh_lanes; -- 🛠️ \u0000\r\n\t%_?`;

/** What is due for somebody who works alone. */
const due = (store: Store, now: number, limit: number, except: readonly number[] = []) =>
  store.dueLanes({ owner: 'alone', now, horizon: now + LANE_SLEEP_MS_MAX, limit, except });

let counter = 0;
const unique = (prefix: string): string => `${prefix}${(counter += 1)}`;

const newLane = (lane: Partial<NewLane> = {}): NewLane => ({
  clientTicket: null,
  clientNumber: null,
  providerTicket: null,
  state: NEW_LANE_STATE,
  dueAt: NOW,
  ...lane,
});

const message = (id: string, some: Partial<QueueMessage> = {}): QueueMessage => ({
  id,
  receiptHandle: 'AQEB/handle==',
  group: 'e-CS0000001',
  transactionType: 'Update',
  sentAt: NOW,
  sequence: '18875507807458288128',
  receiveCount: 1,
  clientReferenceAvailable: true,
  body: { ticketNumber: 'e-CS0000001', changed: { status: 'pending' } },
  ...some,
});

const entry = (some: Partial<JournalEntry> = {}): JournalEntry => journalEntry({ at: NOW, ...some });

const at = (now: number) => ({ unansweredBefore: now, expiringBefore: now, givenUpSince: now });

describe.each(['SQLite', 'MariaDB', 'the simulated database'] as const)('the store on %s', (kind) => {
  let sample: SampleDatabase | null = null;
  let contracts = 0;

  beforeAll(async () => {
    if (kind !== 'the simulated database') sample = await sampleDatabase(kind, 'acme', NOW, mysql);
  });
  afterAll(async () => sample?.end());

  const open = (contract: string): Database => sample?.another(contract) ?? simulatedDatabase(acmeItsm);

  /** A contract of its own in the same tables, so that tests do not see each other's rows. */
  const store = (contract = `contract-${(contracts += 1)}`) => {
    const database = open(contract);
    return <T>(work: (store: Store) => Promise<T>): Promise<T> =>
      database.transaction((tx) => work(tx.store));
  };

  describe('what is watched', () => {
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

  describe('inbox', () => {
    test('a message is accepted once; a second delivery changes nothing', async () => {
      const run = store();
      const lane = await run((s) => s.insertLane(newLane()));
      const other = await run((s) => s.insertLane(newLane()));
      expect(await run((s) => s.acceptMessage(message('m-1'), lane, NOW))).toBe(true);
      expect(await run((s) => s.acceptMessage(message('m-1', { body: {} }), other, NOW + 1))).toBe(false);
      expect(await run((s) => s.waitingMessages())).toBe(1);
      expect(await run((s) => s.nextMessages(other, 1))).toEqual([]);
      expect((await run((s) => s.nextMessages(lane, 1)))[0]).toMatchObject({
        laneId: lane,
        messageId: 'm-1',
        group: 'e-CS0000001',
        transactionType: 'Update',
        sentAt: NOW,
        sequence: '18875507807458288128',
        clientReferenceAvailable: true,
        body: { ticketNumber: 'e-CS0000001', changed: { status: 'pending' } },
      });
    });

    test('message ids that differ in case are two messages', async () => {
      const run = store();
      const lane = await run((s) => s.insertLane(newLane()));
      expect(await run((s) => s.acceptMessage(message('abc'), lane, NOW))).toBe(true);
      expect(await run((s) => s.acceptMessage(message('ABC'), lane, NOW))).toBe(true);
    });

    test('messages come in the order of SentTimestamp and SequenceNumber, both as numbers', async () => {
      const run = store();
      const lane = await run((s) => s.insertLane(newLane()));
      const messages = [
        message('late', { sentAt: NOW + 1, sequence: '1' }),
        message('tie, 20 digits', { sequence: '18875507807458288129' }),
        message('tie, just before', { sequence: '18875507807458288128' }),
        message('tie, 3 digits', { sequence: '999' }),
        message('early', { sentAt: NOW - 1, sequence: '99999999999999999999999' }),
      ];
      for (const one of messages) await run((s) => s.acceptMessage(one, lane, NOW));
      const seen: string[] = [];
      for (let next = await run((s) => s.nextMessages(lane, 2)); next.length > 0;) {
        const both = next.map(({ messageId }) => messageId);
        const [{ rowId, messageId } = { rowId: 0, messageId: '' }] = next;
        seen.push(messageId);
        await run((s) => s.settleMessage(rowId, 'applied', NOW));
        next = await run((s) => s.nextMessages(lane, 2));
        expect(next.slice(0, 1).map((one) => one.messageId)).toEqual(both.slice(1));
      }
      expect(seen).toEqual([...messages].sort(compareMessages).map((one) => one.id));
      expect(seen[1]).toBe('tie, 3 digits');
      expect(await run((s) => s.waitingMessages())).toBe(0);
      expect(await run((s) => s.acceptMessage(message('early'), lane, NOW))).toBe(false);
    });

    test('a body keeps every character and a large body its length', async () => {
      const run = store();
      const lane = await run((s) => s.insertLane(newLane()));
      const body = { description: HOSTILE, [HOSTILE]: [1, null, true, { long: 'ä'.repeat(200_000) }] };
      await run((s) => s.acceptMessage(message('m', { body, clientReferenceAvailable: false }), lane, NOW));
      expect((await run((s) => s.nextMessages(lane, 1)))[0]).toMatchObject({
        body,
        clientReferenceAvailable: false,
      });
    });

    test('an outcome is given to a row that is there', async () => {
      await expect(store()((s) => s.settleMessage(999_999, 'applied', NOW))).rejects.toThrow('no row 999999');
    });
  });

  describe('lanes', () => {
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
      const dueNow = (limit: number, except: readonly number[] = []) =>
        run((s) => due(s, NOW, limit, except));
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

  describe('ledger', () => {
    test('entries come back as they were written, in that order', async () => {
      const run = store();
      const laneId = await run((s) => s.insertLane(newLane()));
      const entries = [
        { laneId, clientId: '9', providerId: null, origin: 'client', at: NOW },
        { laneId, clientId: '10', providerId: 'n-1', origin: 'provider', at: NOW + 1 },
        { laneId, clientId: '8', providerId: null, origin: 'client', at: NOW - 1 },
      ] as const;
      for (const one of entries) await run((s) => s.insertLedgerEntry(one));
      expect(await run((s) => s.ledger(laneId))).toEqual(entries);
      expect(await run((s) => s.ledger(laneId + 1))).toEqual([]);
    });

    test('a comment cannot cross twice, by either id', async () => {
      const first = { laneId: 1, clientId: '1', providerId: 'n-1', origin: 'client', at: NOW } as const;
      for (const second of [
        { ...first, providerId: 'n-2' },
        { ...first, clientId: '2' },
      ])
        await expect(
          store()(async (s) => {
            await s.insertLedgerEntry(first);
            await s.insertLedgerEntry(second);
          }),
        ).rejects.toThrow(LostRace);
    });
  });

  describe('detection', () => {
    const row = (rowKey: string, mark: string, changedAt = NOW) => ({
      rowKey,
      ticketKey: '1',
      changedAt,
      mark,
    });

    test('a cursor is null at first, then where it was set last', async () => {
      const run = store();
      expect(await run((s) => s.cursor('tickets'))).toBeNull();
      await run((s) => s.setCursor('tickets', NOW));
      await run((s) => s.setCursor('comments', NOW + 1));
      await run((s) => s.setCursor('tickets', NOW + 2));
      expect(await run((s) => s.cursor('tickets'))).toBe(NOW + 2);
      expect(await run((s) => s.cursor('comments'))).toBe(NOW + 1);
    });

    test('a row is unseen until it is marked, and again when its mark changes', async () => {
      const run = store();
      const rows = [row('1', 'a'), row('2', 'a'), row('3', 'a')];
      expect(await run((s) => s.unseenRows('tickets', rows))).toEqual(rows);
      await run((s) => s.markRowsSeen('tickets', rows.slice(0, 2)));
      expect(await run((s) => s.unseenRows('tickets', rows))).toEqual([row('3', 'a')]);
      expect(await run((s) => s.unseenRows('comments', rows))).toEqual(rows);
      const changed = [row('1', 'b'), row('2', 'a')];
      expect(await run((s) => s.unseenRows('tickets', changed))).toEqual([row('1', 'b')]);
      await run((s) => s.markRowsSeen('tickets', changed));
      expect(await run((s) => s.unseenRows('tickets', changed))).toEqual([]);
    });

    test('a full page of rows is marked and found', async () => {
      const run = store();
      const rows = Array.from({ length: 1000 }, (_, index) => row(String(index), 'a'));
      await run((s) => s.markRowsSeen('tickets', rows));
      expect(await run((s) => s.unseenRows('tickets', [...rows, row('new', 'a')]))).toEqual([
        row('new', 'a'),
      ]);
      await run((s) => s.markRowsSeen('tickets', []));
      expect(await run((s) => s.unseenRows('tickets', []))).toEqual([]);
    });

    test('rows dated before are forgotten, rows dated then are not', async () => {
      const run = store();
      const rows = [row('1', 'a', NOW - 1), row('2', 'a', NOW)];
      await run((s) => s.markRowsSeen('tickets', rows));
      await run((s) => s.forgetRowsBefore('tickets', NOW));
      expect(await run((s) => s.unseenRows('tickets', rows))).toEqual([row('1', 'a', NOW - 1)]);
    });
  });

  describe('rules', () => {
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

  describe('several instances', () => {
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

  describe('journal', () => {
    test('the newest entries are read, oldest of them first', async () => {
      const run = store();
      for (const summary of ['one', 'two', 'three']) await run((s) => s.journal(entry({ summary })));
      const read = await run((s) => s.readJournal({ ticket: null, limit: 2 }));
      expect(read.map((one) => one.summary)).toEqual(['two', 'three']);
    });

    test('an entry keeps everything it says', async () => {
      const run = store();
      const full = entry({
        laneId: 7,
        clientNumber: 'INC0000007',
        providerTicket: 'e-CS7',
        direction: 'out',
        transaction: 'create',
        transactionId: 'intent-1',
        outcome: 'parked',
        rule: 'incidents (contract.yaml:39)',
        summary: HOSTILE,
        detail: { text: HOSTILE, until: NOW },
        rules: { hash: '3f2a9c0b1d2e', commit: 'abc1234+' },
      });
      await run((s) => s.journal(full));
      expect(await run((s) => s.readJournal({ ticket: 'INC0000007', limit: 10 }))).toEqual([full]);
    });

    test('a ticket is found by either number, also where only its lane knew the other', async () => {
      const run = store();
      const laneId = await run((s) =>
        s.insertLane(newLane({ clientNumber: 'INC0000001', providerTicket: 'e-CS1' })),
      );
      await run(async (s) => {
        await s.journal(entry({ laneId, clientNumber: 'INC0000001', summary: 'before' }));
        await s.journal(entry({ clientNumber: 'INC0000002', summary: 'another' }));
        await s.journal(entry({ laneId, providerTicket: 'e-CS1', summary: 'after' }));
      });
      const read = async (ticket: string) =>
        (await run((s) => s.readJournal({ ticket, limit: 10 }))).map((one) => one.summary);
      expect(await read('e-CS1')).toEqual(['before', 'after']);
      expect(await read('INC0000001')).toEqual(['before', 'after']);
      expect(await read(`' OR 1=1 --`)).toEqual([]);
    });

    test('numbers of any length are taken', async () => {
      const run = store();
      await run((s) => s.journal(entry({ providerTicket: 'x'.repeat(5000) })));
      expect(await run((s) => s.readJournal({ ticket: null, limit: 1 }))).toHaveLength(1);
    });
  });
});

describe.each(['SQLite', 'MariaDB'] as const)('the engine tables on %s', (kind) => {
  test('tables of the first version are updated, and what their journal holds stays readable', async () => {
    const old = await sampleDatabase(kind, 'globex', NOW, mysql);
    try {
      const { knex } = old;
      const journal = old.engineTable('bh_journal');
      await knex.raw(`ALTER TABLE ${journal} DROP COLUMN rules_hash`);
      await knex.raw(`ALTER TABLE ${journal} DROP COLUMN git_commit`);
      await knex.raw(`DROP TABLE ${old.engineTable('bh_rules')}`);
      await knex(old.engineTable('bh_migrations')).where({ name: '002-rules-version' }).delete();
      const { rules, ...written } = entry({ summary: 'written before' });
      expect(rules).toBeNull();
      await knex(journal).insert({
        contract: 'globex',
        at: written.at,
        direction: written.direction,
        transaction: written.transaction,
        outcome: written.outcome,
        summary: written.summary,
        detail: '{}',
      });

      expect(await old.database.migrate()).toEqual(['002-rules-version']);
      const after = entry({ summary: 'written after', rules: { hash: '3f2a9c0b1d2e', commit: null } });
      await old.database.transaction(({ store }) => store.journal(after));
      const read = await old.database.transaction(({ store }) =>
        store.readJournal({ ticket: null, limit: 10 }),
      );
      expect(read).toEqual([{ ...written, rules: null }, after]);
    } finally {
      await old.end();
    }
  });

  test('migrating again does nothing, and two at once agree', async () => {
    const fresh = await sampleDatabase(kind, 'globex', NOW, mysql);
    try {
      expect(await fresh.database.migrate()).toEqual([]);
      await fresh.knex.schema.dropTable(fresh.engineTable('bh_migrations'));
      await fresh.knex.schema.dropTable(fresh.engineTable('bh_lanes'));
      const [one, two] = [fresh.another(), fresh.another()];
      const steps = await Promise.all([one.migrate(), two.migrate()]);
      expect(steps.flat()).toEqual([
        '001-engine-tables',
        '002-rules-version',
        '003-leases',
        '004-alarms',
        '005-operators',
        '006-attachments',
        '007-uploads',
        '008-given-up-files',
        '009-unanswered-lanes',
      ]);
      expect(await one.transaction((tx) => tx.store.laneByClientTicket(unique('k')))).toBeNull();
    } finally {
      await fresh.end();
    }
  });
});
