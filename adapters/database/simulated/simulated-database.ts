import type { Instant } from '../../../engine/domain/instant.ts';
import type { ItsmDescription } from '../../../engine/domain/itsm-description.ts';
import { NEW_LANE_STATE, type Lane, type LedgerEntry } from '../../../engine/domain/lane.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import { ItsmRefused, type Database, type Store, type Transaction } from '../../../engine/runtime/ports.ts';
import { LostRace } from '../errors.ts';
import { detectionStore } from './detection.ts';
import { SimulatedDownloads } from './downloads.ts';
import { FilesStandings } from './files-standing.ts';
import { SimulatedFiles } from './files.ts';
import { Inbox } from './inbox.ts';
import { instanceStore } from './instances.ts';
import { joinedItsm, ownKeyOfChange } from '../itsm/joined-itsm.ts';
import { changeSide, ticketSide } from '../itsm/side.ts';
import { simulatedSide } from './itsm.ts';
import { journalStore } from './journal.ts';
import { Lanes } from './lanes.ts';
import { Ledger } from './ledger.ts';
import { putColumns, putTicket } from './put-ticket.ts';
import { rulesStore } from './rules.ts';
import { standingStore } from './standing.ts';
import type { Row } from './rows.ts';
import { ItsmTables } from './tables.ts';
import { UndoLog, type Sequence } from './undo-log.ts';
import { uploadStore, type KeptUpload } from './uploads.ts';

/** The database, and what happens to it besides the engine. */
export interface SimulatedDatabase extends Database {
  readonly files: SimulatedFiles;
  /** What is still to be fetched. */
  readonly downloads: SimulatedDownloads;
  /** Whether a file was ever on its way to the provider. */
  hasUploads(): boolean;
  /**
   * People or their application wrote: the ticket is from then on as given, with just these comments and
   * attachments. Custom fields that are not given stay. The dates of change are `at`, unless a field of the ticket says them.
   * Rejects with ItsmRefused on what a column of the description cannot hold.
   */
  putTicket(ticket: Ticket, at: Instant): Promise<void>;
  /** The content of a file that people have attached. Its row was put before. */
  putContent(ticketKey: string, attachmentKey: string, content: Uint8Array): Promise<void>;
  /** People or their application delete the ticket, with all that belongs to it. */
  deleteTicket(key: string): Promise<void>;
  /** These columns of the ticket's row say something else, so that it may be a ticket no more; its date of change is `at`. */
  putColumns(key: string, columns: Row, at: Instant): Promise<void>;
  /** A lane as it was stored before, with what has crossed in it. */
  putLane(lane: Lane, ledger: readonly LedgerEntry[]): Promise<void>;
}

/**
 * The in-memory twin of `openDatabase`: one client's ITSM in the names of itsm.yaml, and the engine's own store.
 *
 * - Transactions run one at a time. What throws leaves nothing.
 * - What is read cannot be changed, or is a copy.
 * - It knows no rows but those of the tickets put there: a write by the value of a group or a person that no ticket has
 *   shown makes that group or person, all of whose texts are that value. Nothing is refused that only a real table would refuse (too long, not null).
 */
export function simulatedDatabase(itsm: ItsmDescription): SimulatedDatabase {
  const undo = new UndoLog();
  const files = new SimulatedFiles(undo, itsm);
  const downloads = new SimulatedDownloads(undo);
  const keys = new Map<string, Sequence>();
  const tablesOf = new Map<boolean, ItsmTables>();
  const joined = joinedItsm(itsm, (side) => {
    const tables = new ItsmTables(side, undo, keys);
    tablesOf.set(side.isOfChanges, tables);
    return simulatedSide(tables, side, files);
  });
  const [lanes, inbox, ledger] = [new Lanes(undo), new Inbox(undo), new Ledger(undo)];
  const instances = instanceStore(undo, lanes, downloads);
  const isAtWork = async (owner: string): Promise<boolean> =>
    (await instances.instances()).some(({ id }) => id === owner);
  const uploads = new Map<number, KeptUpload>();
  const fileStandings = new FilesStandings(
    lanes,
    () => downloads.all(),
    () => [...uploads.values()].map(({ upload }) => upload),
  );
  const mergeLane: Store['mergeLane'] = async (from, into, at) => {
    if (lanes.get(from)?.clientTicket !== null) throw new LostRace(`lane ${from} is another's by now`);
    inbox.move(from, into);
    lanes.wake(into, at, null);
    ledger.forget(from);
    lanes.delete(from);
  };
  // Spread into an object literal, so many functions would take four times as long.
  const store: Store = Object.assign(
    Object.assign(lanes.store(), inbox.store(), ledger.store(), detectionStore(undo)),
    Object.assign(journalStore(undo, lanes, inbox), rulesStore(undo, lanes), instances),
    standingStore(undo, lanes, inbox, fileStandings),
    Object.assign(uploadStore(undo, uploads, isAtWork), { mergeLane }),
  );
  const transaction: Transaction = { itsm: joined, store };

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(async () => {
      undo.begin();
      try {
        const result = await work();
        undo.commit();
        return result;
      } catch (error) {
        undo.rollBack();
        throw error;
      }
    });
    last = run.catch(() => undefined);
    return run;
  };

  return {
    files,
    downloads,
    hasUploads: () => uploads.size > 0,
    transaction: (work) => inTurn(() => work(transaction)),
    putTicket: (ticket, at) =>
      inTurn(async () => {
        const ownKey = ownKeyOfChange(ticket.key);
        const side = ownKey === null ? ticketSide(itsm) : changeSide(itsm);
        const tables = tablesOf.get(ownKey !== null);
        if (side === null || tables === undefined)
          throw new ItsmRefused('the contract describes no change requests');
        putTicket(tables, side, ownKey === null ? ticket : { ...ticket, key: ownKey }, at);
      }),
    deleteTicket: (key) =>
      inTurn(async () => {
        for (const attachment of (await joined.ticket(key, false))?.attachments ?? [])
          files.delete(ownKeyOfChange(key) !== null, attachment.key);
        tablesOf.get(ownKeyOfChange(key) !== null)?.deleteTicket(ownKeyOfChange(key) ?? key);
      }),
    putColumns: (key, columns, at) =>
      inTurn(async () => {
        const ownKey = ownKeyOfChange(key);
        const side = ownKey === null ? ticketSide(itsm) : changeSide(itsm);
        const tables = tablesOf.get(ownKey !== null);
        if (side !== null && tables !== undefined) putColumns(tables, side, ownKey ?? key, columns, at);
      }),
    putContent: (ticketKey, attachmentKey, content) =>
      inTurn(async () => files.put(ownKeyOfChange(ticketKey) !== null, attachmentKey, [content])),
    putLane: (lane, entries) =>
      inTurn(async () => {
        lanes.put({ ...lane, state: { ...NEW_LANE_STATE, ...lane.state } });
        for (const entry of entries) ledger.add({ ...entry, laneId: lane.id });
      }),
  };
}
