import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { FieldSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { openDatabase } from '../../../adapters/database/open-database.ts';
import { sampleDatabase } from '../../support/databases.ts';
import { LATER, NOW, useItsm } from '../../support/itsm-at-hand.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('what is read of Acme on %s', (kind) => {
  const { sample, run, fieldsOf } = useItsm(kind, 'acme', mysql);

  test('a ticket is read with what it refers to, its custom fields and its comments in order', async () => {
    expect(await run((itsm) => itsm.ticket('1', true))).toEqual({
      key: '1',
      number: 'INC0000001',
      providerNumber: null,
      fields: {
        kind: 'incident',
        title: 'Nightly batch ORDP120 abended with S0C7',
        description:
          'Job ORDP120 ended with S0C7 in step 040 at 02:14.\nRestart from step 040 is fine once the input is repaired.',
        status: 'New',
        priority: 'P2',
        approval: null,
        resolution: null,
        starts_at: null,
        ends_at: null,
        updated: '2026-06-01T10:25:00.000Z',
        group: 'Mainframe Ops',
        caller: { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example', phone: '+1 402 555 0177' },
        location: { name: 'Omaha data center' },
        ci: { name: 'LPAR-PROD1', managed_by: 'ensono' },
        task: null,
        merged_into: null,
        custom: { cost_center: '4711' },
      },
      attachments: [],
      comments: [
        {
          key: '1',
          fields: {
            body: 'The input came from the new EDI partner; I have asked them for a corrected file.',
            author: { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example' },
            public: true,
            created: '2026-06-01T09:30:00.000Z',
          },
        },
        {
          key: '2',
          fields: {
            body: 'Internal: finance wants to know whether the month-end run is at risk.',
            author: { name: 'Dana Whitfield', email: 'dana.whitfield@acme.example' },
            public: false,
            created: '2026-06-01T10:00:00.000Z',
          },
        },
        {
          key: '3',
          fields: {
            body: 'Corrected file is in PROD.EDI.IN(+1).',
            author: { name: 'Marcus Oyelaran', email: 'marcus.oyelaran@acme.example' },
            public: true,
            created: '2026-06-01T10:25:00.000Z',
          },
        },
      ],
    });
  });

  test('what is missing is null: a reference, a custom field, a text', async () => {
    expect(await fieldsOf('4')).toMatchObject({ ci: null, custom: { cost_center: null }, resolution: null });
    expect(await fieldsOf('8')).toMatchObject({
      ci: null,
      task: {
        category: 'Backup',
        site: 'Omaha data center',
        steps: 'Mount tape 0417, restore to PAY.LOAD.R14, compare, rename.',
      },
      custom: { cost_center: '1200' },
    });
  });

  test('a row that is not a ticket is not there, by key or by number', async () => {
    await run(async (itsm) => {
      expect(await itsm.ticket('10', true)).toBeNull();
      expect(await itsm.ticketKeyByNumber('INC0000010')).toBeNull();
      expect(await itsm.ticket('4711', false)).toBeNull();
      expect(await itsm.missingTickets(['1', '10', '3', '4711'])).toEqual(['10', '4711']);
      expect(await itsm.missingTickets([])).toEqual([]);
    });
    await expect(run((itsm) => itsm.updateTicket('10', { title: 'x' }, NOW))).rejects.toThrow(ItsmRefused);
  });

  test('a ticket is found by its numbers, which are compared exactly', async () => {
    await run(async (itsm) => {
      expect(await itsm.ticketKeyByNumber('INC0000003')).toBe('3');
      expect(await itsm.ticketKeyByNumber('inc0000003')).toBeNull();
      expect(await itsm.ticketKeyByNumber(`' OR '1'='1`)).toBeNull();
      await itsm.setProviderNumber('3', 'e-CS0000003', LATER);
      expect(await itsm.ticketKeyByProviderNumber('e-CS0000003')).toBe('3');
      expect(await itsm.ticketKeyByProviderNumber('e-cs0000003')).toBeNull();
      expect(await itsm.ticket('3', false)).toMatchObject({
        providerNumber: 'e-CS0000003',
        fields: { updated: '2026-06-01T12:30:00.000Z' },
      });
      await itsm.setProviderNumber('3', null, LATER);
      expect(await itsm.ticketKeyByProviderNumber('e-CS0000003')).toBeNull();
    });
  });

  test('a date that does not exist is read as null, a text that is none is refused', async () => {
    if (kind === 'MariaDB') {
      await sample.knex.raw(
        `SET STATEMENT sql_mode='' FOR UPDATE tickets SET starts_at='0000-00-00' WHERE id=9`,
      );
      expect(await fieldsOf('9')).toMatchObject({ starts_at: null });
    } else {
      await sample.knex('tickets').where({ id: 9 }).update({ starts_at: 'next week' });
      await expect(fieldsOf('9')).rejects.toThrow(
        /^tickets\.starts_at \(field starts_at\) holds "next week"/,
      );
      await sample.knex('tickets').where({ id: 9 }).update({ starts_at: '2026-02-30 00:00:00' });
      expect(await fieldsOf('9')).toMatchObject({ starts_at: null });
    }
  });
});

describe('a ticket that a person works on while it is read', () => {
  test('is read as of one moment: with what was written before a comment, never the comment alone', async () => {
    const sample = await sampleDatabase('MariaDB', 'acme', NOW, mysql);
    const comment = { ticket_id: 1, author_id: 5, is_public: 1, created_at: '2026-06-01 12:00:00' };
    const person = { steps: 0, isWatched: true };
    const working = (async () => {
      while (person.isWatched && person.steps < 60) {
        person.steps += 1;
        const custom = sample.knex('custom_values').where({ ticket_id: 1, field: 'cost_center' });
        await custom.update({ value: String(person.steps) });
        await sample
          .knex('tickets')
          .where({ id: 1 })
          .update({ title: String(person.steps) });
        await sample.knex('comments').insert({ ...comment, body: String(person.steps) });
        await wait(20);
      }
    })();
    try {
      let seen = 0;
      while (person.steps < 60) {
        const ticket = await sample.database.transaction((tx) => tx.itsm.ticket('1', false));
        const said = Number(ticket?.comments.at(-1)?.fields.body);
        if (Number.isNaN(said)) continue;
        const { title, custom } = ticket?.fields as {
          readonly title: string;
          readonly custom: { readonly cost_center: string };
        };
        expect([said, said + 1]).toContain(Number(title));
        expect([Number(title), Number(title) + 1]).toContain(Number(custom.cost_center));
        seen = said;
      }
      expect(seen).toBeGreaterThan(0);
    } finally {
      person.isWatched = false;
      await working;
      await sample.end();
    }
  });
});

describe.each(['SQLite', 'MariaDB'] as const)('what is read of Globex on %s', (kind) => {
  const { sample, run } = useItsm(kind, 'globex', mysql);

  test('numbers, local dates, custom fields as rows and a journal by case number are read', async () => {
    expect(await run((itsm) => itsm.ticket('101', true))).toMatchObject({
      key: '101',
      number: 'GX-00101',
      fields: {
        type: 'IN',
        state: 1,
        modified: '2026-06-01T10:20:00.000Z',
        team: 'UNIX',
        reporter: { name: 'Katrin Brandt', mail: 'katrin.brandt@globex.example' },
        custom: { maintenance_window: null, asset_tag: 'GX-SRV-0707' },
      },
      comments: [
        { key: '2', fields: { who: 'Katrin Brandt', visibility: 'C', at: '2026-06-01T09:00:00.000Z' } },
        { key: '3', fields: { visibility: 'W' } },
        { key: '4', fields: { visibility: 'C' } },
      ],
    });
    expect(await sample.knex('hd_case').where({ case_id: 101 }).first()).toMatchObject({
      mod_ts: '2026-06-01 12:20:00',
    });
  });

  test('two references to one table are two joins', async () => {
    const { tickets } = sample.itsm;
    const team = tickets.fields.get('team');
    if (team?.kind !== 'lookup') throw new Error('the sample has no lookup of its team');
    const fields = new Map<string, FieldSource>([
      ...tickets.fields,
      ['again', team],
      ['long', { ...team, value: 'long_name' }],
    ]);
    const itsm: ItsmDescription = { ...sample.itsm, tickets: { ...tickets, fields } };
    const database = openDatabase({ contract: 'globex', itsm, connection: sample.connection });
    const ticket = await database.transaction((tx) => tx.itsm.ticket('102', false));
    expect(ticket?.fields).toMatchObject({ team: 'STORAGE', again: 'STORAGE', long: 'Storage und SAN' });
    await database.close();
  });
});
