import type { Knex } from 'knex';
import type { HeldLane } from '../../engine/domain/instance.ts';
import type { ItsmDescription } from '../../engine/domain/itsm-description.ts';
import type { Database, Files, Transaction } from '../../engine/runtime/ports.ts';
import { connect } from './connect.ts';
import { engineTables } from './engine-tables.ts';
import { NO_DIRECTORIES, openFiles, type AttachmentDirectories } from './files/files.ts';
import { Foretelling } from './foretelling.ts';
import { groupCommit } from './group-commit.ts';
import { openItsm } from './itsm/itsm.ts';
import { rememberingItsm } from './itsm/remembering-itsm.ts';
import { laneGroups, ON_A_SERVER, ON_SQLITE } from './lane-groups.ts';
import { migrate } from './migrate.ts';
import { Texts } from './prepared.ts';
import { readAhead, type ReadAhead } from './read-ahead.ts';
import { openStore } from './store/store.ts';
import { writeBehind, type WriteBehind } from './store/write-behind.ts';
import { oneByOne, type RunOnce, runTransaction } from './transactions.ts';

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
  readonly behind: WriteBehind;
  readonly ahead: ReadAhead;
  /** With other transactions, which come to an end together. */
  isShared: boolean;
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
  const foretelling = new Foretelling();
  const files = openFiles({ database, tables, contract, itsm, directories, jitter });
  const runOnce = database.kind === 'sqlite' ? groupCommit(database.knex) : oneByOne(database.knex);
  // Transactions that are committed together share them.
  const opened = new WeakMap<Knex, Opened>();
  const open = (knex: Knex): Opened => {
    const known = opened.get(knex);
    if (known !== undefined) return known;
    const behind = writeBehind(openStore({ knex, kind: database.kind, tables, contract }, texts));
    const ahead = readAhead(
      behind.store,
      openItsm(knex, itsm, (side) => files.takesContent(side), texts),
      foretelling,
    );
    const one: Opened = { behind, ahead, isShared: false };
    opened.set(knex, one);
    return one;
  };
  /** The transaction before it may have failed. */
  const forgetThoseBefore = (knex: Knex): void => {
    const { ahead, behind } = open(knex);
    ahead.forget();
    behind.forget();
  };
  const run = async <T>(knex: Knex, work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const { ahead, behind, isShared } = open(knex);
    if (!isShared) forgetThoseBefore(knex);
    const result = await work({ store: ahead.store, itsm: rememberingItsm(ahead.itsm) });
    if (!isShared) await behind.flush();
    return result;
  };
  const runLane = laneGroups(
    runOnce,
    {
      begin(knex, held) {
        forgetThoseBefore(knex);
        const one = open(knex);
        one.isShared = true;
        return one.ahead.read(held);
      },
      async end(knex) {
        const { ahead, behind } = open(knex);
        await ahead.check();
        await behind.flush();
      },
      over(knex) {
        open(knex).isShared = false;
      },
    },
    database.kind === 'sqlite' ? ON_SQLITE : ON_A_SERVER,
  );
  /** Transactions that begin with a lane share one of the database; when that did not go well, each has its own. */
  const runsOf = (held: HeldLane): RunOnce => {
    let isFirst = true;
    return (work) => {
      if (!isFirst) return runOnce(work);
      isFirst = false;
      return runLane(held, work);
    };
  };
  return {
    files,
    transaction: (work, held) =>
      runTransaction(held === undefined ? runOnce : runsOf(held), jitter, (knex) => run(knex, work)),
    migrate: () => migrate(database, schema),
    close: () => database.knex.destroy(),
  };
}
