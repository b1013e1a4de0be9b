import type { JsonObject } from '../../engine/domain/json.ts';
import type { Bridge, BridgeAnswer, BridgeRequest } from '../../engine/runtime/ports.ts';

/** Messages of one read, unless the provider has set a client to a multiple of it. */
const MESSAGES_PER_READ = 10;

/**
 * A bridge within the process that answers at once: what is measured is whoever calls it. It holds a queue and takes every
 * call.
 */
export class CountedBridge implements Bridge {
  /** Calls about tickets, as they came. */
  readonly calls: BridgeRequest[] = [];
  deleted = 0;
  readonly #message: (index: number) => JsonObject | null;
  #next = 0;

  /** @param message the one that lies in the queue at this place; null: the queue ends before. */
  constructor(message: (index: number) => JsonObject | null = () => null) {
    this.#message = message;
  }

  async send(request: BridgeRequest): Promise<BridgeAnswer> {
    if (request.path === 'queue') return answered(this.#receive());
    if (request.method === 'DELETE') {
      this.deleted += 1;
      return answered({ DeleteMessageResponse: { ResponseMetadata: { RequestId: 'r' } } });
    }
    this.calls.push(request);
    return answered({ Response: 'Update Successful' });
  }

  #receive(): JsonObject {
    const messages: JsonObject[] = [];
    while (messages.length < MESSAGES_PER_READ) {
      const message = this.#message(this.#next);
      if (message === null) break;
      messages.push({ ...message, ReceiptHandle: `h${this.#next}` });
      this.#next += 1;
    }
    const ReceiveMessageResult = { messages: messages.length === 0 ? null : messages };
    return { ReceiveMessageResponse: { ResponseMetadata: { RequestId: 'r' }, ReceiveMessageResult } };
  }
}

const answered = (body: JsonObject): BridgeAnswer => ({
  kind: 'answer',
  status: 200,
  body,
  retryAfterMs: null,
});
