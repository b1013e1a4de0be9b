import type { Instant } from '../../../engine/domain/instant.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { InboxMessage } from '../../../engine/domain/lane.ts';
import { compareMessages } from '../../../engine/domain/message.ts';
import type { AddressedMessage, Store } from '../../../engine/runtime/ports.ts';
import type { Sequence, UndoLog } from './undo-log.ts';

type InboxStore = Pick<
  Store,
  | 'acceptMessage'
  | 'acceptMessages'
  | 'nextMessages'
  | 'waitingIn'
  | 'settleMessage'
  | 'rewriteMessage'
  | 'waitingMessages'
>;

export interface InboxRow extends Omit<InboxMessage, 'body'> {
  /** JSON: everybody who reads it gets a copy of his own. */
  readonly body: string;
  readonly acceptedAt: Instant;
  readonly outcome: string | null;
  readonly settledAt: Instant | null;
}

/** Every message that was accepted; which of them wait, by lane and in message order. */
export class Inbox {
  readonly #undo: UndoLog;
  readonly #ids: Sequence = { last: 0 };
  readonly #rows = new Map<number, InboxRow>();
  readonly #byMessage = new Map<string, number>();
  readonly #waiting = new Map<number, readonly InboxRow[]>();

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  waitingCount(): number {
    let count = 0;
    for (const rows of this.#waiting.values()) count += rows.length;
    return count;
  }

  /** In the order in which they were accepted. */
  waitingRows(): readonly InboxRow[] {
    return [...this.#waiting.values()].flat().sort((one, other) => one.rowId - other.rowId);
  }

  /** Moves what waits in one lane to another. */
  move(from: number, into: number): void {
    const moved = this.#waitingIn(from).map((row): InboxRow => ({ ...row, laneId: into }));
    for (const row of moved) this.#undo.set(this.#rows, row.rowId, row);
    this.#setWaiting(from, []);
    this.#setWaiting(into, [...this.#waitingIn(into), ...moved].sort(compareRows));
  }

  /** False if it was accepted before. */
  accept({ message, laneId }: AddressedMessage, at: Instant): boolean {
    if (this.#byMessage.has(message.id)) return false;
    const row: InboxRow = {
      rowId: this.#undo.next(this.#ids),
      laneId,
      messageId: message.id,
      group: message.group,
      transactionType: message.transactionType,
      sentAt: message.sentAt,
      sequence: message.sequence,
      clientReferenceAvailable: message.clientReferenceAvailable,
      body: JSON.stringify(message.body),
      acceptedAt: at,
      outcome: null,
      settledAt: null,
    };
    this.#undo.set(this.#rows, row.rowId, row);
    this.#undo.set(this.#byMessage, message.id, row.rowId);
    this.#setWaiting(laneId, [...this.#waitingIn(laneId), row].sort(compareRows));
    return true;
  }

  store(): InboxStore {
    return {
      acceptMessage: async (message, laneId, at) => this.accept({ message, laneId }, at),
      acceptMessages: async (messages, at) => messages.map((one) => this.accept(one, at)),
      waitingIn: async (laneId) => this.#waitingIn(laneId).map(readMessage),
      nextMessages: async (laneId, limit) => this.#waitingIn(laneId).slice(0, limit).map(readMessage),
      settleMessage: async (rowId, outcome, at) => {
        const row = this.#rows.get(rowId);
        if (row === undefined) throw new Error(`the inbox has no row ${rowId}`);
        this.#undo.set(this.#rows, rowId, { ...row, outcome, settledAt: at });
        this.#setWaiting(
          row.laneId,
          this.#waitingIn(row.laneId).filter((other) => other.rowId !== rowId),
        );
      },
      rewriteMessage: async (rowId, body) => {
        const row = this.#rows.get(rowId);
        if (row !== undefined) this.#undo.set(this.#rows, rowId, { ...row, body: JSON.stringify(body) });
      },
      waitingMessages: async () => this.waitingCount(),
    };
  }

  #waitingIn(laneId: number): readonly InboxRow[] {
    return this.#waiting.get(laneId) ?? [];
  }

  #setWaiting(laneId: number, rows: readonly InboxRow[]): void {
    if (rows.length > 0) this.#undo.set(this.#waiting, laneId, rows);
    else this.#undo.delete(this.#waiting, laneId);
  }
}

const compareRows = (one: InboxRow, other: InboxRow): number =>
  compareMessages(one, other) || one.rowId - other.rowId;

const readMessage = (row: InboxRow): InboxMessage => ({
  rowId: row.rowId,
  laneId: row.laneId,
  messageId: row.messageId,
  group: row.group,
  transactionType: row.transactionType,
  sentAt: row.sentAt,
  sequence: row.sequence,
  clientReferenceAvailable: row.clientReferenceAvailable,
  body: JSON.parse(row.body) as JsonObject,
});
