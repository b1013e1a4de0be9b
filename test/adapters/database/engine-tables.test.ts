import { describe, expect, test } from 'vitest';
import { sampleDatabase } from '../../support/databases.ts';
import { useMysqlServer } from '../../support/mysql-server.ts';
import { entry, NOW, unique } from '../../support/stores.ts';

const mysql = useMysqlServer();

describe.each(['SQLite', 'MariaDB'] as const)('the engine tables on %s', (kind) => {
  test('tables of the first version are updated, and what their journal holds stays readable', async () => {
    const old = await sampleDatabase(kind, 'globex', NOW, mysql);
    try {
      const { knex } = old;
      const journal = old.engineTable('bh_journal');
      await knex.raw(`ALTER TABLE ${journal} DROP COLUMN rules_hash`);
      await knex.raw(`ALTER TABLE ${journal} DROP COLUMN git_commit`);
      await knex.raw(`DROP TABLE ${old.engineTable('bh_rules')}`);
      await knex(old.engineTable('bh_migrations')).where({ name: '002-rules-version' }).delete();
      const { rules, ...written } = entry({ summary: 'written before' });
      expect(rules).toBeNull();
      await knex(journal).insert({
        contract: 'globex',
        at: written.at,
        direction: written.direction,
        transaction: written.transaction,
        outcome: written.outcome,
        summary: written.summary,
        detail: '{}',
      });

      expect(await old.database.migrate()).toEqual(['002-rules-version']);
      const after = entry({ summary: 'written after', rules: { hash: '3f2a9c0b1d2e', commit: null } });
      await old.database.transaction(({ store }) => store.journal(after));
      const read = await old.database.transaction(({ store }) =>
        store.readJournal({ ticket: null, limit: 10 }),
      );
      expect(read).toEqual([{ ...written, rules: null }, after]);
    } finally {
      await old.end();
    }
  });

  test('migrating again does nothing, and two at once agree', async () => {
    const fresh = await sampleDatabase(kind, 'globex', NOW, mysql);
    try {
      expect(await fresh.database.migrate()).toEqual([]);
      await fresh.knex.schema.dropTable(fresh.engineTable('bh_migrations'));
      await fresh.knex.schema.dropTable(fresh.engineTable('bh_lanes'));
      const [one, two] = [fresh.another(), fresh.another()];
      const steps = await Promise.all([one.migrate(), two.migrate()]);
      expect(steps.flat()).toEqual([
        '001-engine-tables',
        '002-rules-version',
        '003-leases',
        '004-alarms',
        '005-operators',
        '006-attachments',
        '007-uploads',
        '008-given-up-files',
        '009-unanswered-lanes',
      ]);
      expect(await one.transaction((tx) => tx.store.laneByClientTicket(unique('k')))).toBeNull();
    } finally {
      await fresh.end();
    }
  });
});
