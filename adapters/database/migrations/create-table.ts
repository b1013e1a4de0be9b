import type { Knex } from 'knex';

/** Makes a table of the engine's, unless it is there: MySQL commits every statement by itself, so a migration may have been cut short. */
export async function createTable(
  knex: Knex,
  schemaName: string | null,
  table: string,
  columns: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  const schema = (): Knex.SchemaBuilder =>
    schemaName === null ? knex.schema : knex.schema.withSchema(schemaName);
  if (await schema().hasTable(table)) return;
  await schema().createTable(table, (builder) => {
    if (schemaName !== null) {
      builder.engine('InnoDB');
      // Identifiers compare byte by byte, as they do on the wire.
      builder.charset('utf8mb4');
      builder.collate('utf8mb4_bin');
    }
    columns(builder);
  });
}
