import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES, isOfDatabase } from '../../../engine/compile/codes.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { surveySample, type Defect } from '../../support/surveyed-sample.ts';

/**
 * What `check --database` says of each defect, on MariaDB, is in survey/NAME.txt. UPDATE_GOLDEN=1 writes the files anew:
 * read the difference before committing it.
 */
const EXPECTED = join(import.meta.dirname, 'survey');
const mysql = useMysqlServer();

const DEFECTS: Readonly<Record<string, Defect>> = {
  'missing-tables': {
    client: 'acme',
    itsm: [
      ['from: groups', 'from: group'],
      ['table: custom_values\n', 'table: elsewhere.custom_values\n'],
    ],
  },
  'missing-columns': {
    client: 'acme',
    itsm: [
      ['title: title', 'title: titel'],
      ['provider_number: vendor_ref', 'provider_number: provider_ref'],
      ['where: { deleted: 0 }', 'where: { is_deleted: 0 }'],
      ['email: email, phone: phone', 'email: email, phone: telephone'],
      ['value: value\n', 'value: val\n'],
      ['on_update: { updated_at: now }', 'on_update: { modified_at: now }'],
      ['order_by: created_at', 'order_by: position'],
      ['ticket: ticket_id, changed: changed_at', 'ticket: ticket_id, refers_to: nr, changed: changed_at'],
    ],
  },
  'wrong-types': {
    client: 'acme',
    tables: [
      'UPDATE tickets SET approval = NULL',
      'ALTER TABLE tickets MODIFY starts_at varchar(40), MODIFY updated_at date NOT NULL, MODIFY approval tinyint(1)',
      'ALTER TABLE comments MODIFY is_public char(1) NOT NULL',
    ],
    itsm: [
      ['ends_at: { column: ends_at, type: date }', 'ends_at: ends_at'],
      ['priority: priority', 'priority: { column: priority, type: number }'],
    ],
  },
  'timestamp-of-another-zone': {
    client: 'globex',
    tables: ['ALTER TABLE hd_case MODIFY mod_ts timestamp NOT NULL'],
    itsm: [['time_zone: Europe/Berlin', 'time_zone: Pacific/Kiritimati']],
  },
  'no-indexes': {
    client: 'acme',
    tables: [
      'DROP INDEX tickets_updated ON tickets',
      'DROP INDEX tickets_vendor_ref ON tickets',
      'DROP INDEX number ON tickets',
    ],
  },
  'unfit-tables': {
    client: 'globex',
    tables: [
      'ALTER TABLE hd_journal MODIFY entry_no INTEGER NOT NULL, DROP PRIMARY KEY, ENGINE = MyISAM',
      `UPDATE hd_case SET ext_ref = ''`,
      'ALTER TABLE hd_case MODIFY ext_ref varchar(30) NOT NULL',
    ],
  },
  'keys-not-made': {
    client: 'acme',
    tables: ['ALTER TABLE comments MODIFY id INTEGER NOT NULL'],
  },
  'tight-columns': {
    client: 'acme',
    tables: [
      `UPDATE tickets SET number = substring(number, 4), resolution = coalesce(resolution, '')`,
      'ALTER TABLE tickets MODIFY title varchar(80) CHARACTER SET latin1 NOT NULL, MODIFY description tinytext, ' +
        'MODIFY number varchar(8) NOT NULL, MODIFY vendor_ref varchar(8), MODIFY resolution text NOT NULL',
    ],
  },
  'columns-said-wider': {
    client: 'acme',
    tables: [
      'ALTER TABLE tickets MODIFY title varchar(80) CHARACTER SET latin1 NOT NULL, ' +
        'MODIFY description varchar(300) CHARACTER SET utf8mb3',
    ],
    itsm: [
      ['    title: title\n', '    title: { column: title, length: 160, characters: utf8mb3 }\n'],
      [
        '    description: description\n',
        '    description: { column: description, length: 300, characters: utf8mb3 }\n',
      ],
    ],
  },
  'timestamps-not-said': {
    client: 'initech',
    tables: [
      'ALTER TABLE change_order MODIFY starts_at timestamp NULL DEFAULT NULL, MODIFY ends_at timestamp NULL DEFAULT NULL',
    ],
    itsm: [
      ['time_zone: America/New_York', 'time_zone: UTC'],
      [
        '    ends: { column: ends_at, type: date }',
        '    ends: { column: ends_at, type: date, range: timestamp }',
      ],
    ],
  },
  'large-files': {
    client: 'acme',
    tables: ['ALTER TABLE attachments MODIFY content mediumblob'],
    contract: [['    max_size: 50MB', '    max_size: 100MB']],
  },
  'never-filled': {
    client: 'acme',
    tables: [
      'ALTER TABLE tickets ADD COLUMN department varchar(10) NOT NULL, ADD COLUMN queue varchar(10) NOT NULL DEFAULT 0',
      'ALTER TABLE comments ADD COLUMN channel varchar(10) NOT NULL',
    ],
  },
  'unmapped-words': {
    client: 'acme',
    tables: [
      `UPDATE tickets SET priority = 'P5' WHERE id IN (1, 3, 4)`,
      `UPDATE tickets SET priority = 'p2' WHERE id = 2`,
      `UPDATE custom_values SET field = 'costcenter' WHERE field = 'cost_center'`,
    ],
    contract: [
      ["    P4: '4'\n    otherwise: '3'", "    P4: '4'"],
      [
        '    Mainframe Ops: Ensono Mainframe\n',
        '    Mainframe Ops: Ensono Mainframe\n    Mainframes: Ensono Mainframe\n',
      ],
    ],
    itsm: [['  order_by: created_at', '  where: { is_public: 2 }\n  order_by: created_at']],
  },
  'many-unmapped-words': {
    client: 'acme',
    tables: [
      `INSERT INTO tickets (number, kind, title, status, priority, created_at, updated_at, deleted)
       SELECT concat('X', seq), 'incident', 'x', 'New', concat('Q', seq), now(), now(), 0 FROM seq_1_to_13`,
    ],
    contract: [["    P4: '4'\n    otherwise: '3'", "    P4: '4'"]],
  },
  'refused-words': {
    client: 'acme',
    tables: [
      'DELETE FROM tickets WHERE id = 10',
      `ALTER TABLE tickets MODIFY status ENUM('New', 'In Progress', 'On Hold', 'Resolved', 'Closed', 'Canceled')`,
      `UPDATE tickets SET kind = 'request'`,
      'ALTER TABLE tickets MODIFY kind varchar(7) NOT NULL',
      'ALTER TABLE users DROP INDEX email',
      `UPDATE users SET email = 'bridge@acme.example' WHERE id < 3`,
    ],
    contract: [
      ['Mainframe Ops: Ensono Mainframe', 'Mainfram Ops: Ensono Mainframe'],
      ['default: Vendor Desk }', 'default: Help Desk }'],
    ],
  },
  'newest-tickets': {
    client: 'acme',
    tables: [
      `UPDATE tickets SET description = repeat('"', 2100) WHERE id IN (1, 2)`,
      `UPDATE tickets SET caller_id = NULL WHERE id = 3`,
      `UPDATE comments SET is_public = 7 WHERE ticket_id = 5`,
      `UPDATE tickets SET approval = NULL`,
    ],
    contract: [
      [', default: servicedesk@acme.example', ''],
      ['      append: #', '      too_long: park\n      append: #'],
    ],
  },
  'allowed-warnings': {
    client: 'acme',
    tables: ['DROP INDEX tickets_vendor_ref ON tickets'],
    itsm: [
      [
        'provider_number: vendor_ref',
        'provider_number: vendor_ref # allow BH093: the table has fifty rows, and always will',
      ],
    ],
  },
};

describe.each(['SQLite', 'MariaDB'] as const)('the samples on %s', (kind) => {
  test.each(['acme', 'globex', 'initech'] as const)('%s: nothing is wrong with them', async (client) => {
    const { diagnostics, notes } = await surveySample(kind, { client }, mysql);
    expect(diagnostics).toEqual([]);
    expect(notes[0]).toMatch(/^looked at .*, only reading; nothing was written$/);
  });
});

describe('what is said of a database that does not go with its contract', () => {
  test.each(Object.keys(DEFECTS))('%s', async (name) => {
    const { said } = await surveySample('MariaDB', DEFECTS[name] ?? { client: 'acme' }, mysql);
    const file = join(EXPECTED, `${name}.txt`);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, said);
    expect(said).toBe(readFileSync(file, 'utf8'));
  });

  test('every code of the database has a case, and every text one that it is said of', () => {
    const files = readdirSync(EXPECTED);
    const said = files.map((file) => readFileSync(join(EXPECTED, file), 'utf8')).join('\n');
    const codes = Object.values(CODES).flatMap(({ code }) => (isOfDatabase(code) ? [code] : []));
    expect(codes.filter((code) => !said.includes(` ${code} `))).toEqual([]);
    expect(files).toEqual(
      Object.keys(DEFECTS)
        .map((name) => `${name}.txt`)
        .sort(),
    );
  });
});

describe('SQLite, whose types are hints', () => {
  const codesOf = async (defect: Omit<Defect, 'client'>): Promise<readonly string[]> => {
    const { diagnostics } = await surveySample('SQLite', { client: 'acme', ...defect }, mysql);
    return diagnostics.map(({ code, message }) => `${code} ${message}`);
  };

  test('what a type cannot tell, the newest tickets do', async () => {
    const itsm = [['status: status\n', 'status: { column: status, type: date }\n']] as const;
    expect(await codesOf({ itsm })).toContainEqual(
      expect.stringMatching(
        /^BH099 9 of the 9 newest tickets would be parked, id 1 for one: tickets\.status \(field status\) holds "New"/,
      ),
    );
  });

  test('missing names, indexes, values and words are told as on a server', async () => {
    const found = await codesOf({
      tables: [
        'DROP INDEX tickets_updated',
        `UPDATE tickets SET priority = 'P5' WHERE id = 1`,
        'ALTER TABLE cis ADD COLUMN owner varchar(10)',
      ],
      contract: [
        ["    P4: '4'\n    otherwise: '3'", "    P4: '4'"],
        ['Mainframe Ops: Ensono Mainframe', 'Mainfram Ops: Ensono Mainframe'],
      ],
    });
    expect(found).toEqual([
      'BH098 groups has no row whose name is "Mainfram Ops": a message that brings it would park.',
      'BH097 "P5" is unmapped: 1 ticket.',
      expect.stringMatching(/^BH093 No index begins with tickets\.updated_at/),
    ]);
    expect(await codesOf({ itsm: [['from: groups', 'from: group']] })).toEqual([
      'BH090 The database has no table "group".',
    ]);
    expect(await codesOf({ itsm: [['title: title', 'title: titel']] })).toEqual([
      'BH091 The table "tickets" has no column "titel".',
    ]);
  });
});
