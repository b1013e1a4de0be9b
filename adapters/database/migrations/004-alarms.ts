import type { Knex } from 'knex';

/**
 * Alarms that are up, or whose end was not told to everybody yet; and, for each contract, a row that is only written to
 * see whether the database takes writes. MySQL commits every statement by itself, so what is there already is left.
 */
export async function up(knex: Knex, schemaName: string | null): Promise<void> {
  const schema = (): Knex.SchemaBuilder =>
    schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
  const create = async (table: string, columns: (table: Knex.CreateTableBuilder) => void): Promise<void> => {
    if (await schema().hasTable(table)) return;
    await schema().createTable(table, (builder) => {
      if (schemaName !== null) {
        builder.engine('InnoDB');
        builder.charset('utf8mb4');
        builder.collate('utf8mb4_bin');
      }
      builder.bigIncrements('id');
      builder.string('contract', 64).notNullable();
      columns(builder);
    });
  };

  await create('bh_proofs', (table) => {
    table.bigInteger('at').notNullable();
    table.text('filling', 'longtext').notNullable();
    table.unique(['contract'], { indexName: 'bh_proofs_contract' });
  });

  await create('bh_alarms', (table) => {
    table.string('alarm_id', 64).notNullable();
    table.string('kind', 64).notNullable();
    table.bigInteger('raised_at').notNullable();
    table.bigInteger('cleared_at');
    table.text('state', 'longtext').notNullable();
    table.unique(['contract', 'alarm_id'], { indexName: 'bh_alarms_alarm' });
  });
}
