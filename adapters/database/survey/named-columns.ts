import type { FieldSource, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { Path } from './spots.ts';

/** A table that itsm.yaml names, and where. */
export interface NamedTable {
  readonly table: string;
  readonly path: Path;
}

/** A column that itsm.yaml names. */
export interface NamedColumn {
  readonly table: string;
  readonly column: string;
  readonly path: Path;
  /** Columns of constants are keys. */
  readonly part: 'key' | 'value';
}

export interface NamedParts {
  readonly tables: readonly NamedTable[];
  readonly columns: readonly NamedColumn[];
}

/** Everything of the database that itsm.yaml names, in the order in which it is described. */
export function namedParts({ tickets, comments, changes }: ItsmDescription): NamedParts {
  const tables: NamedTable[] = [];
  const columns: NamedColumn[] = [];
  const column = (table: string, name: string, path: Path): void => {
    columns.push({ table, column: name, path, part: 'value' });
  };
  /** The ticket's key, where nothing else is written, is told of where it is the key. */
  const refersTo = (name: string, path: Path): void => {
    if (name !== tickets.key) column(tickets.table, name, path);
  };
  const constants = (table: string, values: ReadonlyMap<string, unknown>, path: Path): void => {
    for (const name of values.keys())
      columns.push({ table, column: name, path: [...path, name], part: 'key' });
  };
  const sources = (table: string, fields: ReadonlyMap<string, FieldSource>, path: Path): void => {
    for (const [field, source] of fields) {
      const at = [...path, field];
      column(table, source.column, [...at, 'column']);
      if (source.kind === 'column') continue;
      tables.push({ table: source.table, path: [...at, 'from'] });
      column(source.table, source.key, [...at, 'key']);
      if (source.value !== null) column(source.table, source.value, [...at, 'value']);
      if (source.kind === 'reference')
        for (const [part, { column: name }] of source.fields)
          column(source.table, name, [...at, 'fields', part, 'column']);
    }
  };

  tables.push({ table: tickets.table, path: ['tickets', 'table'] });
  column(tickets.table, tickets.key, ['tickets', 'key']);
  column(tickets.table, tickets.number.column, ['tickets', 'number', 'column']);
  column(tickets.table, tickets.providerNumber, ['tickets', 'provider_number']);
  constants(tickets.table, tickets.where, ['tickets', 'where']);
  sources(tickets.table, tickets.fields, ['tickets', 'fields']);
  constants(tickets.table, tickets.onInsert, ['tickets', 'on_insert']);
  constants(tickets.table, tickets.onUpdate, ['tickets', 'on_update']);

  const { customFields } = tickets;
  if (customFields !== null) {
    const path = ['tickets', 'custom_fields'];
    tables.push({ table: customFields.table, path: [...path, 'table'] });
    column(customFields.table, customFields.ticket, [...path, 'ticket']);
    refersTo(customFields.refersTo, [...path, 'refers_to']);
    column(customFields.table, customFields.name, [...path, 'name']);
    column(customFields.table, customFields.value, [...path, 'value']);
  }

  if (comments !== null) {
    tables.push({ table: comments.table, path: ['comments', 'table'] });
    column(comments.table, comments.key, ['comments', 'key']);
    column(comments.table, comments.ticket, ['comments', 'ticket']);
    refersTo(comments.refersTo, ['comments', 'refers_to']);
    constants(comments.table, comments.where, ['comments', 'where']);
    column(comments.table, comments.orderBy, ['comments', 'order_by']);
    sources(comments.table, comments.fields, ['comments', 'fields']);
    constants(comments.table, comments.onInsert, ['comments', 'on_insert']);
  }

  changes.forEach((source, index) => {
    const path = ['changes', index];
    tables.push({ table: source.table, path: [...path, 'table'] });
    column(source.table, source.key, [...path, 'key']);
    column(source.table, source.ticket, [...path, 'ticket']);
    refersTo(source.refersTo, [...path, 'refers_to']);
    column(source.table, source.changed, [...path, 'changed']);
  });
  return { tables, columns };
}
