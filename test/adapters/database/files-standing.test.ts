import { beforeEach, describe, expect, test } from 'vitest';
import { simulatedDatabase } from '../../../adapters/database/simulated/simulated-database.ts';
import type { StandingSearch } from '../../../engine/domain/alarm.ts';
import { NEW_LANE_STATE } from '../../../engine/domain/lane.ts';
import type { Database, Store } from '../../../engine/runtime/ports.ts';
import { sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { acmeItsm } from '../../support/sample-itsm.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();
const SEARCH: StandingSearch = { unansweredBefore: NOW, expiringBefore: NOW + 1000, givenUpSince: NOW - 50 };

describe.each(['SQLite', 'MariaDB', 'simulated'] as const)(
  'files on their way and given up, on %s',
  (kind) => {
    let database: Database;
    let laneId = 0;
    const run = <T>(work: (store: Store) => Promise<T>): Promise<T> =>
      database.transaction(({ store }) => work(store));
    beforeEach(async () => {
      const sample = kind === 'simulated' ? null : await sampleDatabase(kind, 'acme', NOW, mysql);
      database = sample?.database ?? simulatedDatabase(acmeItsm);
      laneId = await run((store) =>
        store.insertLane({
          clientTicket: '1',
          clientNumber: 'INC0000001',
          providerTicket: 'e-CS0204070',
          state: NEW_LANE_STATE,
          dueAt: NOW,
        }),
      );
      return () => sample?.end();
    });

    const comes = (messageId: string, createdAt: number, expiresAt: number): Promise<void> =>
      run((store) =>
        store.insertDownload({
          laneId,
          ticketKey: '1',
          messageId,
          contentId: messageId,
          expiresAt,
          dueAt: createdAt,
          createdAt,
          request: {
            url: 'https://files.example/x?secret',
            name: `${messageId}.txt`,
            contentType: null,
            size: null,
            fields: {},
            context: {},
            group: 'e-CS0204070',
          },
        }),
      );

    test('are counted apart, the oldest told with its ticket, and nobody sees an address', async () => {
      await comes('waits', NOW - 100, NOW + 5000);
      await comes('fails', NOW - 90, NOW + 999);
      await comes('refused', NOW - 80, NOW + 5000);
      await comes('over', NOW - 70, NOW - 1);
      await run(async (store) => {
        await store.enlist({ id: 'a', beat: 0, place: '', startedAt: NOW });
        await store.insertUpload({ laneId, attachment: '1', name: 'out.txt', dueAt: NOW - 200 });
        await store.insertUpload({ laneId, attachment: '2', name: 'no.exe', dueAt: NOW - 300 });
      });
      const [waits, fails, refused, over] = [1, 2, 3, 4] as const;
      await run(async (store) => {
        expect(
          [...(await store.dueDownloads({ owner: 'a', now: NOW, limit: 9, except: [] }))].sort(),
        ).toEqual([waits, fails, refused, over]);
        for (const [id, end] of [
          [fails, 'later'],
          [refused, 'never'],
          [over, 'never'],
        ] as const) {
          const held = await store.takeDownload(id, 'a');
          if (held === null) throw new Error('it is free');
          if (end === 'later') await store.putOffDownload(held, NOW + 10, 'its server answered 503');
          else await store.giveUpDownload(held, NOW - 40, 'not taken');
        }
        const program = (await store.uploads(laneId)).find(({ name }) => name === 'no.exe');
        if (program === undefined) throw new Error('it is there');
        await store.saveUpload({
          ...program,
          phase: 'given-up',
          dueAt: null,
          reason: 'a program',
          givenUpAt: NOW - 30,
        });
      });

      const ticket = { clientNumber: 'INC0000001', providerTicket: 'e-CS0204070' };
      expect((await run((store) => store.standing(SEARCH))).files).toEqual({
        downloads: {
          count: 2,
          oldestAt: NOW - 100,
          oldest: [
            { ...ticket, since: NOW - 100, reason: 'waits.txt' },
            { ...ticket, since: NOW - 90, reason: 'fails.txt: its server answered 503' },
          ],
        },
        uploads: {
          count: 1,
          oldestAt: NOW - 200,
          oldest: [{ ...ticket, since: NOW - 200, reason: 'out.txt' }],
        },
        expiring: {
          count: 1,
          oldestAt: NOW - 90,
          oldest: [{ ...ticket, since: NOW - 90, reason: 'fails.txt: its server answered 503' }],
        },
        givenUp: {
          count: 3,
          oldestAt: NOW - 40,
          oldest: [
            { ...ticket, since: NOW - 40, reason: 'refused.txt: not taken' },
            { ...ticket, since: NOW - 40, reason: 'over.txt: not taken' },
            { ...ticket, since: NOW - 30, reason: 'no.exe: a program' },
          ],
        },
      });
      expect(
        (await run((store) => store.standing({ ...SEARCH, givenUpSince: NOW - 35 }))).files.givenUp.count,
      ).toBe(1);
      // What has expired cannot be tried again.
      expect(await run((store) => store.givenUpFiles(NOW))).toEqual([
        {
          kind: 'download',
          id: refused,
          laneId,
          name: 'refused.txt',
          at: NOW - 40,
          reason: 'not taken',
          until: NOW + 5000,
        },
        { kind: 'upload', id: 2, laneId, name: 'no.exe', at: NOW - 30, reason: 'a program', until: null },
      ]);

      await run(async (store) => {
        expect(await store.nextDownloadAt()).toBe(NOW - 100);
        await store.forgetExpiredDownloads(NOW);
        expect(await store.download(over)).toBeNull();
        expect(await store.download(refused)).toMatchObject({ givenUpAt: NOW - 40, reason: 'not taken' });
        await store.forgetDownload(waits);
        expect(await store.nextDownloadAt()).toBe(NOW + 10);
        await store.retryDownload(refused, NOW);
        expect(await store.nextDownloadAt()).toBe(NOW);
        expect(await store.dueDownloads({ owner: 'a', now: NOW, limit: 9, except: [] })).toEqual([refused]);
      });
    });
  },
);
