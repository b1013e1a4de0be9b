import { beforeEach, describe, expect, test } from 'vitest';
import { simulatedDatabase } from '../../../adapters/database/simulated/simulated-database.ts';
import type { ChangeSource } from '../../../engine/domain/itsm-description.ts';
import type { Database, Itsm } from '../../../engine/runtime/ports.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const LATER = Date.parse('2026-06-01T12:30:00Z');
const mysql = useMysqlServer();

const CHANGE = { title: 'Patches', kind: 'normal', phase: 'Assessment', starts: '2026-11-01T05:30:00.000Z' };

describe.each(['SQLite', 'MariaDB'] as const)('the changes of Initech on %s', (kind) => {
  let sample: SampleDatabase;
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'initech', NOW, mysql);
    return () => sample.end();
  });
  const run = <T>(work: (itsm: Itsm) => Promise<T>, database: Database = sample.database): Promise<T> =>
    database.transaction((tx) => work(tx.itsm));
  const source = (table: string): ChangeSource => {
    const found = sample.itsm.changes.find((one) => one.table === table);
    if (found === undefined) throw new Error(`no source ${table}`);
    return found;
  };

  test('a change is made beside the tickets, numbered, dated in local time, and found by either number', async () => {
    const key = await run((itsm) => itsm.insertChange(CHANGE, NOW));
    await run((itsm) => itsm.setProviderNumber(key, 'e-CHG0031400', LATER));
    const change = await run((itsm) => itsm.ticket(key, true));
    expect(change).toMatchObject({
      key,
      providerNumber: 'e-CHG0031400',
      fields: { title: 'Patches', starts: '2026-11-01T05:30:00.000Z' },
      comments: [],
      change: { approvals: [] },
    });
    expect(await sample.knex('change_order').where({ vendor_ref: 'e-CHG0031400' }).first()).toMatchObject({
      number: change?.number,
      starts_at: '2026-11-01 01:30:00',
      updated_at: '2026-06-01 08:30:00',
    });
    expect(await run((itsm) => itsm.ticketKeyByNumber(change?.number ?? ''))).toBe(key);
    expect(await run((itsm) => itsm.ticketKeyByProviderNumber('e-CHG0031400'))).toBe(key);
    // A ticket whose row has the same key is another.
    const ticket = await run((itsm) => itsm.ticket('1', false));
    expect(ticket).toMatchObject({ number: 'SR000001' });
    expect(ticket?.change).toBeUndefined();
  });

  test('its comments and approvals are rows of its own, and an approval is changed in place', async () => {
    const key = await run((itsm) => itsm.insertChange(CHANGE, NOW));
    const asked = await run(async (itsm) => {
      await itsm.insertComment(key, { body: 'Window?', author: 'Desk', shared: true }, NOW);
      await itsm.insertApproval(key, 'a-2', { asked_of: 'two@initech.example' }, NOW);
      return itsm.insertApproval(key, 'a-1', { asked_of: 'one@initech.example' }, NOW);
    });
    await run((itsm) => itsm.updateApproval(key, asked, { asked_state: 'cancelled' }, LATER));
    expect(await run((itsm) => itsm.ticket(key, false))).toMatchObject({
      comments: [{ fields: { body: 'Window?', shared: true } }],
      change: {
        approvals: [
          {
            approvalId: 'a-2',
            fields: { asked_of: 'two@initech.example', asked_state: null, decision: 'open' },
          },
          { key: asked, approvalId: 'a-1', fields: { asked_state: 'cancelled', decided_by: null } },
        ],
      },
    });
    expect(await sample.knex('change_approval').where({ vendor_approval: 'a-1' }).first()).toMatchObject({
      updated_at: '2026-06-01 08:30:00',
    });
  });

  test('what changed of a change, or of an approval, names the change', async () => {
    const key = await run((itsm) => itsm.insertChange(CHANGE, NOW));
    await run((itsm) => itsm.insertApproval(key, 'a-1', { asked_of: 'one@initech.example' }, LATER));
    const changed = (table: string): Promise<readonly string[]> =>
      run(async (itsm) =>
        (await itsm.changedRows(source(table), NOW, LATER, null, 10)).map(({ ticketKey }) => ticketKey),
      );
    expect(await changed('change_order')).toEqual([key]);
    expect(await changed('change_approval')).toEqual([key]);
    expect(await changed('service_request')).toEqual([]);
  });

  test('tickets and changes may share a table, told apart by where', async () => {
    const { itsm } = sample;
    const shared = {
      ...itsm,
      tickets: { ...itsm.tickets, where: new Map([['priority', 'normal']]) },
      changeRequests: {
        tickets: { ...itsm.tickets, where: new Map([['priority', 'low']]) },
        comments: itsm.comments,
        attachments: null,
        approvals: null,
      },
    };
    const { openItsm } = await import('../../../adapters/database/itsm/itsm.ts');
    const opened = openItsm(sample.knex, shared);
    expect((await opened.ticket('1', false))?.number).toBe('SR000001');
    expect(await opened.ticket('change:1', false)).toBeNull();
    expect((await opened.ticket('change:2', false))?.number).toBe('SR000002');
    const rows = await opened.changedRows(source('service_request'), 0, NOW, null, 10);
    expect(rows.map(({ ticketKey }) => ticketKey)).toEqual(['change:2', '1']);
    const [first] = rows;
    const next = await opened.changedRows(source('service_request'), 0, NOW, first ?? null, 10);
    expect(next.map(({ ticketKey }) => ticketKey)).toEqual(['1']);
  });

  test('the simulated twin tells the same', async () => {
    const twin = simulatedDatabase(sample.itsm);
    const told = async (database: Database): Promise<unknown> => {
      const key = await run((itsm) => itsm.insertChange(CHANGE, NOW), database);
      await run(async (itsm) => {
        await itsm.setProviderNumber(key, 'e-CHG0031400', NOW);
        const asked = await itsm.insertApproval(key, 'a-1', { asked_of: 'one@initech.example' }, NOW);
        await itsm.updateApproval(key, asked, { asked_state: 'cancelled' }, LATER);
        await itsm.insertComment(key, { body: 'Window?', shared: true }, LATER);
      }, database);
      return run(async (itsm) => {
        const change = await itsm.ticket(key, false);
        const approvals = await itsm.changedRows(source('change_approval'), NOW, LATER, null, 10);
        const rows = approvals.map(({ changedAt, mark, ticketKey }) => ({
          changedAt,
          mark,
          isOurs: ticketKey === key,
        }));
        const { fields, comments, change: parts } = change ?? {};
        const texts = [comments, parts?.approvals].map((all) => all?.map((one) => one.fields));
        return { fields, texts, ids: parts?.approvals.map(({ approvalId }) => approvalId), rows };
      }, database);
    };
    expect(await told(twin)).toEqual(await told(sample.database));
  });
});
