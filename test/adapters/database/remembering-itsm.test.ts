import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SampleDatabase, sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('a ticket that one transaction reads again, on %s', (kind) => {
  let sample: SampleDatabase;
  beforeEach(async () => {
    sample = await sampleDatabase(kind, 'acme', NOW, mysql);
  });
  afterEach(async () => sample.end());

  test('is the same until the transaction writes, and then as that left it, with what a trigger has added', async () => {
    await sample.knex.raw(
      `CREATE TRIGGER note_it AFTER UPDATE ON tickets FOR EACH ROW ${kind === 'SQLite' ? 'BEGIN' : ''}
         INSERT INTO comments (ticket_id, body, is_public, created_at) VALUES (NEW.id, 'by a trigger', 1, '2026-06-01 12:00:00')
       ${kind === 'SQLite' ? '; END' : ''}`,
    );
    await sample.database.transaction(async ({ itsm }) => {
      const before = await itsm.ticket('1', true);
      expect(await itsm.ticket('1', false)).toBe(before);
      expect(await itsm.missingTickets(['1', '9999'])).toEqual(['9999']);
      await itsm.updateTicket('1', { title: 'Changed' }, NOW);
      const after = await itsm.ticket('1', true);

      expect(before?.fields.title).not.toBe('Changed');
      expect(after?.fields.title).toBe('Changed');
      expect(after?.comments.at(-1)?.fields.body).toBe('by a trigger');
      expect(after?.comments).toHaveLength((before?.comments.length ?? 0) + 1);
      await itsm.insertComment('1', { body: 'by us', public: true }, NOW);
      expect((await itsm.ticket('1', false))?.comments).toHaveLength((after?.comments.length ?? 0) + 1);
    });
  });

  test('is nobody else’s: each transaction reads for itself', async () => {
    const read = () => sample.database.transaction(({ itsm }) => itsm.ticket('1', false));
    await read();
    await sample.knex('tickets').where({ id: 1 }).update({ title: 'By a person' });

    expect((await read())?.fields.title).toBe('By a person');
    expect(await sample.database.transaction(({ itsm }) => itsm.missingTickets(['1']))).toEqual([]);
    expect(await sample.database.transaction(({ itsm }) => itsm.missingTickets(['9999']))).toEqual(['9999']);
  });

  test.runIf(kind === 'MariaDB')('is read once more when it is locked only then', async () => {
    await sample.database.transaction(async ({ itsm }) => {
      await itsm.ticket('1', false);
      await sample.knex('tickets').where({ id: 1 }).update({ title: 'By a person' });

      expect((await itsm.ticket('1', true))?.fields.title).toBe('By a person');
    });
  });
});
