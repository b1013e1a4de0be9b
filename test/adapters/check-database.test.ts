import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runCheck, type CheckFormat } from '../../adapters/cli/check.ts';
import { connect } from '../../adapters/database/connect.ts';
import type { CheckDocument } from '../../adapters/terminal/check-json.ts';
import { runCli } from '../support/cli-process.ts';
import { copyContracts, replaceIn } from '../support/contract-copies.ts';
import { onServer } from '../support/databases.ts';
import { useMysqlServer } from '../support/mysql-server.ts';
import { NOW, sampleTables, withoutLines } from '../support/surveyed-sample.ts';

const EXPECTED = join(import.meta.dirname, 'check-database.expected.txt');
const mysql = useMysqlServer();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridgehead-check-database-'));
  await copyContracts(folder, 'bridgehead');
});
afterAll(() => rm(folder, { recursive: true }));

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function sample(...args: Parameters<typeof sampleTables>): ReturnType<typeof sampleTables> {
  const tables = await sampleTables(...args);
  ended.push(() => tables.end());
  return tables;
}

async function check(
  contract: string,
  environment: Readonly<Record<string, string>>,
  format: CheckFormat = 'text',
): Promise<{ readonly exit: number; readonly said: string; readonly complaints: string }> {
  let said = '';
  let complaints = '';
  const exit = await runCheck(
    [join(folder, 'rules', contract)],
    { write: (text) => (said += text) },
    {
      format,
      strict: false,
      verbose: false,
      color: false,
      database: { environment, now: NOW },
      complaints: { write: (text) => (complaints += text) },
    },
  );
  return {
    exit,
    said: said.replaceAll(`${folder}/`, ''),
    complaints: complaints.replaceAll(`${folder}/`, ''),
  };
}

/** Every table with its columns, indexes and rows. Other databases that user has no right on. */
async function everything(connection: string): Promise<unknown> {
  const { knex } = connect(connection);
  try {
    const [tables] = (await knex.raw('SHOW TABLES')) as [readonly Readonly<Record<string, string>>[]];
    const names = tables.map((row) => Object.values(row)[0] ?? '');
    const parts = [];
    for (const name of names) {
      const [made] = (await knex.raw('SHOW CREATE TABLE ??', [name])) as [unknown];
      parts.push(made, await knex(name));
    }
    return { names, parts };
  } finally {
    await knex.destroy();
  }
}

describe('check --database', () => {
  test('says everything at once: rules, schema, words, tickets', async () => {
    const { connection, name } = await sample(
      'MariaDB',
      {
        client: 'acme',
        tables: [
          'ALTER TABLE tickets MODIFY title varchar(80) CHARACTER SET latin1 NOT NULL, ADD COLUMN site varchar(10) NOT NULL',
          'DROP INDEX tickets_updated ON tickets',
          `UPDATE tickets SET priority = 'P5' WHERE id IN (2, 3, 4)`,
          `UPDATE tickets SET description = repeat('x', 4000) WHERE id = 1`,
        ],
      },
      mysql,
    );
    const rules = join(folder, 'rules/acme/contract.yaml');
    const before = await readFile(rules, 'utf8');
    await replaceIn(rules, "    P4: '4'\n    otherwise: '3'", "    P4: '4'");
    await replaceIn(rules, 'Network Ops: Ensono', 'Netwrk Ops: Ensono');
    await replaceIn(rules, '      append: #', '      too_long: park\n      append: #');
    const { exit, said, complaints } = await check('acme', { ACME_ITSM_DATABASE: connection });
    writeFileSync(rules, before);
    const shown = withoutLines(said).replaceAll(new RegExp(`\\S+/${name}`, 'g'), 'SERVER/DATABASE');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(EXPECTED, shown);
    expect(shown).toBe(readFileSync(EXPECTED, 'utf8'));
    expect(complaints).toBe('');
    expect(exit).toBe(1);
  });

  test('prints one document, and annotations for GitHub', async () => {
    const defect = { client: 'acme', tables: ['DROP INDEX tickets_updated'] } as const;
    const { connection } = await sample('SQLite', defect, mysql);
    const json = await check('acme', { ACME_ITSM_DATABASE: connection }, 'json');
    const [contract] = (JSON.parse(json.said) as CheckDocument).contracts;
    expect(contract).toMatchObject({
      diagnostics: [{ code: 'BH093', file: 'rules/acme/itsm.yaml' }],
      counts: { errors: 0, warnings: 1 },
    });
    expect(contract?.notes[0]).toMatch(/only reading; nothing was written$/);
    const github = await check('acme', { ACME_ITSM_DATABASE: connection }, 'github');
    expect(github.said).toMatch(/^::warning file=rules\/acme\/itsm\.yaml,line=\d+,.*title=BH093 /);
  });

  test('does not look at the database of a contract with errors', async () => {
    const rules = join(folder, 'rules/acme/contract.yaml');
    await replaceIn(rules, 'client_name:', 'client_nam:');
    const { exit, said } = await check('acme', {});
    await replaceIn(rules, 'client_nam:', 'client_name:');
    expect(exit).toBe(1);
    expect(said).toContain('rules/acme: the database was not looked at: the contract has errors\n');
  });
});

describe('check --database that cannot look', () => {
  test('3, naming the setting that is missing', async () => {
    expect(await check('acme', {})).toMatchObject({
      exit: 3,
      said: expect.stringContaining('the database could not be looked at') as unknown,
      complaints: expect.stringMatching(
        /^rules\/acme\/itsm\.yaml:\d+: the environment variable ACME_ITSM_DATABASE is not set\n$/,
      ) as unknown,
    });
  });

  test('3 for a server that is not there, as a process; the password is not shown', async () => {
    const { code, out, err } = await runCli(['check', 'rules/acme', '--database'], {
      cwd: folder,
      env: { ACME_ITSM_DATABASE: 'mysql://nobody:top-secret@127.0.0.1:1/itsm' },
    });
    expect(code).toBe(3);
    expect(err).toContain('acme: the database cannot be worked with: ');
    expect(`${out}${err}`).not.toContain('top-secret');
  });

  test('3 for a SQLite file that is not there, which is not made', async () => {
    const file = join(folder, 'none/itsm.sqlite');
    const { exit, complaints } = await check('acme', { ACME_ITSM_DATABASE: `sqlite:${file}` });
    expect(exit).toBe(3);
    expect(complaints).toContain('there is no SQLite file');
    expect(existsSync(dirname(file))).toBe(false);
  });
});

describe('check --database writes nothing', () => {
  test.each(['acme', 'globex'] as const)(
    'on MariaDB, and SELECT is all that it needs: %s',
    async (client) => {
      const { connection, name } = await sample('MariaDB', { client }, mysql);
      const user = name.replace('bh_survey', 'reader');
      await onServer(
        mysql(),
        `CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'reading'`,
        `GRANT SELECT ON ${name}.* TO ${user}@'127.0.0.1'`,
      );
      ended.push(() => onServer(mysql(), `DROP USER ${user}@'127.0.0.1'`));
      const url = new URL(connection);
      url.username = user;
      url.password = 'reading';
      const before = await everything(connection);
      const setting = `${client.toUpperCase()}_ITSM_DATABASE`;
      const { exit, said } = await check(client, { [setting]: url.href });
      expect(said).toContain('1 contract: no mistakes');
      expect(exit).toBe(0);
      expect(await everything(connection)).toEqual(before);
    },
  );

  test('on SQLite, to the byte', async () => {
    const { connection, name: file } = await sample('SQLite', { client: 'acme' }, mysql);
    const before = await readFile(file);
    expect((await check('acme', { ACME_ITSM_DATABASE: connection })).exit).toBe(0);
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(dirname(file))).toEqual(['itsm.sqlite']);
  });
});
