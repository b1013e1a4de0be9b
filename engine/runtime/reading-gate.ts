import type { Milliseconds } from '../domain/instant.ts';
import {
  BACKLOG_AGE_MS_MAX,
  BACKLOG_LANES_MAX,
  INBOX_WAITING_MAX,
  KEEP_PAUSE_MS_MAX,
  KEEP_PAUSE_MS_MIN,
  PROOF_BYTES_MAX,
} from '../domain/limits.ts';
import { DatabaseUnavailable } from './ports.ts';
import type { Runtime } from './step.ts';

/** Why the queue is not read. */
export interface LeftAlone {
  readonly cause:
    /** It cannot be reached, is read-only or full. */
    | 'database'
    /** What was read last could not be kept, although the database had taken a write. */
    | 'not-kept'
    /** Too many messages wait in the inbox. */
    | 'waiting'
    /** Messages of many tickets have waited for too long. */
    | 'backlog-age';
  readonly reason: string;
}

/** What takes an hour is not counted anew with every read of a full queue. */
const LATE_KNOWN_MS: Milliseconds = 1000;

/**
 * Whether the queue may be read. A receive whose messages cannot be kept burns one of the 20 after which the provider
 * gives them up, so each is preceded by a write that is committed. A write that small may succeed where messages do not
 * (a disk with a few bytes left): after messages could not be kept, as many bytes are written as they had, and if that
 * is of no help either, the pauses grow.
 */
export class ReadingGate {
  #notKept: { readonly bytes: number; readonly times: number; readonly at: Milliseconds } | null = null;

  /** Lanes that have waited for too long, as last counted. */
  #late: { readonly lanes: number; readonly at: Milliseconds } | null = null;

  /** Null: it may be read. */
  async closed({ ports: { clock, database } }: Runtime): Promise<LeftAlone | null> {
    const now = clock.now();
    const failed = this.#notKept;
    if (failed !== null && clock.elapsed() - failed.at < pauseAfter(failed.times)) {
      const times = failed.times === 1 ? '' : `, ${failed.times} times in a row`;
      return { cause: 'not-kept', reason: `what was read last could not be kept${times}: a pause is made` };
    }
    try {
      const bytes = failed?.bytes ?? 0;
      const known =
        this.#late !== null && clock.elapsed() - this.#late.at < LATE_KNOWN_MS ? this.#late : null;
      const found = await database.transaction(async ({ store }) => {
        await store.proveWritable(bytes, now);
        const waiting = await store.waitingMessages();
        return { waiting, late: known?.lanes ?? (await store.lanesWaitingSince(now - BACKLOG_AGE_MS_MAX)) };
      });
      if (known === null) this.#late = { lanes: found.late, at: clock.elapsed() };
      if (bytes > 0) await database.transaction(({ store }) => store.proveWritable(0, now));
      return backlog(found);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      return { cause: 'database', reason: error.message };
    }
  }

  kept(): void {
    this.#notKept = null;
  }

  /** `bytes`: about as many as there were to keep; `elapsed`: when that was. */
  notKept(bytes: number, elapsed: Milliseconds): void {
    const times = (this.#notKept?.times ?? 0) + 1;
    this.#notKept = { bytes: Math.min(Math.max(bytes, 1), PROOF_BYTES_MAX), times, at: elapsed };
  }
}

function backlog({ waiting, late }: { readonly waiting: number; readonly late: number }): LeftAlone | null {
  if (waiting >= INBOX_WAITING_MAX) {
    return {
      cause: 'waiting',
      reason: `${waiting} messages wait in the inbox; ${INBOX_WAITING_MAX} are the most`,
    };
  }
  if (late >= BACKLOG_LANES_MAX) {
    const hours = BACKLOG_AGE_MS_MAX / 3_600_000;
    return {
      cause: 'backlog-age',
      reason: `messages of ${late} tickets have waited in the inbox for over ${hours} h`,
    };
  }
  return null;
}

const pauseAfter = (times: number): number =>
  Math.min(KEEP_PAUSE_MS_MIN * 2 ** (times - 1), KEEP_PAUSE_MS_MAX);
