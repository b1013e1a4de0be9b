import type { Knex } from 'knex';
import type { FieldSource } from '../../../engine/domain/itsm-description.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { readValue } from './field-values.ts';

type Row = Readonly<Record<string, unknown>>;

/** How the named fields of a table are read with its rows, in one statement. */
export interface FieldReader {
  readonly columns: readonly SelectedColumn[];
  /** Adds the tables that the columns come from. The table itself must go by the alias handed in before. */
  join(query: Knex.QueryBuilder): Knex.QueryBuilder;
  read(row: Row): JsonObject;
}

/** A column of a statement: what it is called there, and where it comes from. */
export interface SelectedColumn {
  readonly as: string;
  readonly from: string | (() => Knex.QueryBuilder);
}

/**
 * Lookups and references become left joins, each under an alias of its own, so that two fields may refer to one table.
 * @param alias what the table is called in the statement; the names of the columns begin with it.
 */
export function fieldReader(
  table: string,
  alias: string,
  fields: ReadonlyMap<string, FieldSource>,
  timeZone: string,
): FieldReader {
  const columns: SelectedColumn[] = [];
  const joins: ((query: Knex.QueryBuilder) => void)[] = [];
  const reads: ((row: Row) => readonly [string, Json])[] = [];

  const column = (from: string, name: string): string => {
    const as = `${alias}${columns.length}`;
    columns.push({ as, from: `${from}.${name}` });
    return as;
  };

  [...fields].forEach(([field, source], index) => {
    if (source.kind === 'column') {
      const as = column(alias, source.column);
      const where = `${table}.${source.column} (field ${field})`;
      reads.push((row) => [field, readValue(row[as], source.type, timeZone, where)]);
      return;
    }
    const joined = `j${index}`;
    joins.push(
      (query) =>
        void query.leftJoin(
          { [joined]: source.table },
          `${joined}.${source.key}`,
          `${alias}.${source.column}`,
        ),
    );
    if (source.kind === 'lookup') {
      const as = column(joined, source.value);
      const where = `${source.table}.${source.value} (field ${field})`;
      reads.push((row) => [field, readValue(row[as], 'text', timeZone, where)]);
      return;
    }
    const key = column(joined, source.key);
    const parts = [...source.fields].map(([part, { column: name, type }]) => {
      const as = column(joined, name);
      const where = `${source.table}.${name} (field ${field}.${part})`;
      return (row: Row): readonly [string, Json] => [part, readValue(row[as], type, timeZone, where)];
    });
    // No such row: the whole reference is null, not an object of nulls.
    reads.push((row) => [
      field,
      row[key] === null ? null : Object.fromEntries(parts.map((part) => part(row))),
    ]);
  });

  return {
    columns,
    join: (query) => {
      for (const add of joins) add(query);
      return query;
    },
    read: (row) => Object.fromEntries(reads.map((read) => read(row))),
  };
}
