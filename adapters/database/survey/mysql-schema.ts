import type { Knex } from 'knex';
import { plainText } from '../itsm/field-values.ts';
import type { ColumnKind, Schema, SchemaColumn, SchemaIndex, SchemaTable } from './schema.ts';

/** Names of tables that are offered as suggestions. */
const TABLE_NAMES_MAX = 2000;

const KINDS: Readonly<Record<string, ColumnKind>> = {
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  enum: 'text',
  set: 'text',
  uuid: 'text',
  tinyint: 'number',
  smallint: 'number',
  mediumint: 'number',
  int: 'number',
  bigint: 'number',
  decimal: 'number',
  float: 'number',
  double: 'number',
  year: 'number',
  datetime: 'date',
  timestamp: 'timestamp',
  date: 'day',
};

type Row = Readonly<Record<string, unknown>>;

/** Reads information_schema, which shows a user what it has any right on. `names` are tables, or `schema.table`. */
export async function readMysqlSchema(knex: Knex, names: readonly string[]): Promise<Schema> {
  const [[session]] = (await knex.raw(
    'SELECT DATABASE() AS own, TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW()) AS ahead, @@max_allowed_packet AS packet',
  )) as [[Row]];
  const own = text(session.own);
  const tables = new Map<string, SchemaTable>();
  for (const name of names) {
    const dot = name.indexOf('.');
    const table = await readTable(knex, dot === -1 ? own : name.slice(0, dot), name.slice(dot + 1), name);
    if (table !== null) tables.set(name, table);
  }
  const rows: readonly Row[] = await knex('information_schema.TABLES')
    .where({ TABLE_SCHEMA: own })
    .orderBy('TABLE_NAME')
    .limit(TABLE_NAMES_MAX)
    .select({ name: 'TABLE_NAME' });
  const tableNames = rows.map((row) => text(row.name));
  const sessionOffsetMs = Number(session.ahead) * 1000;
  return { kind: 'mysql', tables, tableNames, sessionOffsetMs, packetBytesMax: Number(session.packet) };
}

async function readTable(
  knex: Knex,
  schema: string,
  table: string,
  name: string,
): Promise<SchemaTable | null> {
  // The server compares these names as it compares tables': by case or not, as it was set up.
  const here = { TABLE_SCHEMA: schema, TABLE_NAME: table };
  const [found]: readonly Row[] = await knex('information_schema.TABLES')
    .where(here)
    .select({ type: 'TABLE_TYPE', engine: 'ENGINE' });
  if (found === undefined) return null;
  const columns: readonly Row[] = await knex('information_schema.COLUMNS')
    .where(here)
    .orderBy('ORDINAL_POSITION')
    .select({
      name: 'COLUMN_NAME',
      type: 'DATA_TYPE',
      declared: 'COLUMN_TYPE',
      length: 'CHARACTER_MAXIMUM_LENGTH',
      characterSet: 'CHARACTER_SET_NAME',
      nullable: 'IS_NULLABLE',
      standard: 'COLUMN_DEFAULT',
      extra: 'EXTRA',
    });
  const parts: readonly Row[] = await knex('information_schema.STATISTICS')
    .where(here)
    .orderBy(['INDEX_NAME', 'SEQ_IN_INDEX'])
    .select({ index: 'INDEX_NAME', column: 'COLUMN_NAME', others: 'NON_UNIQUE' });
  return {
    name,
    isView: text(found.type).includes('VIEW'),
    storageEngine: found.engine === null ? null : text(found.engine),
    columns: columns.map(readColumn),
    indexes: readIndexes(parts),
  };
}

function readColumn(row: Row): SchemaColumn {
  const type = text(row.type).toLowerCase();
  const declared = text(row.declared);
  const extra = text(row.extra).toLowerCase();
  const countsUp = extra.includes('auto_increment');
  const isTruth = /^(tinyint\(1\)|bit\(1\))/.test(declared);
  return {
    name: text(row.name),
    declared,
    kind: isTruth ? 'boolean' : (KINDS[type] ?? 'other'),
    lengthMax: type === 'enum' || row.length === null ? null : Number(row.length),
    characterSet: row.characterSet === null ? null : text(row.characterSet),
    allowed: type === 'enum' ? enumWords(declared) : null,
    nullable: row.nullable === 'YES',
    fillsItself: row.standard !== null || countsUp || extra.includes('generated'),
    countsUp,
  };
}

/** `enum('P1','it''s')` */
const enumWords = (declared: string): readonly string[] =>
  [...declared.matchAll(/'((?:[^']|'')*)'/g)].map(([, word]) => (word ?? '').replaceAll("''", "'"));

function readIndexes(parts: readonly Row[]): readonly SchemaIndex[] {
  const indexes = new Map<string, { readonly columns: string[]; readonly unique: boolean }>();
  for (const part of parts) {
    const name = text(part.index);
    const index = indexes.get(name) ?? { columns: [], unique: Number(part.others) === 0 };
    // MySQL has no column to name where an expression is indexed.
    index.columns.push(part.column === null ? '' : text(part.column));
    indexes.set(name, index);
  }
  return [...indexes.values()];
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : plainText(value));
