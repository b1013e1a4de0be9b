import type { Knex } from 'knex';
import type { CustomFieldTable } from '../../../engine/domain/itsm-description.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { localDate } from '../dates.ts';
import { writing } from '../errors.ts';
import type { FieldReader } from './field-reader.ts';
import { type Bound, plainText, writtenValue } from './field-values.ts';
import { insertCustom, updateCustom } from './write-queries.ts';

/**
 * How every custom field that the contract names is read with the row of its ticket, in one statement: as the columns of that row
 * they are then of one moment. Those without a row are null. `alias`: what the table of the tickets is called there.
 */
export function customFieldReader(knex: Knex, table: CustomFieldTable, alias: string): FieldReader {
  const columns = [...table.fields].map(([field, name], index) => ({
    field,
    as: `x${index}`,
    from: () =>
      knex({ x: table.table })
        .where(`x.${table.ticket}`, knex.ref(`${alias}.${table.refersTo}`))
        .where(`x.${table.name}`, name)
        .limit(1)
        .select(`x.${table.value}`),
  }));
  return {
    columns,
    join: (query) => query,
    read(row) {
      return Object.fromEntries(
        columns.map(({ field, as }) => [field, row[as] == null ? null : plainText(row[as])]),
      );
    },
  };
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
