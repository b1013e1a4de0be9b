import { readFile } from 'node:fs/promises';
import type { Instant } from '../../engine/domain/instant.ts';
import { connect } from '../database/connect.ts';
import { localDate } from '../database/dates.ts';

/** The sample clients, whose rules are in rules/NAME and whose tables are in demo/itsm/NAME.sql. */
export type SampleClient = 'acme' | 'globex';

const SAMPLES: Readonly<Record<SampleClient, { readonly timeZone: string; readonly ticketTable: string }>> = {
  acme: { timeZone: 'UTC', ticketTable: 'tickets' },
  globex: { timeZone: 'Europe/Berlin', ticketTable: 'hd_case' },
};

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/**
 * Makes a sample client's tables with its groups, people and tickets, the tickets' dates being hours and days before
 * `now`. A database that has the tables already is left as it is.
 * @param connection as `openDatabase` takes it; on MySQL the database must be there.
 * @returns whether anything was loaded.
 */
export async function loadSampleItsm(
  connection: string,
  client: SampleClient,
  now: Instant,
): Promise<boolean> {
  const { timeZone, ticketTable } = SAMPLES[client];
  const text = await readFile(new URL(`../../demo/itsm/${client}.sql`, import.meta.url), 'utf8');
  const { knex } = connect(connection);
  try {
    if (await knex.schema.hasTable(ticketTable)) return false;
    await knex.transaction(async (transaction) => {
      for (const statement of statements(text, now, timeZone))
        // As it stands: a question mark in a sample ticket is no binding.
        await transaction.raw(statement.replaceAll('?', '\\?'));
    });
    return true;
  } finally {
    await knex.destroy();
  }
}

const statements = (text: string, now: Instant, timeZone: string): readonly string[] =>
  text
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/\{\{now([+-])(\d+)([dhms])\}\}/g, (_, sign: string, count: string, unit: string) => {
      const awayMs = Number(count) * (UNIT_MS[unit] ?? 0);
      return `'${localDate(now + (sign === '-' ? -awayMs : awayMs), timeZone)}'`;
    })
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
