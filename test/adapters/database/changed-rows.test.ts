import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeSource } from '../../../engine/domain/itsm-description.ts';
import type { ChangedRow } from '../../../engine/runtime/ports.ts';
import { localDate } from '../../../adapters/database/dates.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

/** The sample's own tickets are all older than what these tests look at. */
const LOADED = Date.parse('2026-03-01T00:00:00Z');
const mysql = useMysqlServer();

beforeAll(() => {
  process.env.TZ = 'Asia/Tokyo';
});

describe.each(['SQLite', 'MariaDB'] as const)('changed rows on %s', (kind) => {
  let sample: SampleDatabase;
  const open = async (client: 'acme' | 'globex'): Promise<void> => {
    sample = await sampleDatabase(kind, client, LOADED, mysql);
  };
  afterEach(async () => sample.end());

  const source = (table: string): ChangeSource => {
    const found = sample.itsm.changes.find((change) => change.table === table);
    if (found === undefined) throw new Error(`the sample has no change source ${table}`);
    return found;
  };
  const changed = (
    table: string,
    from: number,
    now: number,
    after: ChangedRow | null = null,
    limit = 100,
  ): Promise<readonly ChangedRow[]> =>
    sample.database.transaction((tx) => tx.itsm.changedRows(source(table), from, now, after, limit));

  describe('of Acme', () => {
    beforeEach(() => open('acme'));
    const at = Date.parse('2026-06-01T12:00:00Z');
    const touch = (id: number, instant: number) =>
      sample
        .knex('tickets')
        .where({ id })
        .update({ updated_at: localDate(instant, 'UTC') });

    test('are those dated at or after, oldest first', async () => {
      await touch(1, at);
      await touch(2, at - 1000);
      await touch(3, at + 60_000);
      await touch(4, at + 1000);
      expect(await changed('tickets', at, at + 3_600_000)).toEqual([
        { rowKey: '1', ticketKey: '1', changedAt: at, mark: '2026-06-01 12:00:00' },
        { rowKey: '4', ticketKey: '4', changedAt: at + 1000, mark: '2026-06-01 12:00:01' },
        { rowKey: '3', ticketKey: '3', changedAt: at + 60_000, mark: '2026-06-01 12:01:00' },
      ]);
    });

    test('of equal dates are paged by key, as a number, and none is lost or repeated', async () => {
      for (let id = 1; id <= 9; id += 1) await touch(id, id === 5 ? at + 1000 : at);
      for (let id = 20; id <= 120; id += 25)
        await sample.knex('tickets').insert({
          id,
          number: `INC00000${id}`,
          kind: 'incident',
          title: 'x',
          status: 'New',
          priority: 'P1',
          created_at: localDate(at, 'UTC'),
          updated_at: localDate(at, 'UTC'),
          deleted: 0,
        });
      const keys: string[] = [];
      for (let after: ChangedRow | null = null; ;) {
        const page: readonly ChangedRow[] = await changed('tickets', at, at, after, 4);
        keys.push(...page.map((row) => row.rowKey));
        after = page.at(-1) ?? null;
        if (after === null) break;
      }
      expect(keys).toEqual(['1', '2', '3', '4', '6', '7', '8', '9', '20', '45', '70', '95', '120', '5']);
    });

    test('are only those of rows that are tickets', async () => {
      await touch(10, at);
      await sample.knex('comments').insert([
        { ticket_id: 10, body: 'x', is_public: 1, created_at: localDate(at, 'UTC') },
        { ticket_id: 2, body: 'x', is_public: 1, created_at: localDate(at, 'UTC') },
      ]);
      expect(await changed('tickets', at, at)).toEqual([]);
      expect((await changed('comments', at, at)).map((row) => row.ticketKey)).toEqual(['2']);
    });

    test('of custom fields name their ticket', async () => {
      await sample
        .knex('custom_values')
        .where({ id: 3 })
        .update({ changed_at: localDate(at, 'UTC') });
      expect(await changed('custom_values', at, at)).toMatchObject([{ rowKey: '3', ticketKey: '6' }]);
    });
  });

  describe('of Globex', () => {
    beforeEach(() => open('globex'));
    const touch = (id: number, local: string) =>
      sample.knex('hd_case').where({ case_id: id }).update({ mod_ts: local });
    const keys = async (from: string, now: string) =>
      (await changed('hd_case', Date.parse(from), Date.parse(now))).map((row) => Number(row.rowKey));

    test('are looked for in local time', async () => {
      await touch(101, '2026-06-01 13:59:59');
      await touch(102, '2026-06-01 14:00:00');
      expect(await keys('2026-06-01T12:00:00Z', '2026-06-01T12:00:00Z')).toEqual([102]);
    });

    test('of a journal that names the case by its number carry the key of the case', async () => {
      await sample.knex('hd_journal').insert([
        { case_no: 'GX-00107', entry_kind: 'NOTE', entry_ts: '2026-06-01 14:00:00', entry_text: 'x' },
        { case_no: 'GX-99999', entry_kind: 'NOTE', entry_ts: '2026-06-01 14:00:00', entry_text: 'x' },
      ]);
      const at = Date.parse('2026-06-01T12:00:00Z');
      expect(await changed('hd_journal', at, at)).toMatchObject([{ ticketKey: '107', changedAt: at }]);
    });

    test('written in the repeated hour of autumn are not missed', async () => {
      // 02:50 summer time was looked at; then, in winter time, a person saves at 02:10.
      await touch(101, '2026-10-25 02:10:00');
      await touch(102, '2026-10-25 01:30:00');
      expect(await keys('2026-10-25T00:50:00Z', '2026-10-25T01:12:00Z')).toEqual([101]);
      // Both ends before the switch, or both behind it: nothing is read twice.
      expect(await keys('2026-10-25T00:50:00Z', '2026-10-25T00:55:00Z')).toEqual([]);
      expect(await keys('2026-10-25T01:20:00Z', '2026-10-25T01:30:00Z')).toEqual([]);
    });

    test('around the skipped hour of spring are found once', async () => {
      await touch(101, '2026-03-29 01:59:30');
      await touch(102, '2026-03-29 03:00:30');
      expect(await keys('2026-03-29T00:59:00Z', '2026-03-29T01:01:00Z')).toEqual([101, 102]);
      expect(await keys('2026-03-29T01:00:00Z', '2026-03-29T01:01:00Z')).toEqual([102]);
    });
  });
});
