import type { FieldSource } from '../../../engine/domain/itsm-description.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { isJsonObject } from '../../../engine/domain/json.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { localDate, isoInstant } from '../dates.ts';
import { type Bound, writtenValue } from '../itsm/field-values.ts';
import type { ReferringSource } from '../itsm/field-writer.ts';
import type { ReferredRows } from './referred-rows.ts';
import type { Row } from './rows.ts';

/**
 * The columns of a ticket or comment whose fields are known: the way back of reading it. A lookup's text and a
 * reference's object become a row of the table referred to; a reference may be given by its value alone.
 * @throws ItsmRefused on a value that the column cannot hold.
 */
export function givenColumns(
  table: string,
  sources: ReadonlyMap<string, FieldSource>,
  fields: JsonObject,
  referred: ReferredRows,
  timeZone: string,
): Row {
  const row: Record<string, Bound> = {};
  /** What the fields of one column say together of the row it refers to. */
  const targets = new Map<
    string,
    { readonly source: ReferringSource; readonly columns: Record<string, Bound> }
  >();
  for (const [field, value] of Object.entries(fields)) {
    const source = sources.get(field);
    if (source === undefined)
      throw new ItsmRefused(
        `${table} has no field ${field}; its fields are ${[...sources.keys()].join(', ')}`,
      );
    const where = `${source.kind === 'column' ? table : source.table}.${source.column} (field ${field})`;
    if (source.kind === 'column') row[source.column] = givenValue(value, source.type, timeZone, where);
    else if (value === null) row[source.column] ??= null;
    else {
      const target = targets.get(source.column) ?? { source, columns: {} };
      targets.set(source.column, target);
      Object.assign(target.columns, targetColumns(field, source, value, timeZone, where));
    }
  }
  for (const [column, { source, columns }] of targets) {
    const key = row[column] ?? null;
    row[column] =
      key === null
        ? referred.keyOf(source.table, source.key, columns)
        : referred.put(source.table, source.key, key, columns);
  }
  return row;
}

function targetColumns(
  field: string,
  source: ReferringSource,
  value: Json,
  timeZone: string,
  where: string,
): Record<string, Bound> {
  if (!isJsonObject(value)) {
    if (source.value === null)
      throw new ItsmRefused(
        `field ${field} is an object: its reference to ${source.table} names no value column`,
      );
    return { [source.value]: writtenValue(value, { type: 'text' }, timeZone, where) };
  }
  if (source.kind === 'lookup')
    throw new ItsmRefused(`field ${field} is a text: a ${source.value} of ${source.table}`);
  return Object.fromEntries(
    Object.entries(value).map(([part, given]) => {
      const column = source.fields.get(part);
      if (column === undefined)
        throw new ItsmRefused(
          `field ${field} has no ${part}; it has ${[...source.fields.keys()].join(', ')}`,
        );
      return [column.column, givenValue(given, column.type, timeZone, where)];
    }),
  );
}

/** As written, but that a date keeps its fraction of a second: a row may have been written by others. */
function givenValue(
  value: Json,
  type: 'text' | 'number' | 'boolean' | 'date',
  timeZone: string,
  where: string,
): Bound {
  const written = writtenValue(value, { type }, timeZone, where);
  if (type !== 'date' || typeof value !== 'string') return written;
  const fraction = isoInstant(value) % 1000;
  return fraction === 0
    ? written
    : `${localDate(isoInstant(value), timeZone)}.${String(fraction).padStart(3, '0')}`;
}
