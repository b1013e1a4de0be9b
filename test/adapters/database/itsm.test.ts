import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { FieldSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import { type Itsm, ItsmRefused } from '../../../engine/runtime/ports.ts';
import { openDatabase } from '../../../adapters/database/open-database.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const LATER = Date.parse('2026-06-01T12:30:00.900Z');
const mysql = useMysqlServer();

const HOSTILE = `O'Brien said "x\\n" \\ \\' ? ?? :a '; DROP TABLE tickets; -- 🛠️`;

beforeAll(() => {
  process.env.TZ = 'Asia/Tokyo';
});

describe.each(['SQLite', 'MariaDB'] as const)('the ITSM of Acme on %s', (kind) => {
  let sample: SampleDatabase;
  beforeAll(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
  });
  afterAll(async () => sample.end());

  const run = <T>(work: (itsm: Itsm) => Promise<T>): Promise<T> =>
    sample.database.transaction((tx) => work(tx.itsm));
  const fieldsOf = async (key: string): Promise<JsonObject> =>
    (await run((itsm) => itsm.ticket(key, false)))?.fields ?? {};

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

  describe('what the tables do not take is refused, with the field, the value and what helps', () => {
    test.each<[string, JsonObject, RegExp]>([
      [
        'a group that is not there',
        { group: 'Ensono Storage' },
        /^groups has no row whose name is "Ensono Storage" \(field group\)\. Add the row/,
      ],
      [
        'a caller that is not there',
        { caller: 42 },
        /^users has no row whose email is "42" \(field caller\)/,
      ],
      [
        'nothing where something is needed',
        { title: null },
        /^tickets does not take title = null \(field title\): /,
      ],
      [
        'a date that is none',
        { starts_at: 'soon' },
        /^tickets\.starts_at \(field starts_at\) takes a date: "soon" is not/,
      ],
      [
        'a date beyond the years that dates have',
        { starts_at: '+275760-09-13T00:00:00Z' },
        /^tickets\.starts_at \(field starts_at\) takes a date: "\+275760-.*" is not in the years 1000 to 9999/,
      ],
      [
        'a list where one value is needed',
        { title: ['a', 'b'] },
        /^tickets\.title \(field title\) takes one text, not \["a","b"\]/,
      ],
      [
        'an object where one value is needed',
        { group: { name: 'x' } },
        /^field group takes one name of groups, not \{"name":"x"\}/,
      ],
    ])('%s', async (_, fields, words) => {
      const before = await sample.knex('tickets').where({ id: 7 });
      const refused = run((itsm) => itsm.updateTicket('7', fields, LATER));
      await expect(refused).rejects.toThrow(ItsmRefused);
      await expect(refused).rejects.toThrow(words);
      expect(await sample.knex('tickets').where({ id: 7 })).toEqual(before);
    });

    test('a value that new rows need', async () => {
      const refused = run((itsm) => itsm.insertTicket({ title: 'x', status: 'New', priority: 'P1' }, NOW));
      await expect(refused).rejects.toThrow(ItsmRefused);
      await expect(refused).rejects.toThrow(
        /^tickets does not take .*If new rows need kind, give it a value in on_insert/,
      );
    });

    test('a key that is taken', async () => {
      // The next ticket's number is there already: somebody wrote it by hand.
      const key = await run((itsm) =>
        itsm.insertTicket({ kind: 'incident', title: 'x', status: 'New', priority: 'P1' }, NOW),
      );
      const next = `INC${String(Number(key) + 1).padStart(7, '0')}`;
      await sample.knex('tickets').where({ id: key }).update({ number: next });
      const refused = run((itsm) =>
        itsm.insertTicket({ kind: 'incident', title: 'x', status: 'New', priority: 'P1' }, NOW),
      );
      await expect(refused).rejects.toThrow(ItsmRefused);
      await expect(refused).rejects.toThrow(`number = "${next}"`);
    });

    test('a comment for a ticket that is not there', async () => {
      await expect(
        run((itsm) => itsm.insertComment('4711', { body: 'x', public: true }, NOW)),
      ).rejects.toThrow(/^tickets has no ticket whose id is 4711/);
    });

    test('one of two rows with the same value', async () => {
      await sample.knex('groups').insert({ name: 'Twins' });
      const twins: ItsmDescription = {
        ...sample.itsm,
        tickets: {
          ...sample.itsm.tickets,
          fields: new Map([
            [
              'ci',
              {
                kind: 'lookup',
                column: 'ci_id',
                table: 'cis',
                key: 'id',
                value: 'managed_by',
                place: { file: 'f', line: 1, column: 1 },
              },
            ],
          ]),
        },
      };
      const database = openDatabase({ contract: 'acme', itsm: twins, connection: sample.connection });
      await expect(
        database.transaction((tx) => tx.itsm.updateTicket('7', { ci: 'ensono' }, NOW)),
      ).rejects.toThrow(/^cis has 4 rows whose managed_by is "ensono" \(field ci\)/);
      await database.close();
    });
  });

  test('a field that the contract does not have is a broken assumption', async () => {
    const wrong = run((itsm) => itsm.updateTicket('7', { colour: 'red' }, NOW));
    await expect(wrong).rejects.toThrow('tickets has no field colour');
    await expect(wrong).rejects.not.toThrow(ItsmRefused);
    await expect(run((itsm) => itsm.updateTicket('7', { location: 'Omaha' }, NOW))).rejects.toThrow(
      'names no value column',
    );
    await expect(run((itsm) => itsm.updateTicket('7', { custom: { colour: 'red' } }, NOW))).rejects.toThrow(
      'no custom field colour',
    );
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

describe('a text with characters that the column cannot hold', () => {
  test('is refused by MariaDB, and what the column holds is written as it is', async () => {
    const sample = await sampleDatabase('MariaDB', 'acme', NOW, mysql);
    const write = (title: string): Promise<void> =>
      sample.database.transaction((tx) => tx.itsm.updateTicket('1', { title }, NOW));
    try {
      await sample.knex.raw('ALTER TABLE tickets MODIFY title VARCHAR(200) CHARACTER SET utf8mb3 NOT NULL');
      await write('Zażółć gęślą jaźń ß İ');
      const refused = write('Server room is on fire 🔥');
      await expect(refused).rejects.toThrow(ItsmRefused);
      await expect(refused).rejects.toThrow(
        /^tickets does not take title = "Server room is on fire 🔥" \(field title\): Incorrect string value/,
      );
      const row: unknown = await sample.knex('tickets').where({ id: 1 }).select('title').first();
      expect(row).toEqual({ title: 'Zażółć gęślą jaźń ß İ' });
    } finally {
      await sample.end();
    }
  });
});

describe('too long a text', () => {
  test('is refused by MariaDB, not cut', async () => {
    const sample = await sampleDatabase('MariaDB', 'acme', NOW, mysql);
    try {
      const refused = sample.database.transaction((tx) =>
        tx.itsm.updateTicket('1', { title: 'x'.repeat(201) }, NOW),
      );
      await expect(refused).rejects.toThrow(ItsmRefused);
      await expect(refused).rejects.toThrow(
        /^tickets does not take title = "x+… \(203 characters\) \(field title\): Data too long/,
      );
    } finally {
      await sample.end();
    }
  });
});

describe.each(['SQLite', 'MariaDB'] as const)('the ITSM of Globex on %s', (kind) => {
  let sample: SampleDatabase;
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'globex', NOW, mysql);
    return () => sample.end();
  });
  const run = <T>(work: (itsm: Itsm) => Promise<T>): Promise<T> =>
    sample.database.transaction((tx) => work(tx.itsm));

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

  test('a word where a number is needed is refused', async () => {
    await expect(run((itsm) => itsm.updateTicket('101', { state: 'open' }, NOW))).rejects.toThrow(
      /^hd_case\.state_cd \(field state\) takes a number, not "open"/,
    );
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
