import type { Knex } from 'knex';
import type { Constant, FieldSource } from '../../../engine/domain/itsm-description.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { localDate } from '../dates.ts';
import { shown } from '../errors.ts';
import { type Bound, plainText, writtenValue } from './field-values.ts';

/** The columns to be written, and which field of itsm.yaml each carries, for errors. */
export interface WrittenRow {
  readonly row: Readonly<Record<string, Bound>>;
  readonly fieldOf: ReadonlyMap<string, string>;
}

export const constantColumns = (
  constants: ReadonlyMap<string, Constant>,
  now: Instant,
  timeZone: string,
): Record<string, Bound> =>
  Object.fromEntries(
    [...constants].map(([column, constant]) => [
      column,
      typeof constant === 'object' && constant !== null ? localDate(now, timeZone) : constant,
    ]),
  );

/** A field that is written by the value of the row it refers to. */
export type ReferringSource = Exclude<FieldSource, { kind: 'column' }>;

/** Finds the key of the row with that value: in the database, or wherever else rows are known. */
export type FindKey = (
  source: ReferringSource,
  valueColumn: string,
  value: string,
  field: string,
) => Bound | Promise<Bound>;

/** Turns fields into columns. Lookups and references are written by the value of the row they refer to. */
export async function writtenFields(
  table: string,
  sources: ReadonlyMap<string, FieldSource>,
  fields: JsonObject,
  timeZone: string,
  findKey: FindKey,
): Promise<WrittenRow> {
  const row: Record<string, Bound> = {};
  const fieldOf = new Map<string, string>();
  for (const [field, value] of Object.entries(fields)) {
    const source = sources.get(field);
    if (source === undefined)
      throw new Error(`${table} has no field ${field}; its fields are ${[...sources.keys()].join(', ')}`);
    const written =
      source.kind === 'column'
        ? writtenValue(value, source, timeZone, `${table}.${source.column} (field ${field})`)
        : await keyOf(field, source, value, findKey);
    // Two fields may read one column in two ways; what one of them writes, the other must not undo.
    row[source.column] = written;
    fieldOf.set(source.column, field);
  }
  return { row, fieldOf };
}

async function keyOf(field: string, source: ReferringSource, value: Json, findKey: FindKey): Promise<Bound> {
  if (value === null) return null;
  if (source.value === null)
    throw new Error(
      `field ${field} cannot be written: its reference to ${source.table} names no value column`,
    );
  if (typeof value === 'object')
    throw new ItsmRefused(
      `field ${field} takes one ${source.value} of ${source.table}, not ${shown(value)}: a rule gives a list or an object here`,
    );
  return await findKey(source, source.value, String(value), field);
}

interface KeyRow {
  readonly key: number | string;
  readonly value: unknown;
}

/** Looks the key up in the table referred to. */
export const findKeyIn =
  (knex: Knex): FindKey =>
  async (source, valueColumn, wanted, field) => {
    const rows: readonly KeyRow[] = await keyQuery(knex, source, valueColumn, wanted);
    // MySQL's comparison may find more than what was asked for: other case, or 42 for "42a".
    const exact = rows.filter((row) => plainText(row.value) === wanted);
    const [found, second] = exact;
    if (second !== undefined)
      throw new ItsmRefused(
        `${source.table} has ${exact.length} rows whose ${valueColumn} is ${shown(wanted)} (field ${field}); it must be one`,
      );
    if (found !== undefined) return found.key;
    const [similar] = rows;
    throw new ItsmRefused(
      `${source.table} has no row whose ${valueColumn} is ${shown(wanted)} (field ${field}). ` +
        (similar === undefined
          ? 'Add the row there, or map the value to one that exists, in a table of the contract.'
          : `There is ${shown(plainText(similar.value))}: write it so in the contract.`),
    );
  };

export const keyQuery = (
  knex: Knex,
  { table, key }: ReferringSource,
  valueColumn: string,
  wanted: string,
): Knex.QueryBuilder<KeyRow, readonly KeyRow[]> =>
  knex<KeyRow>(table).where(valueColumn, wanted).orderBy(key).select({ key, value: valueColumn });
