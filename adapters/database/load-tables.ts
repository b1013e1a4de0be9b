import type { Instant } from '../../engine/domain/instant.ts';
import { connect } from './connect.ts';
import { localDate } from './dates.ts';

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

export interface SampleTables {
  /** Statements that end with a semicolon at the end of a line; `{{now-2h}}` (d, h, m, s; + or -) stands for a date. */
  readonly sql: string;
  /** One of the tables: a database that has it is left as it is. */
  readonly table: string;
  /** The zone in which the dates are written. */
  readonly timeZone: string;
}

/**
 * Makes sample tables with their rows, all or none of them. Returns whether anything was loaded.
 * @param connection as `openDatabase` takes it; on MySQL the database must be there.
 */
export async function loadTables(connection: string, tables: SampleTables, now: Instant): Promise<boolean> {
  const { knex } = connect(connection);
  try {
    if (await knex.schema.hasTable(tables.table)) return false;
    await knex.transaction(async (transaction) => {
      for (const statement of statements(tables, now)) {
        // As it stands: a question mark in a sample ticket is no binding.
        await transaction.raw(statement.replaceAll('?', '\\?'));
      }
    });
    return true;
  } finally {
    await knex.destroy();
  }
}

const statements = ({ sql, timeZone }: SampleTables, now: Instant): readonly string[] =>
  sql
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/\{\{now([+-])(\d+)([dhms])\}\}/g, (_, sign: string, count: string, unit: string) => {
      const awayMs = Number(count) * (UNIT_MS[unit] ?? 0);
      return `'${localDate(now + (sign === '-' ? -awayMs : awayMs), timeZone)}'`;
    })
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
