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

/** So long a read of a full queue relies on the write before it, and on what was counted then. */
const KNOWN_MS: Milliseconds = 1000;

/**
 * Whether the queue may be read. A receive whose messages cannot be kept burns one of the 20 after which the provider
 * gives them up, so each is preceded by a write that is committed: that of the messages of the receive before it, if it was a moment
 * ago, or one that is there to be written. A write that small may succeed where messages do not (a disk with a few bytes left): after
 * messages could not be kept, as many bytes are written as they had, and if that is of no help either, the pauses grow.
 */
export class ReadingGate {
  #notKept: { readonly bytes: number; readonly times: number; readonly at: Milliseconds } | null = null;

  /** What waited when it was last counted, and no more than has come since. */
  #counted: (Backlog & { readonly at: Milliseconds }) | null = null;
  #keptAt: Milliseconds | null = null;

  /** Null: it may be read. */
  async closed({ ports: { clock, database } }: Runtime): Promise<LeftAlone | null> {
    const now = clock.now();
    const failed = this.#notKept;
    if (failed !== null && clock.elapsed() - failed.at < pauseAfter(failed.times)) {
      const times = failed.times === 1 ? '' : `, ${failed.times} times in a row`;
      return { cause: 'not-kept', reason: `what was read last could not be kept${times}: a pause is made` };
    }
    const counted = isFresh(this.#counted?.at, clock.elapsed()) ? this.#counted : null;
    if (failed === null && counted !== null && isFresh(this.#keptAt, clock.elapsed()) && !isTooMuch(counted))
      return null;
    try {
      const bytes = failed?.bytes ?? 0;
      const found = await database.transaction(async ({ store }) => {
        await store.proveWritable(bytes, now);
        const waiting = await store.waitingMessages();
        return {
          waiting,
          // What takes an hour is not counted anew with every read of a full queue.
          late: counted?.late ?? (await store.lanesWaitingSince(now - BACKLOG_AGE_MS_MAX)),
        };
      });
      this.#counted = { ...found, at: counted?.at ?? clock.elapsed() };
      if (bytes > 0) await database.transaction(({ store }) => store.proveWritable(0, now));
      return backlog(found);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      return { cause: 'database', reason: error.message };
    }
  }

  /** `count`: messages that are waiting now and did not before; `elapsed`: when they were kept. */
  kept(count: number, elapsed: Milliseconds): void {
    this.#notKept = null;
    this.#keptAt = elapsed;
    if (this.#counted !== null) this.#counted = { ...this.#counted, waiting: this.#counted.waiting + count };
  }

  /** `bytes`: about as many as there were to keep; `elapsed`: when that was. */
  notKept(bytes: number, elapsed: Milliseconds): void {
    const times = (this.#notKept?.times ?? 0) + 1;
    this.#keptAt = null;
    this.#notKept = { bytes: Math.min(Math.max(bytes, 1), PROOF_BYTES_MAX), times, at: elapsed };
  }
}

interface Backlog {
  /** Messages in the inbox. */
  readonly waiting: number;
  /** Lanes whose messages have waited for too long. */
  readonly late: number;
}

const isFresh = (at: Milliseconds | null | undefined, elapsed: Milliseconds): boolean =>
  at !== null && at !== undefined && elapsed - at < KNOWN_MS;

const isTooMuch = (found: Backlog): boolean => backlog(found) !== null;

function backlog({ waiting, late }: Backlog): LeftAlone | null {
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
