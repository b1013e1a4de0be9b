import type { Knex } from 'knex';
import { plainText } from '../itsm/field-values.ts';
import type { ColumnKind, Schema, SchemaColumn, SchemaIndex, SchemaTable } from './schema.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads SQLite's pragmas. Its types are hints: no length is enforced, any text is stored whole in UTF-8, and a date is
 * a text.
 */
export async function readSqliteSchema(knex: Knex, names: readonly string[]): Promise<Schema> {
  const all: readonly Row[] = await knex('sqlite_master')
    .whereIn('type', ['table', 'view'])
    .orderBy('name')
    .select('name', 'type');
  const tables = new Map<string, SchemaTable>();
  for (const name of names) {
    // The embedded database has one schema, `main`; another one would have to be attached first.
    const bare = name.replace(/^main\./i, '');
    const found = all.find((row) => plainText(row.name).toLowerCase() === bare.toLowerCase());
    if (found !== undefined) tables.set(name, await readTable(knex, name, bare, found.type === 'view'));
  }
  const tableNames = all.map((row) => plainText(row.name)).filter((name) => !name.startsWith('sqlite_'));
  return { kind: 'sqlite', tables, tableNames, sessionOffsetMs: null, packetBytesMax: null };
}

async function readTable(knex: Knex, name: string, bare: string, isView: boolean): Promise<SchemaTable> {
  const columns = await knex.raw<readonly Row[]>('SELECT * FROM pragma_table_xinfo(?)', [bare]);
  const primary = columns
    .filter(({ pk }) => Number(pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map((row) => plainText(row.name));
  const indexes: SchemaIndex[] = primary.length === 0 ? [] : [{ columns: primary, unique: true }];
  const lists = await knex.raw<readonly Row[]>('SELECT * FROM pragma_index_list(?)', [bare]);
  for (const list of lists) {
    const parts = await knex.raw<readonly Row[]>('SELECT * FROM pragma_index_info(?)', [
      plainText(list.name),
    ]);
    // An index on some of the rows says nothing of the others.
    if (Number(list.partial) === 1) continue;
    indexes.push({
      columns: parts.map((part) => (part.name === null ? '' : plainText(part.name))),
      unique: Number(list.unique) === 1,
    });
  }
  return {
    name,
    isView,
    storageEngine: null,
    columns: columns.map((row) => readColumn(row, primary.length === 1)),
    indexes,
  };
}

function readColumn(row: Row, hasOneKey: boolean): SchemaColumn {
  const declared = plainText(row.type);
  // Such a column is the row's own number.
  const countsUp = hasOneKey && Number(row.pk) === 1 && /^integer$/i.test(declared);
  return {
    name: plainText(row.name),
    declared: declared === '' ? 'no type' : declared,
    kind: kindOf(declared),
    lengthMax: null,
    characterSet: null,
    allowed: null,
    nullable: Number(row.notnull) === 0,
    // Hidden 2 and 3 are generated columns.
    fillsItself: row.dflt_value !== null || countsUp || Number(row.hidden) > 1,
    countsUp,
  };
}

function kindOf(declared: string): ColumnKind {
  const type = declared.toLowerCase();
  if (/^date$/.test(type)) return 'day';
  if (/date|time/.test(type)) return 'date';
  if (/^bool|^tinyint\(1\)|^bit\(1\)/.test(type)) return 'boolean';
  if (/char|clob|text/.test(type)) return 'text';
  if (/int|real|floa|doub|dec|num/.test(type)) return 'number';
  return 'other';
}
