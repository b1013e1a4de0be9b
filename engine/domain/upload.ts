import type { Instant } from './instant.ts';

/**
 * One file of the client's on its way to the provider. It is not a call of its lane: it is sent beside it, by whichever
 * process takes it, so that a large file holds up nothing else of its ticket.
 *
 *   waiting ──▶ (intent) ──▶ sent          the provider's store has taken the bytes
 *      ▲            │
 *      └────────────┤                      no answer: put again under the same name, 60–120 s after it was found missing
 *                   └─────▶ given-up       refused, or not of a kind that may be sent: a comment on the ticket says why
 */
export interface Upload {
  readonly id: number;
  readonly laneId: number;
  /** The key of the attachment in the ITSM. */
  readonly attachment: string;
  /** Under which the provider gets it; it stays the same, so that a file that is put again takes its own place. */
  readonly name: string;
  readonly phase: 'waiting' | 'sent' | 'given-up';
  /** The put that is under way, or was when the engine stopped, or has no answer; null: none is. Each put has an id of its own. */
  readonly intent: string | null;
  /** Tries without a usable answer. */
  readonly attempts: number;
  /** Nothing is tried before this; null with an intent: its outcome is not known yet. */
  readonly resendAt: Instant | null;
  /** When it is to be looked at next; null: never. */
  readonly dueAt: Instant | null;
  /** Why it was given up last, also while it is tried again: the same reason is not told on the ticket twice. */
  readonly reason: string | null;
  /** When it was handed over by its lane; null: an earlier version did that. */
  readonly begunAt: Instant | null;
  /** When it was given up, as long as an operator may decide on it; null: it is not, or nobody need. */
  readonly givenUpAt: Instant | null;
}

/** An upload in the hands of one process: the fence goes up each time it is taken. */
export interface HeldUpload {
  readonly upload: number;
  /** The instance's id. */
  readonly owner: string;
  readonly fence: number;
}
