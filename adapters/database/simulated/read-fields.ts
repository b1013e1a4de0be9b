import type { ColumnType, FieldSource } from '../../../engine/domain/itsm-description.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { type Bound, readValue } from '../itsm/field-values.ts';
import { kept } from './kept.ts';
import { type ReferredRows, STAND_IN } from './referred-rows.ts';
import type { Row } from './rows.ts';

/** The named fields of a table's rows. A row is read once: it does not change, nor do the rows it refers to. */
export function rowReader(
  table: string,
  fields: ReadonlyMap<string, FieldSource>,
  referred: ReferredRows,
  timeZone: string,
): (row: Row) => JsonObject {
  const read = new WeakMap<Row, JsonObject>();
  const fieldOf = (row: Row, field: string, source: FieldSource): Json => {
    const value = row[source.column] ?? null;
    const at = (where: string): string =>
      `${source.kind === 'column' ? table : source.table}.${where} (field ${field})`;
    if (source.kind === 'column') return readValue(value, source.type, timeZone, at(source.column));
    const target = value === null ? null : referred.get(source.table, value);
    if (target === null) return null;
    if (source.kind === 'lookup') return readValue(target[source.value], 'text', timeZone, at(source.value));
    return Object.fromEntries(
      [...source.fields].map(([part, { column, type }]) => [
        part,
        readValue(target[column] ?? unknown(target, type), type, timeZone, at(column)),
      ]),
    );
  };
  return (row) => {
    const known = read.get(row);
    if (known !== undefined) return known;
    const values = kept(
      Object.fromEntries([...fields].map(([field, source]) => [field, fieldOf(row, field, source)])),
    );
    read.set(row, values);
    return values;
  };
}

/** Who is known by a login only has that for a name too: nothing at all would stop rules that a real row does not. */
const unknown = (target: Row, type: ColumnType): Bound =>
  type === 'text' ? (target[STAND_IN] ?? null) : null;
