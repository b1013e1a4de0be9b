import type { Knex } from 'knex';
import { createTable } from './create-table.ts';
import { hasColumn } from './has-column.ts';

/**
 * Which rules decided: named in every line of the journal, and, for each contract, those taken up last. Lines written
 * before have none. MySQL commits every statement by itself, so what is there already is left as it is.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const schema = (): Knex.SchemaBuilder =>
    schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
  const addText = async (column: string, length: number): Promise<void> => {
    if (await hasColumn(knex, schemaName, 'bh_journal', column)) return;
    await schema().alterTable('bh_journal', (table) => void table.string(column, length));
  };
  await addText('rules_hash', 64);
  await addText('git_commit', 64);

  await createTable(knex, schemaName, 'bh_rules', (table) => {
    table.bigIncrements('id');
    table.string('contract', 64).notNullable();
    table.string('rules_hash', 64).notNullable();
    table.string('git_commit', 64);
    table.bigInteger('taken_up_at').notNullable();
    table.unique(['contract'], { indexName: 'bh_rules_contract' });
  });
}
