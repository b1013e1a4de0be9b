import type { Instant } from '../../engine/domain/instant.ts';
import type { BridgeAnswer } from '../../engine/wire/exchange.ts';
import { Identifiers } from '../simulator/identifiers.ts';
import { succeeded } from '../simulator/answers.ts';
import { SWITCHES_DEFAULT } from '../simulator/client-options.ts';
import { receivedBody } from '../simulator/queue-answers.ts';
import type { SituationMessage } from './situation.ts';

/** Sequence numbers exceed 2^53. */
const FIRST_SEQUENCE = 18_875_507_807_458_288_128n;

interface Queued {
  readonly message: SituationMessage;
  readonly sequence: string;
  receives: number;
  handle: string | null;
  deleted: boolean;
}

/** The queue of a situation: each message is there from the moment on at which it was sent, until it is deleted. */
export class ScriptedQueue {
  readonly #queued: readonly Queued[];
  readonly #identifiers = new Identifiers('rehearsal');

  constructor(messages: readonly SituationMessage[]) {
    this.#queued = messages.map((message, index) => ({
      message,
      sequence: String(FIRST_SEQUENCE + BigInt(index)),
      receives: 0,
      handle: null,
      deleted: false,
    }));
  }

  /** One read, in the wrapper of the wire. */
  receive(now: Instant): BridgeAnswer {
    const there = this.#queued.filter(({ message, deleted }) => !deleted && message.sentAt <= now);
    const deliveries = there.slice(0, SWITCHES_DEFAULT.messagesPerRead).map((queued) => {
      queued.handle = this.#identifiers.receiptHandle();
      queued.receives += 1;
      const { message, sequence } = queued;
      const number = message.body.clientTicketNumber;
      return {
        message: {
          ...message,
          sequence,
          deduplicationId: `${message.id}/${sequence}`,
          clientReferenceAvailable: typeof number === 'string' && number !== '',
        },
        receiptHandle: queued.handle,
        receiveCount: queued.receives,
        firstReceivedAt: now,
      };
    });
    return answer(200, receivedBody(deliveries, SWITCHES_DEFAULT, this.#identifiers));
  }

  delete(receiptHandle: string): BridgeAnswer {
    const queued = this.#queued.find(({ handle }) => handle === receiptHandle);
    if (queued === undefined) throw new Error('a handle is deleted that was never given');
    queued.deleted = true;
    const { status, body } = succeeded.messageDeleted(this.#identifiers.uuid());
    return answer(status, body);
  }

  /** There never was a message, and never will be. */
  get isEmpty(): boolean {
    return this.#queued.length === 0;
  }

  /** Whether each message was deleted, in the order given. */
  deleted(): readonly boolean[] {
    return this.#queued.map(({ deleted }) => deleted);
  }

  /** When the next message will be there; null: all are. */
  nextAt(now: Instant): Instant | null {
    const later = this.#queued.map(({ message }) => message.sentAt).filter((sentAt) => sentAt > now);
    return later.length === 0 ? null : Math.min(...later);
  }
}

export const answer = (
  status: number,
  body: Extract<BridgeAnswer, { kind: 'answer' }>['body'],
): BridgeAnswer => ({ kind: 'answer', status, body, retryAfterMs: null });
