import { readFile } from 'node:fs/promises';
import type { Instant } from '../../engine/domain/instant.ts';
import { loadTables } from '../database/load-tables.ts';

/** The sample clients of the demonstration. */
export type SampleClient = 'acme' | 'globex';

/** All of them: their rules are in rules/NAME, their tables in demo/itsm/NAME.sql. */
export type SampleItsm = SampleClient | 'initech';

const SAMPLES: Readonly<Record<SampleItsm, { readonly timeZone: string; readonly table: string }>> = {
  acme: { timeZone: 'UTC', table: 'tickets' },
  globex: { timeZone: 'Europe/Berlin', table: 'hd_case' },
  initech: { timeZone: 'America/New_York', table: 'service_request' },
};

/**
 * Makes a sample client's tables with its groups, people and tickets, the tickets' dates being hours and days before
 * `now`. A database that has the tables already is left as it is.
 * @param connection as `openDatabase` takes it; on MySQL the database must be there.
 * @returns whether anything was loaded.
 */
export async function loadSampleItsm(connection: string, client: SampleItsm, now: Instant): Promise<boolean> {
  const sql = await readFile(new URL(`../../demo/itsm/${client}.sql`, import.meta.url), 'utf8');
  return loadTables(connection, { sql, ...SAMPLES[client] }, now);
}
