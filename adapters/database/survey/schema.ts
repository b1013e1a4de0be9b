/** What a database says of the tables that itsm.yaml names. Nothing of it is the contract's. */
export interface Schema {
  readonly kind: 'sqlite' | 'mysql';
  /** By the name as itsm.yaml writes it; what is not there, or not to be seen by this user, is missing. */
  readonly tables: ReadonlyMap<string, SchemaTable>;
  /** What else there is, for suggestions. */
  readonly tableNames: readonly string[];
  /** How far the session's clocks are ahead of UTC, in milliseconds: MySQL shows a TIMESTAMP in that zone. Null: none. */
  readonly sessionOffsetMs: number | null;
  /** The most bytes of a value that the server makes in one statement (`max_allowed_packet`). Null: it has no such bound. */
  readonly packetBytesMax: number | null;
}

export interface SchemaTable {
  readonly name: string;
  /** A view has neither keys nor indexes of its own. */
  readonly isView: boolean;
  /** `InnoDB`, `MyISAM`, …; null on SQLite and for views. */
  readonly storageEngine: string | null;
  readonly columns: readonly SchemaColumn[];
  readonly indexes: readonly SchemaIndex[];
}

export interface SchemaColumn {
  readonly name: string;
  /** The type as the database writes it, for messages: `varchar(80)`. */
  readonly declared: string;
  readonly kind: ColumnKind;
  /** The most characters of a text, where there is a bound that the database enforces; of types counted in bytes, those. */
  readonly lengthMax: number | null;
  readonly characterSet: string | null;
  /** The words of an ENUM. */
  readonly allowed: readonly string[] | null;
  readonly nullable: boolean;
  /** A new row needs no value for it: a default, a number that counts up, a generated column. */
  readonly fillsItself: boolean;
  /** The database makes the value of a new row's key. */
  readonly countsUp: boolean;
}

/** `day` is a date without a time; `timestamp` a date that the server converts to the session's zone. */
export type ColumnKind = 'text' | 'number' | 'boolean' | 'date' | 'day' | 'timestamp' | 'other';

/** Columns in their order. The primary key is one of them. */
export interface SchemaIndex {
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/** Both kinds of database compare the names of columns without regard to case. */
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const columnOf = (table: SchemaTable, name: string): SchemaColumn | null =>
  table.columns.find((column) => isSameName(column.name, name)) ?? null;

/** Is there an index that begins with this column? */
export const isIndexed = (table: SchemaTable, column: string): boolean =>
  table.indexes.some(({ columns: [first] }) => first !== undefined && isSameName(first, column));

/** Is there at most one row for a value of this column? */
export const isUnique = (table: SchemaTable, column: string): boolean =>
  table.indexes.some(
    ({ columns, unique }) => unique && columns.length === 1 && isSameName(columns[0] ?? '', column),
  );
