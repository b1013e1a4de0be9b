import { describe, expect, test } from 'vitest';
import type { ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { openDatabase } from '../../../adapters/database/open-database.ts';
import { sampleDatabase } from '../../support/databases.ts';
import { LATER, NOW, useItsm } from '../../support/itsm-at-hand.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('what cannot be written to Acme on %s', (kind) => {
  const { sample, run } = useItsm(kind, 'acme', mysql);

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

describe.each(['SQLite', 'MariaDB'] as const)('what cannot be written to Globex on %s', (kind) => {
  const { run } = useItsm(kind, 'globex', mysql);

  test('a word where a number is needed is refused', async () => {
    await expect(run((itsm) => itsm.updateTicket('101', { state: 'open' }, NOW))).rejects.toThrow(
      /^hd_case\.state_cd \(field state\) takes a number, not "open"/,
    );
  });
});
