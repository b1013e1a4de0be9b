import type { Instant } from '../../../engine/domain/instant.ts';
import type { ChangeSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { ChangedRow } from '../../../engine/runtime/ports.ts';
import { localDate, readLocalDate } from '../dates.ts';
import { repeatedHourMs } from '../itsm/changed-rows.ts';
import { plainText } from '../itsm/field-values.ts';
import { compareKeys, compareTexts } from './rows.ts';
import type { ItsmTables } from './tables.ts';

/** As `itsm/changed-rows.ts` asks it of a database: by date and key, behind `after`, only of rows that are tickets. */
export function changedRows(
  tables: ItsmTables,
  { database, tickets }: Pick<ItsmDescription, 'database' | 'tickets'>,
  source: ChangeSource,
  from: Instant,
  now: Instant,
  after: ChangedRow | null,
  limit: number,
): readonly ChangedRow[] {
  const zone = database.timeZone;
  const begin = localDate(from - repeatedHourMs(from, now, zone), zone);
  const found: { readonly rowKey: string; readonly ticketKey: string; readonly mark: string }[] = [];
  for (const row of tables.rowsOf(source)) {
    const mark = row[source.changed] ?? null;
    if (mark === null || plainText(mark) < begin) continue;
    for (const ticket of tables.ticketsBy(source.refersTo, row[source.ticket] ?? null)) {
      found.push({
        rowKey: plainText(row[source.key]),
        ticketKey: plainText(ticket[tickets.key]),
        mark: plainText(mark),
      });
    }
  }
  const compare = (
    one: Pick<ChangedRow, 'mark' | 'rowKey'>,
    other: Pick<ChangedRow, 'mark' | 'rowKey'>,
  ): number => compareTexts(one.mark, other.mark) || compareKeys(one.rowKey, other.rowKey);
  return found
    .filter((row) => after === null || compare(row, after) > 0)
    .sort(compare)
    .slice(0, limit)
    .map((row) => ({ ...row, changedAt: dateOf(row.mark, zone) ?? now }));
}

/** Dates that are remembered: reading one in a zone is slow, and each is read at every poll for as long as it is recent. */
const DATES_MAX = 10_000;
const dates = new Map<string, Instant | null>();

function dateOf(mark: string, zone: string): Instant | null {
  const key = `${zone} ${mark}`;
  const known = dates.get(key);
  if (known !== undefined) return known;
  const date = readLocalDate(mark, zone);
  if (dates.size >= DATES_MAX) dates.clear();
  dates.set(key, date);
  return date;
}
