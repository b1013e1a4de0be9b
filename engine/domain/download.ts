import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';

/**
 * A file of the provider's that is still to be fetched. Recorded in the transaction that gives its message an effect, and
 * gone in the one that stores the file, or says on the ticket why not:
 *
 *   waiting ──▶ being fetched ──▶ stored                row, content and journal, in one transaction
 *      ▲              ├────────▶ given up               a comment on the ticket says why
 *      ├── pause ─────┘             │                   no answer, a disk that is full, …: again, until the address expires
 *      └──────────────────────────┘                   an operator has it tried again, while the address is good; then it goes
 */
export interface Download {
  readonly id: number;
  readonly laneId: number;
  /** The client's ticket, or change. */
  readonly ticketKey: string;
  readonly messageId: string;
  /** Names the content for ever. */
  readonly contentId: string;
  /** How often it was begun. */
  readonly attempts: number;
  /** Until when the address is good. */
  readonly expiresAt: Instant;
  readonly dueAt: Instant;
  readonly createdAt: Instant;
  /** Why it was not had the last time, or was given up; null: it was not tried. */
  readonly reason: string | null;
  /** When it was given up; null: it is not. */
  readonly givenUpAt: Instant | null;
  readonly request: DownloadRequest;
}

/** What the message said of the file. */
export interface DownloadRequest {
  /** With its signature. Never in a log, the journal or an error. */
  readonly url: string;
  /** Safe as a file's name. */
  readonly name: string;
  readonly contentType: string | null;
  /** Bytes, as the provider says; null: it does not. */
  readonly size: number | null;
  /** ITSM attachment fields, as the contract maps them. */
  readonly fields: JsonObject;
  /** The message as comment rules see it, without the address. */
  readonly context: JsonObject;
  readonly group: string;
}

export type NewDownload = Omit<Download, 'id' | 'attempts' | 'reason' | 'givenUpAt'>;

/** A download in the hands of one process: what it does with it is tied to this attempt. */
export interface HeldDownload {
  readonly id: number;
  readonly owner: string;
  readonly attempt: number;
}
