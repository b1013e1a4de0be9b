import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import type { Identifiers } from './identifiers.ts';
import {
  MESSAGE_AGE_MS_MAX,
  RECEIPT_HANDLES_KEPT_MAX,
  RECEIVES_MAX,
  VISIBILITY_TIMEOUT_MS,
} from './limits.ts';

/** A message as the provider hands it to the queue. */
export interface NewMessage {
  /** The message group: the provider's ticket number. */
  readonly group: string;
  readonly transactionType: string;
  readonly clientReferenceAvailable: boolean;
  /** Normally an object; a malformed message may hold anything. */
  readonly body: Json;
  /** Attributes put over the usual ones. */
  readonly attributes?: JsonObject;
}

export interface SentMessage extends NewMessage {
  readonly id: string;
  readonly deduplicationId: string;
  readonly sentAt: Instant;
  /** Decimal digits beyond 2^53, growing with every message of the queue. */
  readonly sequence: string;
}

/** One message of one receive. */
export interface Delivery {
  readonly message: SentMessage;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly firstReceivedAt: Instant;
}

/** A message deleted by an expired handle stays; one deleted twice with the same handle is fine, as in SQS. */
export type Deletion = 'deleted' | 'deleted-before' | 'expired' | 'unknown';

export interface QueueState {
  /** Messages that a receive could hand out now, or that wait behind one in flight. */
  readonly waiting: number;
  readonly inFlight: number;
  /** How long the oldest undeleted message has been in the queue; null: it is empty. */
  readonly oldestAgeMs: Milliseconds | null;
  readonly messages: readonly (SentMessage & { readonly receiveCount: number; readonly inFlight: boolean })[];
  readonly failureQueue: readonly SentMessage[];
  readonly expired: readonly SentMessage[];
}

interface Held {
  readonly message: SentMessage;
  receiveCount: number;
  firstReceivedAt: Instant | null;
  /** In flight until then; at or before now: visible. */
  invisibleUntil: Instant;
  /** The newest one: earlier handles of the message have expired. */
  receiptHandle: string | null;
}

interface Handle {
  readonly held: Held;
  deleted: boolean;
}

const FIRST_SEQUENCE = 18_875_507_807_458_288_128n;
const SEQUENCE_STEP = 256n;

/**
 * A FIFO queue with message groups, as SQS keeps one. A message is
 *  - waiting: visible, behind nothing of its group that is in flight;
 *  - held: visible, but an earlier message of its group is in flight;
 *  - in flight: received, hidden until the visibility timeout has passed or it is deleted;
 *  - deleted, by a receipt handle that has not expired;
 *  - failed: visible again after its last allowed receive, moved to the failure queue;
 *  - expired: too old, dropped wherever it was.
 * Time is only looked at when the queue is used.
 */
export class FifoQueue {
  readonly #now: () => Instant;
  readonly #identifiers: Identifiers;
  /** In the order of the sequence. */
  #messages: Held[] = [];
  readonly #handles = new Map<string, Handle>();
  readonly #sent: SentMessage[] = [];
  readonly #failureQueue: SentMessage[] = [];
  readonly #expired: SentMessage[] = [];

  constructor(now: () => Instant, identifiers: Identifiers) {
    this.#now = now;
    this.#identifiers = identifiers;
  }

  send(message: NewMessage): SentMessage {
    const sent: SentMessage = {
      ...message,
      id: this.#identifiers.uuid(),
      deduplicationId: this.#identifiers.uuid(),
      sentAt: this.#now(),
      sequence: String(FIRST_SEQUENCE + SEQUENCE_STEP * BigInt(this.#sent.length)),
    };
    this.#sent.push(sent);
    this.#messages.push(newlyHeld(sent));
    return sent;
  }

  /** Every message ever sent, oldest first. */
  sent(): readonly SentMessage[] {
    return this.#sent;
  }

  /**
   * Up to `count` messages: as many of the group with the oldest message as there are, then the next group's. Within
   * a group in order, up to the first one that is still in flight.
   */
  receive(count: number): readonly Delivery[] {
    this.#sweep();
    const now = this.#now();
    const available = [...this.#groups().values()].flatMap((group) => {
      const blocked = group.findIndex((held) => held.invisibleUntil > now);
      return blocked === -1 ? group : group.slice(0, blocked);
    });
    return available.slice(0, count).map((held) => this.#hand(held, now));
  }

  delete(receiptHandle: string): Deletion {
    this.#sweep();
    const handle = this.#handles.get(receiptHandle);
    if (handle === undefined) return 'unknown';
    if (handle.deleted) return 'deleted-before';
    const { held } = handle;
    const valid =
      this.#messages.includes(held) &&
      held.receiptHandle === receiptHandle &&
      held.invisibleUntil > this.#now();
    if (!valid) return 'expired';
    handle.deleted = true;
    this.#messages = this.#messages.filter((other) => other !== held);
    return 'deleted';
  }

  /** Ends the visibility timeout of a message now. False if it is not in flight. */
  release(id: string): boolean {
    const now = this.#now();
    const found = this.#messages.filter((held) => held.message.id === id && held.invisibleUntil > now);
    for (const held of found) held.invisibleUntil = now;
    return found.length > 0;
  }

  /**
   * A second copy of a message, delivered or not: the queue's own fault (same id, same place in the order), or the
   * sender's (a new id, at the end). Null if there never was such a message.
   */
  duplicate(id: string, by: 'queue' | 'sender'): SentMessage | null {
    const original = this.#sent.find((message) => message.id === id);
    if (original === undefined) return null;
    if (by === 'sender') return this.send(original);
    const later = this.#messages.findIndex(
      (held) => BigInt(held.message.sequence) > BigInt(original.sequence),
    );
    this.#messages.splice(later === -1 ? this.#messages.length : later, 0, newlyHeld(original));
    return original;
  }

  state(): QueueState {
    this.#sweep();
    const now = this.#now();
    const inFlight = this.#messages.filter((held) => held.invisibleUntil > now).length;
    const oldest = this.#messages[0];
    return {
      waiting: this.#messages.length - inFlight,
      inFlight,
      oldestAgeMs: oldest === undefined ? null : now - oldest.message.sentAt,
      messages: this.#messages.map((held) => ({
        ...held.message,
        receiveCount: held.receiveCount,
        inFlight: held.invisibleUntil > now,
      })),
      failureQueue: this.#failureQueue,
      expired: this.#expired,
    };
  }

  #groups(): Map<string, Held[]> {
    const groups = new Map<string, Held[]>();
    for (const held of this.#messages) {
      const group = groups.get(held.message.group);
      if (group === undefined) groups.set(held.message.group, [held]);
      else group.push(held);
    }
    return groups;
  }

  #hand(held: Held, now: Instant): Delivery {
    const receiptHandle = this.#identifiers.receiptHandle();
    held.receiveCount += 1;
    held.firstReceivedAt ??= now;
    held.invisibleUntil = now + VISIBILITY_TIMEOUT_MS;
    held.receiptHandle = receiptHandle;
    this.#handles.set(receiptHandle, { held, deleted: false });
    for (const oldest of this.#handles.keys()) {
      if (this.#handles.size <= RECEIPT_HANDLES_KEPT_MAX) break;
      this.#handles.delete(oldest);
    }
    return {
      message: held.message,
      receiptHandle,
      receiveCount: held.receiveCount,
      firstReceivedAt: held.firstReceivedAt,
    };
  }

  /** Takes out what has grown too old and what has been received too often. */
  #sweep(): void {
    const now = this.#now();
    const kept: Held[] = [];
    for (const held of this.#messages) {
      if (now - held.message.sentAt >= MESSAGE_AGE_MS_MAX) this.#expired.push(held.message);
      else if (held.receiveCount >= RECEIVES_MAX && held.invisibleUntil <= now)
        this.#failureQueue.push(held.message);
      else kept.push(held);
    }
    this.#messages = kept;
  }
}

const newlyHeld = (message: SentMessage): Held => ({
  message,
  receiveCount: 0,
  firstReceivedAt: null,
  invisibleUntil: 0,
  receiptHandle: null,
});
