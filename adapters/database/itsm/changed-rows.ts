import type { Knex } from 'knex';
import type { Instant, Milliseconds } from '../../../engine/domain/instant.ts';
import type { ChangeSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { ChangedRow } from '../../../engine/runtime/ports.ts';
import { localDate, readLocalDate, zoneOffsetMs } from '../dates.ts';
import { plainText } from './field-values.ts';

/**
 * Rows of a source from `from` on, by date and key, behind `after`; only those of rows that are tickets.
 * On SQLite dates are compared as the texts they are: all of a source's must be written in one form.
 */
export async function changedRows(
  knex: Knex,
  { database, tickets }: Pick<ItsmDescription, 'database' | 'tickets'>,
  source: ChangeSource,
  from: Instant,
  now: Instant,
  after: ChangedRow | null,
  limit: number,
): Promise<readonly ChangedRow[]> {
  const zone = database.timeZone;
  const changed = `c.${source.changed}`;
  const key = `c.${source.key}`;

  const query = knex({ c: source.table })
    .join({ t: tickets.table }, `t.${source.refersTo}`, `c.${source.ticket}`)
    .where(changed, '>=', localDate(from - repeatedHourMs(from, now, zone), zone))
    .where(prefixed('t', tickets.where))
    .orderBy([changed, key])
    .limit(limit)
    .select({ rowKey: key, ticketKey: `t.${tickets.key}`, mark: changed });
  if (after !== null)
    query.where((later) => {
      void later
        .where(changed, '>', after.mark)
        .orWhere((equal) => void equal.where(changed, after.mark).where(key, '>', after.rowKey));
    });

  const rows: readonly Readonly<Record<'rowKey' | 'ticketKey' | 'mark', unknown>>[] = await query;
  return rows.map((row) => ({
    rowKey: plainText(row.rowKey),
    ticketKey: plainText(row.ticketKey),
    // A date that is none cannot be at or after another; if the database thinks so, it is as good as now.
    changedAt: readLocalDate(row.mark, zone) ?? now,
    mark: plainText(row.mark),
  }));
}

/** The clocks were put back in between: the hour after is written with the texts of the hour before. */
export const repeatedHourMs = (from: Instant, now: Instant, zone: string): Milliseconds =>
  Math.max(0, zoneOffsetMs(from, zone) - zoneOffsetMs(now, zone));

/** Conditions on the columns of a table that goes by an alias. */
export const prefixed = <T>(alias: string, columns: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...columns].map(([column, value]) => [`${alias}.${column}`, value]));
