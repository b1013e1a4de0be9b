import type { Knex } from 'knex';
import type { CustomFieldTable } from '../../../engine/domain/itsm-description.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { localDate } from '../dates.ts';
import { writing } from '../errors.ts';
import type { Prepared } from '../prepared.ts';
import { type Bound, plainText, writtenValue } from './field-values.ts';
import { insertCustom, updateCustom } from './write-queries.ts';

/** Every custom field that the contract names; those without a row are null. `name`: of the statement. */
export async function readCustomFields(
  knex: Knex,
  prepared: Prepared,
  name: string,
  table: CustomFieldTable,
  ticket: Bound,
): Promise<JsonObject> {
  const rows = await prepared.rows(
    name,
    { ticket },
    (given) =>
      knex(table.table)
        .where(table.ticket, given.ticket)
        .whereIn(table.name, [...table.fields.values()])
        .select({ name: table.name, value: table.value }),
    (row: { readonly name: unknown; readonly value: unknown }) => [plainText(row.name), row.value] as const,
  );
  const values = new Map(rows);
  return Object.fromEntries(
    [...table.fields].map(([field, name]) => {
      const value = values.get(name) ?? null;
      return [field, value === null ? null : plainText(value)];
    }),
  );
}

/**
 * Writes custom fields: the row of each is updated, or made where there is none and the value is not null.
 * @param changed the table's date of change, where a change source names it.
 */
export async function writeCustomFields(
  knex: Knex,
  table: CustomFieldTable,
  changed: string | null,
  ticket: Bound,
  values: JsonObject,
  now: Instant,
  timeZone: string,
): Promise<void> {
  for (const [field, value] of Object.entries(values)) {
    const { name, row } = customRow(table, changed, field, value, now, timeZone);
    const fieldOf = new Map([[table.value, `custom.${field}`]]);
    await writing(table.table, row, fieldOf, async () => {
      const found = await updateCustom(knex, table, ticket, name, row);
      if (found === 0 && value !== null) await insertCustom(knex, table, ticket, name, row);
    });
  }
}

/** What one custom field's row is to say, and the name it goes by in the database. */
export function customRow(
  table: CustomFieldTable,
  changed: string | null,
  field: string,
  value: Json,
  now: Instant,
  timeZone: string,
): { readonly name: string; readonly row: Readonly<Record<string, Bound>> } {
  const name = table.fields.get(field);
  if (name === undefined)
    throw new Error(`there is no custom field ${field}; there are ${[...table.fields.keys()].join(', ')}`);
  const where = `${table.table}.${table.value} (field custom.${field})`;
  return {
    name,
    row: {
      [table.value]: writtenValue(value, { type: 'text' }, timeZone, where),
      ...(changed === null ? {} : { [changed]: localDate(now, timeZone) }),
    },
  };
}
