import type { Instant } from '../../engine/domain/instant.ts';
import type { Json } from '../../engine/domain/json.ts';
import type { EnvironmentName } from './client-options.ts';
import type { Fault } from './faults.ts';
import { REQUESTS_KEPT_MAX } from './limits.ts';
import type { CallKind } from './route.ts';

/** One request of a client as the provider saw it: the ground truth for tests. Keys are not recorded. */
export interface RequestRecord {
  readonly id: number;
  readonly at: Instant;
  readonly method: string;
  /** As it came. */
  readonly path: string;
  readonly client: string | null;
  readonly environment: EnvironmentName | null;
  /** Null: the path or the method was wrong, or the request never got through. */
  readonly call: CallKind | null;
  /** Parsed where it is JSON, else the text. */
  readonly body: Json;
  /** The ticket that the call changed or created. */
  readonly ticketNumber: string | null;
  /** A ticket or the queue is another than before. Hiding messages for a while does not count. */
  readonly effect: boolean;
  /** What the client was answered; null: nothing. */
  status: number | null;
  answer: Json;
  /** The answer reached the client, as far as the provider can tell. */
  delivered: boolean;
  readonly fault: Fault['kind'] | null;
}

/** The newest requests, in order. */
export class RequestLog {
  readonly #records = new Map<number, RequestRecord>();
  #count = 0;

  add(record: Omit<RequestRecord, 'id'>): RequestRecord {
    this.#count += 1;
    const added = { id: this.#count, ...record };
    this.#records.set(added.id, added);
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= REQUESTS_KEPT_MAX) break;
      this.#records.delete(oldest);
    }
    return added;
  }

  get(id: number): RequestRecord | undefined {
    return this.#records.get(id);
  }

  list(): readonly RequestRecord[] {
    return [...this.#records.values()];
  }

  /** Ids go on counting. */
  clear(): void {
    this.#records.clear();
  }
}
