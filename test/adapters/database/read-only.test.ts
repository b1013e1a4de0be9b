import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseMisconfigured } from '../../../adapters/database/errors.ts';
import { openItsm } from '../../../adapters/database/itsm/itsm.ts';
import { readOnly } from '../../../adapters/database/read-only.ts';
import { DatabaseUnavailable } from '../../../engine/runtime/ports.ts';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('a transaction that only reads, on %s', (kind) => {
  let sample: SampleDatabase;
  beforeAll(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
  });
  afterAll(async () => sample.end());

  test('reads a ticket as the engine does', async () => {
    const ticket = await readOnly(sample.connection, ({ knex }) =>
      openItsm(knex, sample.itsm).ticket('1', false),
    );
    expect(ticket).toMatchObject({ number: 'INC0000001', fields: { group: 'Mainframe Ops' } });
  });

  test.each([
    ['an update', `UPDATE tickets SET title = 'written'`],
    ['a deletion', 'DELETE FROM comments'],
    ['a new table', 'CREATE TABLE made (id INTEGER)'],
  ])('refuses %s', async (_, statement) => {
    await expect(readOnly(sample.connection, ({ knex }) => knex.raw(statement))).rejects.toThrow(
      DatabaseUnavailable,
    );
    expect(await sample.knex.schema.hasTable('made')).toBe(false);
    expect(await sample.knex('tickets').where({ title: 'written' })).toEqual([]);
    expect(await sample.knex('comments')).toHaveLength(6);
  });
});

describe('a SQLite file that is only read', () => {
  test('is not made where there is none, nor is its folder', async () => {
    const sample = await sampleDatabase('SQLite', 'acme', NOW, mysql);
    const folder = join(dirname(sample.connection.slice('sqlite:'.length)), 'none');
    await expect(readOnly(`sqlite:${folder}/itsm.sqlite`, () => Promise.resolve())).rejects.toThrow(
      DatabaseMisconfigured,
    );
    expect(existsSync(folder)).toBe(false);
    await sample.end();
  });

  test('stays as it is, to the byte, and nothing is left beside it', async () => {
    const sample = await sampleDatabase('SQLite', 'acme', NOW, mysql);
    await Promise.all([sample.knex.destroy(), sample.database.close()]);
    const file = sample.connection.slice('sqlite:'.length);
    const before = await readFile(file);
    expect(await readOnly(sample.connection, async ({ knex }) => knex('tickets'))).toHaveLength(10);
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(dirname(file))).toEqual(['itsm.sqlite']);
    await sample.end();
  });
});
