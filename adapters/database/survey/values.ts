import type { Knex } from 'knex';
import type { ColumnType, FieldSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import { asText } from '../../../engine/map/field.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { localDate } from '../dates.ts';
import { prefixed } from '../itsm/changed-rows.ts';
import { plainText, readValue } from '../itsm/field-values.ts';
import type { Schema } from './schema.ts';

/** Different values of one column that are looked at, the most frequent first: who has more has no list of words. */
export const DISTINCT_VALUES_MAX = 500;

export interface CountedValue {
  /** As rules see it, as text. */
  readonly value: string;
  readonly tickets: number;
}

/** A column of tickets, or of a row that tickets refer to, by the plain path that rules know it by. */
export interface TicketPath {
  readonly column: string;
  readonly type: ColumnType;
  /** The row elsewhere that holds the column; null: the ticket's own. */
  readonly from: Exclude<FieldSource, { kind: 'column' }> | null;
}

/** Null for anything but `field` and `field.part`. */
export function ticketPath({ tickets }: ItsmDescription, expression: string): TicketPath | null {
  const [name = '', part, more] = expression.trim().split('.');
  const source = tickets.fields.get(name);
  if (source === undefined || more !== undefined) return null;
  if (source.kind === 'reference') {
    const column = source.fields.get(part ?? '');
    return column === undefined ? null : { ...column, from: source };
  }
  if (part !== undefined) return null;
  return source.kind === 'column'
    ? { ...source, from: null }
    : { column: source.value, type: 'text', from: source };
}

/** The values that tickets have, and how many; of tickets changed since, where that can be told. */
export async function ticketValues(
  knex: Knex,
  kind: Schema['kind'],
  { tickets, changes, database }: ItsmDescription,
  { column, type, from }: TicketPath,
  since: Instant | null,
): Promise<readonly CountedValue[]> {
  const changed = changes.find(({ table }) => table === tickets.table)?.changed;
  const query = knex({ t: tickets.table }).where(prefixed('t', tickets.where));
  if (since !== null && changed !== undefined)
    void query.where(`t.${changed}`, '>=', localDate(since, database.timeZone));
  if (from !== null) void query.join({ j: from.table }, `j.${from.key}`, `t.${from.column}`);
  const name = from === null ? `t.${column}` : `j.${column}`;
  const rows: readonly { readonly value: unknown; readonly tickets: unknown }[] = await query
    .whereNotNull(name)
    // Tables of a contract compare letter for letter, MySQL's own grouping does not.
    .groupByRaw(kind === 'mysql' ? 'BINARY ??' : '??', [name])
    .orderBy([{ column: 'tickets', order: 'desc' }, { column: name }])
    .limit(DISTINCT_VALUES_MAX)
    .select({ value: name })
    .count({ tickets: '*' });
  return rows.flatMap((row) => {
    const value = readable(row.value, type, database.timeZone);
    return value === null ? [] : [{ value, tickets: Number(row.tickets) }];
  });
}

/** What cannot be read as its type is met with the tickets themselves. */
function readable(raw: unknown, type: ColumnType, timeZone: string): string | null {
  try {
    return asText(readValue(raw, type, timeZone, ''));
  } catch (error) {
    if (error instanceof ItsmRefused) return null;
    throw error;
  }
}

/** How many rows of a table have each of these words in a column, letter for letter. */
export async function rowsWith(
  knex: Knex,
  table: string,
  column: string,
  words: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(words.map((word) => [word, 0]));
  const rows: readonly { readonly value: unknown }[] = await knex(table)
    .whereIn(column, words)
    .limit(DISTINCT_VALUES_MAX + words.length)
    .select({ value: column });
  for (const row of rows) {
    const value = plainText(row.value);
    const count = counts.get(value);
    if (count !== undefined) counts.set(value, count + 1);
  }
  return counts;
}

/** The words that there are, for suggestions. */
export async function wordsIn(knex: Knex, table: string, column: string): Promise<readonly string[]> {
  const rows: readonly { readonly value: unknown }[] = await knex(table)
    .whereNotNull(column)
    .distinct({ value: column })
    .orderBy('value')
    .limit(DISTINCT_VALUES_MAX);
  return rows.map((row) => plainText(row.value));
}
