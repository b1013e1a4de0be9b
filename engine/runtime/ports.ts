import type { Alarm, AlarmEvent, SinkName, Standing, StandingSearch } from '../domain/alarm.ts';
import type { Poll } from '../domain/contract.ts';
import type { Instant, Milliseconds } from '../domain/instant.ts';
import type { HeldLane, Instance } from '../domain/instance.ts';
import type { ChangeSource } from '../domain/itsm-description.ts';
import type { JsonObject } from '../domain/json.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { InboxMessage, Lane, LaneState, LedgerEntry, Parked } from '../domain/lane.ts';
import type { QueueMessage } from '../domain/message.ts';
import type { RulesVersion } from '../domain/rules-version.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { HeldUpload, Upload } from '../domain/upload.ts';
import type { BridgeAnswer, BridgeRequest } from '../wire/exchange.ts';
import type { DownloadStore } from './download-store.ts';
import type { Downloads } from './downloads.ts';
import type { AttachedFile, Files } from './files.ts';

/** Everything the runtime touches is handed in. Each port has a real twin and a simulated one. */
export interface Ports {
  readonly bridge: Bridge;
  readonly database: Database;
  /** The content of attachments, beside the database's rows. */
  readonly files: Files;
  readonly downloads: Downloads;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where files are put; absent: the contract sends none. */
  readonly uploads?: UploadStore;
  /** Who is told of alarms besides the log; absent: nobody. */
  readonly sinks?: readonly AlarmSink[];
}

/** Time. The real one may be told to run faster than the wall clock (for demonstrations and tests). */
export interface Clock {
  now(): Instant;
  /**
   * The time that has passed since some moment of this process: never set back, whatever is done to `now()`. Two readings
   * tell how long something took; of another process they tell nothing.
   */
  elapsed(): Milliseconds;
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: Milliseconds, signal: AbortSignal): Promise<void>;
  /** How long from now until the next poll is due. */
  untilNext(poll: Poll): Milliseconds;
}

/** Tells somebody of an alarm. It never rejects, and ends within a time of its own. */
export interface AlarmSink {
  readonly name: SinkName;
  send(notice: AlarmNotice): Promise<AlarmTold>;
}

export interface AlarmNotice {
  readonly event: AlarmEvent;
  readonly contract: string;
  readonly alarm: Alarm;
}

export type AlarmTold = { readonly kind: 'told' } | { readonly kind: 'failed'; readonly reason: string };

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A new identifier that nobody else has. */
  id(): string;
}

/** The bridge's HTTP face: one request, one answer. It retries nothing and judges nothing. */
export interface Bridge {
  send(request: BridgeRequest): Promise<BridgeAnswer>;
}

export type { BridgeAnswer, BridgeRequest };
export type { AttachedFile, Content, ContentId, Files } from './files.ts';
export type { Downloads, Opened } from './downloads.ts';
export { FilesUnavailable } from './files.ts';

/**
 * Puts files to presigned addresses: https, or http on this machine; without the bridge's key, and without following a
 * redirect. It retries nothing and judges nothing.
 */
export interface UploadStore {
  /**
   * Ends when the store has answered, when nothing went on for too long, or with the signal. What the content rejects
   * with is an answer that never came: of a file that broke off nothing is kept.
   */
  put(file: FileToPut, signal: AbortSignal): Promise<BridgeAnswer>;
}

export interface FileToPut {
  readonly url: string;
  readonly contentType: string;
  /** Bytes: as many as `bytes` yields, or the put breaks off. */
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The client's database server: the ITSM's tables and the engine's own, in one transaction. */
export interface Database {
  /**
   * Runs `work` in one transaction: all of it is committed, or nothing. It may be run again from the start after a
   * deadlock or a lost race, so it must have no effect but through `tx`. Rejects with DatabaseUnavailable when the
   * server cannot be reached or is full, with ItsmRefused when the ITSM does not take a write.
   *
   * `held`: the lane that it begins with. A database may then work several such transactions together, and read what they ask
   * first at once.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, held?: HeldLane): Promise<T>;
}

export interface Transaction {
  readonly itsm: Itsm;
  readonly store: Store;
}

/** The database cannot be worked with just now: nothing was committed, try later. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** The ITSM's tables do not take what was to be written: no such group, too long, not null. Nobody's fault but this ticket's. */
export class ItsmRefused extends Error {
  override readonly name = 'ItsmRefused';
}

/** The client's ITSM, in the names of itsm.yaml. Dates are ISO texts in UTC on this side. */
export interface Itsm {
  /**
   * Rows of a source whose date is at or after `from`, oldest first, after `after` (the last row of the page before).
   * `now` bounds the hour that a zone repeats when summer time ends.
   */
  changedRows(
    source: ChangeSource,
    from: Instant,
    now: Instant,
    after: ChangedRow | null,
    limit: number,
  ): Promise<readonly ChangedRow[]>;
  /** `lock` holds the row until the transaction ends, so that nobody changes it in between. */
  ticket(key: string, lock: boolean): Promise<Ticket | null>;
  /** Which of these keys no ticket has: deleted since, or no longer within `where`. */
  missingTickets(keys: readonly string[]): Promise<readonly string[]>;
  ticketKeyByNumber(number: string): Promise<string | null>;
  ticketKeyByProviderNumber(providerNumber: string): Promise<string | null>;
  /** Returns the new ticket's key. `fields` are ticket fields by their names; dates as ISO texts. */
  insertTicket(fields: JsonObject, now: Instant): Promise<string>;
  /** The same for the client's changes (`change_requests`): tickets whose `change` is there. */
  insertChange(fields: JsonObject, now: Instant): Promise<string>;
  updateTicket(key: string, fields: JsonObject, now: Instant): Promise<void>;
  setProviderNumber(key: string, providerNumber: string | null, now: Instant): Promise<void>;
  /** Returns the new comment's key. */
  insertComment(ticketKey: string, fields: JsonObject, now: Instant): Promise<string>;
  /**
   * Returns the key of the new row of a file. With the row the content that was put aside is the row's: from the commit on,
   * and not without it.
   */
  insertAttachment(ticketKey: string, file: AttachedFile, fields: JsonObject, now: Instant): Promise<string>;
  /** Returns the key of the new row of an approval. */
  insertApproval(changeKey: string, approvalId: string, fields: JsonObject, now: Instant): Promise<string>;
  updateApproval(changeKey: string, approvalKey: string, fields: JsonObject, now: Instant): Promise<void>;
}

export interface ChangedRow {
  /** The row's own key, as text. */
  readonly rowKey: string;
  /** The key of the ticket it belongs to. */
  readonly ticketKey: string;
  /** The row's date, read in the database's zone. */
  readonly changedAt: Instant;
  /** The row's date as the database writes it: tells two versions of one row apart. */
  readonly mark: string;
}

/** A message, and the lane that it belongs to. */
export interface AddressedMessage {
  readonly message: QueueMessage;
  readonly laneId: number;
}

/**
 * The engine's own tables (`bh_…`), for one contract. What `saveLane`, `restLane`, `settleMessage` and `journal` write may be written
 * at the end of the transaction, or when something else is asked of the store: what is refused of it is refused then.
 */
export interface Store extends DownloadStore {
  // Inbox
  /** False if the message was accepted before: nothing is changed then. */
  acceptMessage(message: QueueMessage, laneId: number, at: Instant): Promise<boolean>;
  /** The same for those of one read, in this order; says it of each. One that is among them twice was accepted before, the second time. */
  acceptMessages(messages: readonly AddressedMessage[], at: Instant): Promise<readonly boolean[]>;
  /** The lane's first messages without an outcome, in message order: so many at most. */
  nextMessages(laneId: number, limit: number): Promise<readonly InboxMessage[]>;
  /** The lane's messages without an outcome, in message order. */
  waitingIn(laneId: number): Promise<readonly InboxMessage[]>;
  /** Gives a message its outcome. */
  settleMessage(rowId: number, outcome: string, at: Instant): Promise<void>;
  /** Writes another body in the place of a message's. */
  rewriteMessage(rowId: number, body: JsonObject): Promise<void>;
  waitingMessages(): Promise<number>;
  /** How many lanes that are not parked have a message without an outcome that was accepted before. */
  lanesWaitingSince(before: Instant): Promise<number>;
  /**
   * Writes so many bytes in the place of what was written so before. Whoever has committed it knows that the database
   * takes writes just now: it is neither read-only nor full.
   */
  proveWritable(bytes: number, at: Instant): Promise<void>;

  // Lanes
  lane(id: number, lock: boolean): Promise<Lane | null>;
  laneByClientTicket(key: string): Promise<Lane | null>;
  laneByClientNumber(number: string): Promise<Lane | null>;
  laneByProviderTicket(number: string): Promise<Lane | null>;
  /** The lanes of these tickets, locked until the transaction ends; those of ours, or those of the provider's. */
  lanesOf(side: 'client' | 'provider', tickets: readonly string[]): Promise<readonly Lane[]>;
  /**
   * So many lanes at most behind that one, by id, which are linked to a ticket of the client's that has not ended at the provider,
   * and the last that was looked at; null: there is none behind it.
   */
  liveLanes(
    after: number,
    limit: number,
  ): Promise<{ readonly live: readonly LiveLane[]; readonly last: number | null }>;
  /** Every lane with this number on either side, the oldest first. */
  lanesByNumber(number: string): Promise<readonly Lane[]>;
  /** The lanes that an operator took out, the first to be so first. */
  droppedLanes(): Promise<readonly Lane[]>;
  /** A new lane, due at once. */
  insertLane(lane: NewLane): Promise<number>;
  /** Writes identity, state and parking. Does not touch `wanted`, `dueAt` and `recheckAt`. */
  saveLane(lane: Lane): Promise<void>;
  /**
   * Something happened to the lane: count it (`wanted` + 1) and be due no later than `at`. A `recheckAt` replaces
   * an earlier one.
   */
  wakeLane(id: number, at: Instant, recheckAt: Instant | null): Promise<void>;
  /** The same for several at once. */
  wakeLanes(ids: readonly number[], at: Instant, recheckAt: Instant | null): Promise<void>;
  /** Ends a turn: sets `dueAt`, unless the lane was woken since it counted `wanted`. */
  restLane(id: number, wanted: number, dueAt: Instant | null): Promise<void>;
  /**
   * Moves the waiting messages of one lane to another, wakes that one and deletes the first; whoever holds that finds it
   * gone. The first must know nothing but the provider's ticket: if it has got one of ours meanwhile, the transaction is
   * run again.
   */
  mergeLane(from: number, into: number, at: Instant): Promise<void>;
  /**
   * Lanes that are due, free for `owner` and not parked until an operator comes, the longest due first. One that is due
   * beyond `horizon` was put off by a clock that has been set back since, and is due as well.
   */
  dueLanes(search: DueSearch): Promise<readonly number[]>;
  /**
   * Takes lanes into the hands of one instance, by id. Missing from the answer are those that are gone, or in the hands of
   * another that is at work. Free are lanes without an owner, with one that has died, and one's own, whose fence goes up all the
   * same.
   */
  takeLanes(ids: readonly number[], owner: string): Promise<readonly HeldLane[]>;
  /** The lane, locked until the transaction ends; null: it is gone, or no longer in these hands. */
  heldLane(held: HeldLane): Promise<Lane | null>;
  /** Frees lanes for others, but for those that are no longer in these hands. */
  releaseLanes(held: readonly HeldLane[]): Promise<void>;
  nextDueAt(): Promise<Instant | null>;
  /**
   * Wakes lanes whose `retryAt` has come, the first to be so first, UNANSWERED_EVERY_MS apart: as many as are then being
   * tried, with those woken before and not tried yet, `limit` at most. Returns them as they are then.
   */
  wakeUnanswered(at: Instant, limit: number): Promise<readonly Lane[]>;

  /**
   * From `at` on these rules are in force. If others were before, wakes what they may change: parked lanes, except those
   * where a call may have happened and somebody must look first; and, LANES_COMPARED_AT_ONCE at a time, linked lanes
   * whose ticket has not ended at the provider.
   */
  takeUpRules(rules: RulesVersion, at: Instant): Promise<TakenUp>;

  // Who is at work
  instances(): Promise<readonly Instance[]>;
  /** A new instance; its id was never used before. */
  enlist(instance: Instance): Promise<void>;
  /** Moves the beat of an instance on; false: it was taken for dead. */
  beat(id: string): Promise<boolean>;
  /** Takes an instance for dead, and frees what it holds; false: its beat has moved, or others were first. */
  bury(id: string, beat: number): Promise<boolean>;
  /** An instance ends in good order: what it holds is free. */
  leave(id: string): Promise<void>;
  /** Gives the duty to poll to this instance if nobody at work has it. */
  takeDuty(owner: string): Promise<Duty>;
  /** Notes when both sides were last looked at. */
  notePoll(at: Instant): Promise<void>;

  // Ledger of comments and attachments
  ledger(laneId: number): Promise<readonly LedgerEntry[]>;
  insertLedgerEntry(entry: LedgerEntry): Promise<void>;

  // Files on their way to the provider
  /** Every upload of a lane, in the order in which they were begun. */
  uploads(laneId: number): Promise<readonly Upload[]>;
  /** A new one, that waits. One of the same attachment is a lost race. */
  insertUpload(upload: NewUpload): Promise<void>;
  /** Locked until the transaction ends. */
  upload(id: number): Promise<Upload | null>;
  /** Writes all but what it is of. */
  saveUpload(upload: Upload): Promise<void>;
  /** As `dueLanes`, `takeLanes`, `heldLane`, `releaseLanes` and `nextDueAt` do with lanes. */
  dueUploads(search: DueSearch): Promise<readonly number[]>;
  takeUpload(id: number, owner: string): Promise<HeldUpload | null>;
  heldUpload(held: HeldUpload): Promise<Upload | null>;
  releaseUpload(held: HeldUpload): Promise<void>;
  nextUploadAt(): Promise<Instant | null>;

  // Change detection
  cursor(source: string): Promise<Instant | null>;
  setCursor(source: string, position: Instant): Promise<void>;
  /** Which of these rows are new, or have another mark than when last seen. */
  unseenRows(source: string, rows: readonly ChangedRow[]): Promise<readonly ChangedRow[]>;
  markRowsSeen(source: string, rows: readonly ChangedRow[]): Promise<void>;
  /** Forgets rows dated before: they will not be read again. */
  forgetRowsBefore(source: string, before: Instant): Promise<void>;

  // Journal
  journal(entry: JournalEntry): Promise<void>;
  readJournal(filter: JournalFilter): Promise<readonly JournalEntry[]>;
  // Alarms
  /** What waits and what stands still. Creates count whose answer has been missing since `unansweredBefore` or longer. */
  standing(search: StandingSearch): Promise<Standing>;
  /** Those that are up, or whose end was not told to everybody yet; in the order in which they were raised. */
  alarms(): Promise<readonly Alarm[]>;
  saveAlarm(alarm: Alarm): Promise<void>;
  forgetAlarm(id: string): Promise<void>;
  /** How far the server's clock is ahead of this machine's; null: it has none of its own. */
  clockSkew(): Promise<Milliseconds | null>;

  /** What is under way or stands still, for logs and people. */
  backlog(): Promise<Backlog>;
}

export interface LiveLane {
  readonly id: number;
  readonly clientTicket: string;
}

export interface NewLane {
  readonly clientTicket: string | null;
  readonly clientNumber: string | null;
  readonly providerTicket: string | null;
  readonly state: LaneState;
  readonly dueAt: Instant;
}

export type NewUpload = Pick<Upload, 'laneId' | 'attachment' | 'name'> & { readonly dueAt: Instant };

export interface DueSearch {
  readonly owner: string;
  readonly now: Instant;
  readonly horizon: Instant;
  readonly limit: number;
  /** Lanes, or uploads, that are left out. */
  readonly except: readonly number[];
}

/** The duty to poll the queue and to look for changes: one instance's at a time. */
export interface Duty {
  /** Whose it is now; null: it was given up this moment, and the next beat takes it. */
  readonly owner: string | null;
  /** When both sides were last looked at, by the clock of whoever did; null: never. */
  readonly lastPollAt: Instant | null;
}

export interface TakenUp {
  /** Those in force until now; null: none were ever taken up. */
  readonly before: RulesVersion | null;
  /** Parked lanes that were woken. */
  readonly triedAgain: number;
  /** Linked lanes that were woken. */
  readonly compared: number;
}

export interface JournalFilter {
  /** The client's or the provider's number; null: all tickets. */
  readonly ticket: string | null;
  /** The newest so many, oldest of them first. */
  readonly limit: number;
}

export interface Backlog {
  /** Messages in the inbox without an outcome. */
  readonly messagesWaiting: number;
  /** Lanes with a call whose answer is missing. */
  readonly ambiguous: number;
  readonly parked: readonly { readonly lane: Lane; readonly parked: Parked }[];
  /** Lanes that have something to do, now or later. */
  readonly lanesDue: number;
}

/** One line per step. `fields` carry contract, lane, ticket, transaction and rule where they are known. */
export interface Log {
  debug(step: string, fields: JsonObject): void;
  info(step: string, fields: JsonObject): void;
  warn(step: string, fields: JsonObject): void;
  error(step: string, fields: JsonObject): void;
}
