import { describe, expect, test } from 'vitest';
import { HOSTILE, LATER, NOW, useItsm } from '../../support/itsm-at-hand.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('what is written to Acme on %s', (kind) => {
  const { sample, run, fieldsOf } = useItsm(kind, 'acme', mysql);

  test('a new ticket gets its number from its key, and what the contract sets on insert', async () => {
    const key = await run((itsm) =>
      itsm.insertTicket(
        {
          kind: 'incident',
          title: HOSTILE,
          description: `${HOSTILE}\r\nsecond line`,
          status: 'New',
          priority: 3,
          starts_at: '2026-06-02T08:00:00+02:00',
          group: 'Network Ops',
          caller: 'bridge@acme.example',
          custom: { cost_center: HOSTILE },
        },
        LATER,
      ),
    );
    const number = `INC${key.padStart(7, '0')}`;
    expect(await run((itsm) => itsm.ticket(key, false))).toMatchObject({
      key,
      number,
      fields: {
        title: HOSTILE,
        description: `${HOSTILE}\r\nsecond line`,
        priority: '3',
        starts_at: '2026-06-02T06:00:00.000Z',
        updated: '2026-06-01T12:30:00.000Z',
        group: 'Network Ops',
        caller: { name: 'Ensono Bridge', email: 'bridge@acme.example', phone: null },
        custom: { cost_center: HOSTILE },
      },
    });
    expect(await run((itsm) => itsm.ticketKeyByNumber(number))).toBe(key);
    expect(await sample.knex('custom_values').where({ ticket_id: key })).toMatchObject([
      { field: 'cost_center', changed_at: '2026-06-01 12:30:00' },
    ]);
    expect(await sample.knex('tickets').where({ id: key })).toMatchObject([
      { created_at: '2026-06-01 12:30:00', deleted: 0 },
    ]);
  });

  test('an update writes the fields it names, and the date of the change', async () => {
    const before = await fieldsOf('5');
    await run((itsm) =>
      itsm.updateTicket(
        '5',
        {
          status: 'Resolved',
          resolution: HOSTILE,
          group: 'Database Ops',
          caller: null,
          custom: { cost_center: '99' },
        },
        LATER,
      ),
    );
    expect(await fieldsOf('5')).toEqual({
      ...before,
      status: 'Resolved',
      resolution: HOSTILE,
      group: 'Database Ops',
      caller: null,
      updated: '2026-06-01T12:30:00.000Z',
      custom: { cost_center: '99' },
    });
    await run((itsm) => itsm.updateTicket('5', { custom: { cost_center: null } }, LATER));
    expect(await fieldsOf('5')).toMatchObject({ custom: { cost_center: null } });
    expect(await sample.knex('custom_values').where({ ticket_id: 5 })).toHaveLength(1);
  });

  test('an update of nothing changes nothing', async () => {
    const before = await sample.knex('tickets').where({ id: 2 });
    await run((itsm) => itsm.updateTicket('2', {}, LATER));
    expect(await sample.knex('tickets').where({ id: 2 })).toEqual(before);
  });

  test('custom fields that the contract does not name stay as they are', async () => {
    await run((itsm) => itsm.updateTicket('6', { custom: { cost_center: '5000' } }, LATER));
    expect(
      await sample.knex('custom_values').where({ ticket_id: 6 }).orderBy('id').select('field', 'value'),
    ).toMatchObject([
      { field: 'cost_center', value: '5000' },
      { field: 'asset_class', value: 'DASD' },
    ]);
  });

  test('a comment is written as the person it names', async () => {
    const key = await run((itsm) =>
      itsm.insertComment('2', { body: HOSTILE, author: 'bridge@acme.example', public: 'true' }, LATER),
    );
    const ticket = await run((itsm) => itsm.ticket('2', false));
    expect(ticket?.comments.at(-1)).toEqual({
      key,
      fields: {
        body: HOSTILE,
        author: { name: 'Ensono Bridge', email: 'bridge@acme.example' },
        public: true,
        created: '2026-06-01T12:30:00.000Z',
      },
    });
  });
});

describe.each(['SQLite', 'MariaDB'] as const)('what is written to Globex on %s', (kind) => {
  const { sample, run } = useItsm(kind, 'globex', mysql);

  test('a case is written in local time, by login and team, and its journal by number', async () => {
    const key = await run(async (itsm) => {
      const made = await itsm.insertTicket(
        {
          type: 'IN',
          subject: 'Müller & Söhne: Zugriff',
          text: HOSTILE,
          state: '2',
          impact: 'low',
          urgency: 'low',
          environment: 'PROD',
          team: 'STORAGE',
          reporter: 'EBRIDGE',
          custom: { maintenance_window: 'So 04:00', asset_tag: null },
        },
        NOW,
      );
      await itsm.insertComment(made, { text: HOSTILE, who: 'A. Person (Ensono)', visibility: 'C' }, NOW);
      await itsm.updateTicket(made, { state: 6, solution: 'getan' }, LATER);
      return made;
    });
    const number = `GX-${key.padStart(5, '0')}`;
    expect(await run((itsm) => itsm.ticket(key, false))).toMatchObject({
      number,
      fields: {
        text: HOSTILE,
        state: 6,
        solution: 'getan',
        team: 'STORAGE',
        modified: '2026-06-01T12:30:00.000Z',
        custom: { maintenance_window: 'So 04:00', asset_tag: null },
      },
      comments: [{ fields: { text: HOSTILE, who: 'A. Person (Ensono)', at: '2026-06-01T12:00:00.000Z' } }],
    });
    expect(await sample.knex('hd_case').where({ case_id: key }).first()).toMatchObject({
      state_cd: 6,
      open_ts: '2026-06-01 14:00:00',
      mod_ts: '2026-06-01 14:30:00',
      mod_user: 'EBRIDGE',
    });
    expect(await sample.knex('hd_journal').where({ case_no: number }).first()).toMatchObject({
      entry_kind: 'NOTE',
      entry_ts: '2026-06-01 14:00:00',
    });
    expect(await sample.knex('hd_case_attr').where({ case_id: key })).toHaveLength(1);
  });
});
