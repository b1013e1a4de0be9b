import type { Milliseconds } from './instant.ts';
import type { Place } from './place.ts';
import type { Setting } from './setting.ts';

/** Where a client's tickets live: itsm.yaml, compiled. Table and column names are plain identifiers. */
export interface ItsmDescription {
  readonly database: DatabaseSettings;
  readonly tickets: TicketTable;
  readonly comments: CommentTable | null;
  /** Null: files do not travel. */
  readonly attachments: AttachmentTable | null;
  /** Where the client's own changes live; null: the contract takes none. */
  readonly changeRequests: ChangeRequests | null;
  readonly changes: readonly ChangeSource[];
}

/** The client's changes: the same shape as tickets, in a table of their own or among the tickets. */
export interface ChangeRequests {
  readonly tickets: TicketTable;
  readonly comments: CommentTable | null;
  readonly attachments: AttachmentTable | null;
  readonly approvals: ApprovalTable | null;
}

export interface DatabaseSettings {
  /**
   * `sqlite:PATH` (embedded, the default: `sqlite:.bridgehead/CONTRACT.sqlite`) or
   * `mysql://user:password@host:port/database` (MySQL and MariaDB).
   */
  readonly connection: Setting;
  /** IANA name of the zone in which the database writes its dates, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** The schema of the engine's own tables, on the same server. MySQL only: SQLite has no schemas, the prefix `bh_` must do. */
  readonly engineSchema: string;
}

export type ColumnType = 'text' | 'number' | 'boolean' | 'date';

/** Character sets of columns: all of Unicode; its first 65536 characters; Western European, as MySQL has it (cp1252). */
export const CHARACTER_SETS = ['utf8mb4', 'utf8mb3', 'latin1'] as const;
export type CharacterSet = (typeof CHARACTER_SETS)[number];

/** Dates of columns: the years 1000 to 9999, as DATETIME and DATE have them; 1970 to January 2038 in UTC, as TIMESTAMP has them. */
export const DATE_RANGES = ['datetime', 'timestamp'] as const;
export type DateRange = (typeof DATE_RANGES)[number];

/** What a column takes. */
export interface ColumnRoom {
  /** Characters (code points); null: nothing is known to be too long. */
  readonly lengthMax: number | null;
  /** Null: nothing is known to be lacking. */
  readonly characters: CharacterSet | null;
  /** Null: it holds no dates. */
  readonly range: DateRange | null;
}

export interface Column {
  readonly column: string;
  readonly type: ColumnType;
  readonly place: Place;
}

/** How a named field is read from, and written to, a row. */
export type FieldSource =
  | ({ readonly kind: 'column' } & Column & ColumnRoom)
  /** The column holds the key of a row elsewhere; the field is a column of that row. Written by that column's value. */
  | {
      readonly kind: 'lookup';
      readonly column: string;
      readonly table: string;
      readonly key: string;
      readonly value: string;
      readonly place: Place;
    }
  /** The same, read as an object of several columns. Written by `value`, where there is one. */
  | {
      readonly kind: 'reference';
      readonly column: string;
      readonly table: string;
      readonly key: string;
      readonly value: string | null;
      readonly fields: ReadonlyMap<string, Column>;
      readonly place: Place;
    };

/** A constant for a column; `{ now: true }` is the moment of writing. */
export type Constant = string | number | boolean | null | { readonly now: true };

export interface TicketTable {
  readonly table: string;
  readonly place: Place;
  readonly key: string;
  readonly number: {
    readonly column: string;
    /** The engine makes the number of a new ticket from its key: prefix and at least so many digits. Null: the database does. */
    readonly generate: { readonly prefix: string; readonly digits: number } | null;
  };
  /** The column that holds the provider's ticket number. */
  readonly providerNumber: string;
  /** Only rows with these values are tickets. */
  readonly where: ReadonlyMap<string, string | number | boolean | null>;
  readonly fields: ReadonlyMap<string, FieldSource>;
  /** Entity-attribute-value rows, seen by rules as `custom.NAME`; text values. */
  readonly customFields: CustomFieldTable | null;
  readonly onInsert: ReadonlyMap<string, Constant>;
  readonly onUpdate: ReadonlyMap<string, Constant>;
}

export interface CustomFieldTable {
  readonly table: string;
  /** The column that names the ticket, and the ticket column it refers to. */
  readonly ticket: string;
  readonly refersTo: string;
  readonly name: string;
  readonly value: string;
  /** Name in rules → name in the database. */
  readonly fields: ReadonlyMap<string, string>;
  readonly place: Place;
}

export interface CommentTable {
  readonly table: string;
  readonly place: Place;
  readonly key: string;
  readonly ticket: string;
  /** The ticket column that `ticket` refers to. */
  readonly refersTo: string;
  readonly where: ReadonlyMap<string, string | number | boolean | null>;
  /** Column by which comments are ordered, then by key. */
  readonly orderBy: string;
  readonly fields: ReadonlyMap<string, FieldSource>;
  readonly onInsert: ReadonlyMap<string, Constant>;
}

/** Files of a ticket: one row for each, that says what it is and where its content lies. */
export interface AttachmentTable {
  readonly table: string;
  readonly place: Place;
  readonly key: string;
  readonly ticket: string;
  /** The ticket column that `ticket` refers to. */
  readonly refersTo: string;
  readonly where: ReadonlyMap<string, string | number | boolean | null>;
  /** Column by which attachments are ordered, then by key. */
  readonly orderBy: string;
  /** The column of the file's name. */
  readonly name: string;
  /** The column of the content type, e.g. `application/pdf`; null: there is none. */
  readonly contentType: string | null;
  /** The column of the length in bytes; null: there is none. */
  readonly size: string | null;
  readonly content: AttachmentContent;
  /** What rules know of an attachment besides. */
  readonly fields: ReadonlyMap<string, FieldSource>;
  readonly onInsert: ReadonlyMap<string, Constant>;
}

/** Where the bytes lie: in a column of the row, in a directory, or in both. One of them at least is there. */
export interface AttachmentContent {
  /** A BLOB column of the row. */
  readonly column: string | null;
  readonly directory: AttachmentDirectory | null;
}

export interface AttachmentDirectory {
  /** The directory, once its settings are filled in. */
  readonly path: Setting;
  /** The column that holds the name of the file in it: relative, with `/`. */
  readonly column: string;
}

/** The rows by which the client's people decide on a change: one for each approval that the provider asks for. */
export interface ApprovalTable {
  readonly table: string;
  readonly place: Place;
  readonly key: string;
  /** The column that names the change, and the change's column that it refers to. */
  readonly ticket: string;
  readonly refersTo: string;
  /** The column that holds the provider's approvalId. */
  readonly approvalId: string;
  readonly where: ReadonlyMap<string, string | number | boolean | null>;
  readonly fields: ReadonlyMap<string, FieldSource>;
  readonly onInsert: ReadonlyMap<string, Constant>;
  readonly onUpdate: ReadonlyMap<string, Constant>;
}

/** A table whose rows say, by a date, that their ticket changed. */
export interface ChangeSource {
  /** The table's name; also the cursor's. */
  readonly table: string;
  readonly key: string;
  /** The column that names the ticket, and the ticket column it refers to. For the ticket table itself both are its key. */
  readonly ticket: string;
  readonly refersTo: string;
  /** The date column, in the database's zone. */
  readonly changed: string;
  /** How late a row may be committed after the date it carries, and be found all the same. */
  readonly overlapMs: Milliseconds;
  /** How long a ticket is left alone after a change: people save twice. */
  readonly settleMs: Milliseconds;
  readonly place: Place;
}

/** Whether the table's rows say something of the client's changes. */
export const tellsOfChanges = (changes: ChangeRequests | null, table: string): boolean =>
  changes !== null && tablesOf(changes).has(table);

/** Whether they say something of the client's tickets. A table of which nothing else is known does. */
export const tellsOfTickets = (itsm: TicketTables, table: string): boolean =>
  tablesOf(itsm).has(table) || !tellsOfChanges(itsm.changeRequests, table);

/** The tables that tell of tickets or of changes. */
export type TicketTables = Pick<ItsmDescription, 'tickets' | 'comments' | 'attachments' | 'changeRequests'>;

const tablesOf = ({
  tickets,
  comments,
  attachments,
  approvals,
}: Pick<ItsmDescription, 'tickets' | 'comments' | 'attachments'> &
  Partial<Pick<ChangeRequests, 'approvals'>>): ReadonlySet<string | undefined> =>
  new Set([
    tickets.table,
    tickets.customFields?.table,
    comments?.table,
    attachments?.table,
    approvals?.table,
  ]);
