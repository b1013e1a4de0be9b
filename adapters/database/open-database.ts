import type { Knex } from 'knex';
import type { ItsmDescription } from '../../engine/domain/itsm-description.ts';
import type { Database, Files, Itsm, Transaction } from '../../engine/runtime/ports.ts';
import { connect } from './connect.ts';
import { engineTables } from './engine-tables.ts';
import { NO_DIRECTORIES, openFiles, type AttachmentDirectories } from './files/files.ts';
import { groupCommit } from './group-commit.ts';
import { openItsm } from './itsm/itsm.ts';
import { rememberingItsm } from './itsm/remembering-itsm.ts';
import { migrate } from './migrate.ts';
import { Texts } from './prepared.ts';
import { openStore } from './store/store.ts';
import { writeBehind, type WriteBehind } from './store/write-behind.ts';
import { oneByOne, runTransaction } from './transactions.ts';

export interface DatabaseOptions {
  /** The contract's name: scopes the engine's tables, which several contracts may share. */
  readonly contract: string;
  readonly itsm: ItsmDescription;
  /** The connection with its settings filled in; see `connect`. */
  readonly connection: string;
  /** Where attachments lie, with the settings filled in. Default: the description names no directory. */
  readonly directories?: AttachmentDirectories;
  /** Uniform in [0, 1); spreads the pauses between runs of a transaction. Default: no spread. */
  readonly jitter?: () => number;
}

export interface OpenDatabase extends Database {
  readonly files: Files;
  /**
   * Makes or updates the engine's tables; needed before the first transaction. Returns the steps taken now.
   * Rejects with DatabaseMisconfigured when their schema is missing and may not be made.
   */
  migrate(): Promise<readonly string[]>;
  /** Ends the connections; transactions under way are waited for. */
  close(): Promise<void>;
}

/** What works within one transaction of the database. */
interface Opened {
  readonly itsm: Itsm;
  readonly behind: WriteBehind;
}

/**
 * The client's database: its ITSM tables and the engine's own, in one transaction. Nothing is connected yet.
 * @throws DatabaseMisconfigured when the connection text cannot be understood.
 */
export function openDatabase({
  contract,
  itsm,
  connection,
  directories = NO_DIRECTORIES,
  jitter = () => 0.5,
}: DatabaseOptions): OpenDatabase {
  const database = connect(connection);
  const schema = database.kind === 'mysql' ? itsm.database.engineSchema : null;
  const tables = engineTables(schema);
  const texts = new Texts();
  const files = openFiles({ database, tables, contract, itsm, directories, jitter });
  const runOnce = database.kind === 'sqlite' ? groupCommit(database.knex) : oneByOne(database.knex);
  // Transactions that are committed together share them.
  const opened = new WeakMap<Knex, Opened>();
  const open = (knex: Knex): Opened => {
    const known = opened.get(knex) ?? {
      itsm: openItsm(knex, itsm, (side) => files.takesContent(side), texts),
      behind: writeBehind(openStore({ knex, kind: database.kind, tables, contract }, texts)),
    };
    opened.set(knex, known);
    return known;
  };
  const run = async <T>(knex: Knex, work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const { itsm: rows, behind } = open(knex);
    // The one before it may have failed.
    behind.forget();
    const result = await work({ itsm: rememberingItsm(rows), store: behind.store });
    await behind.flush();
    return result;
  };
  return {
    files,
    transaction: (work) => runTransaction(runOnce, jitter, (knex) => run(knex, work)),
    migrate: () => migrate(database, schema),
    close: () => database.knex.destroy(),
  };
}
