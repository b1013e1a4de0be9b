import { describe, expect, test } from 'vitest';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { NOW, STORES, useStores } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(STORES)('what detection keeps, on %s', (kind) => {
  const { store } = useStores(kind, mysql);

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
    expect(await run((s) => s.unseenRows('tickets', [...rows, row('new', 'a')]))).toEqual([row('new', 'a')]);
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
