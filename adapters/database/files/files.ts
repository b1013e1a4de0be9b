import type { Knex } from 'knex';
import type { AttachmentTable, ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import type { AttachedFile, Files } from '../../../engine/runtime/ports.ts';
import type { Connected } from '../connect.ts';
import type { EngineTables } from '../engine-tables.ts';
import { plainText } from '../itsm/field-values.ts';
import { ownKeyOfChange } from '../itsm/joined-itsm.ts';
import { changeSide, ticketSide, type ItsmSide } from '../itsm/side.ts';
import { ChunkTable } from './chunk-table.ts';
import { readColumn } from './content-column.ts';
import { ContentDirectory } from './content-directory.ts';
import { inPieces } from './in-pieces.ts';

/** The directories of attachments with their settings filled in; null: the description has none there. */
export interface AttachmentDirectories {
  readonly tickets: string | null;
  readonly changes: string | null;
}

export const NO_DIRECTORIES: AttachmentDirectories = { tickets: null, changes: null };

export interface FilesOptions {
  readonly database: Connected;
  readonly tables: EngineTables;
  readonly contract: string;
  readonly itsm: ItsmDescription;
  readonly directories: AttachmentDirectories;
  readonly jitter: () => number;
}

/** How the new row of an attachment comes by the content that was put aside. */
export interface TakesContent {
  /** The name that the file will have in the directory; null: there is none. */
  nameOf(file: AttachedFile): string | null;
  /** In the transaction of the row, once the row is there. */
  take(knex: Knex, table: AttachmentTable, row: string, file: AttachedFile): Promise<void>;
}

export interface OpenFiles extends Files {
  takesContent(side: Pick<ItsmSide, 'isOfChanges'>): TakesContent;
}

/** The content of attachments, in the column or the directory, or both, that itsm.yaml names. */
export function openFiles({
  database,
  tables,
  contract,
  itsm,
  directories,
  jitter,
}: FilesOptions): OpenFiles {
  const chunks = new ChunkTable(database, tables, contract, jitter);
  const opened = (of: keyof AttachmentDirectories): ContentDirectory | null => {
    const directory = directories[of];
    return directory === null ? null : new ContentDirectory(directory, contract);
  };
  const directoryOf = { tickets: opened('tickets'), changes: opened('changes') };

  const at = (ticketKey: string) => {
    const isOfChanges = ownKeyOfChange(ticketKey) !== null;
    const side = isOfChanges ? changeSide(itsm) : ticketSide(itsm);
    const table = side?.attachments ?? null;
    if (table === null) throw new Error('this contract describes no attachments');
    return { table, directory: directoryIn(table, isOfChanges) };
  };

  /** @throws if the description has one, and whoever opened the database did not say which it is. */
  const directoryIn = ({ content }: AttachmentTable, isOfChanges: boolean): ContentDirectory | null => {
    if (content.directory === null) return null;
    const directory = directoryOf[isOfChanges ? 'changes' : 'tickets'];
    if (directory === null) throw new Error('the directory of attachments was not filled in');
    return directory;
  };

  return {
    async putAside(content, bytes, now) {
      const { table, directory } = at(content.ticketKey);
      const writeRow = table.content.column === null ? null : await chunks.begin(content, now);
      const file = directory === null ? null : await directory.begin(content);
      try {
        for await (const piece of inPieces(bytes)) {
          await writeRow?.(piece);
          await file?.write(piece);
        }
        await file?.end();
      } finally {
        await file?.close();
      }
    },

    async drop(content) {
      const { table, directory } = at(content.ticketKey);
      if (table.content.column !== null) await chunks.drop(content);
      await directory?.drop(content);
    },

    async dropBefore(before) {
      await chunks.dropBefore(before);
      await directoryOf.tickets?.dropBefore(before);
      await directoryOf.changes?.dropBefore(before);
    },

    async read(ticketKey, attachmentKey) {
      const { table, directory } = at(ticketKey);
      const { column, directory: described } = table.content;
      if (column !== null) {
        const place = { table: table.table, key: table.key, column, row: attachmentKey };
        const content = await readColumn(database, place);
        if (content !== null || directory === null) return content;
      }
      if (directory === null || described === null) return null;
      const [row] = await database
        .knex<Record<string, unknown>>(table.table)
        .where(table.key, attachmentKey)
        .select({ path: described.column });
      const name = row?.path ?? null;
      return name === null ? null : directory.read(plainText(name));
    },

    takesContent: ({ isOfChanges }) => ({
      nameOf({ content, name }) {
        return directoryOf[isOfChanges ? 'changes' : 'tickets']?.nameOf(content, name) ?? null;
      },
      async take(knex, table, row, { content, name, size }) {
        const { column } = table.content;
        if (column !== null)
          await chunks.assemble(knex, content, size, { table: table.table, key: table.key, column, row });
        const directory = directoryIn(table, isOfChanges);
        // Last, and just before the commit: what fails before leaves it aside, where the next attempt drops it.
        await directory?.take(content, directory.nameOf(content, name));
      },
    }),
  };
}
