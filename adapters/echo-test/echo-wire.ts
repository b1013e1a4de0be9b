import type { Instant } from '../../engine/domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import type { QueueMessage } from '../../engine/domain/message.ts';
import { isSameProviderTicket } from '../../engine/domain/provider-ticket.ts';
import type { Bridge, BridgeAnswer, BridgeRequest, Clock, UploadStore } from '../../engine/runtime/ports.ts';
import { readAnswer } from '../../engine/wire/read-answer.ts';
import { callOf } from '../../engine/wire/requests.ts';
import { queueEntries, withQueueEntries } from '../../engine/wire/read-queue.ts';
import { readQueueMessage } from '../../engine/wire/read-queue-message.ts';
import type { Mark } from './make-ticket.ts';
import type { SentCall } from './report.ts';
import { FILE_URL, sentCall, sentFile } from './sent-call.ts';

/** Reads of one look: others' messages fill so many, and ours may be behind them. */
const READS_PER_LOOK_MAX = 50;
/** A message is given up after 20 receives (client guide v1.2): one that came so often is not made to come again. */
const OTHERS_RECEIVES_MAX = 15;

/** A call of the test, as it was made. */
export interface MadeCall {
  readonly request: BridgeRequest;
  readonly at: Instant;
  readonly ms: number;
  readonly answer: BridgeAnswer;
}

/** A message of the test's own ticket. */
export interface CameBack {
  /** As it came last: each receive brings another handle. */
  message: QueueMessage;
  readonly receivedAt: Instant;
  /** How often it was received by now. */
  receives: number;
  deleted: boolean;
  /** The Create said our number, which a ticket that a provider's user opens does not have; it was read without. */
  readonly namedUs: boolean;
}

/** A message on the queue that is none of the test's: it is left there. */
export interface OthersMessage {
  readonly group: string;
  receives: number;
}

/**
 * The two ends of one wire, handed to two engines: what the near one sends goes to `echo`, what comes back on `dev`'s queue
 * is read by the far one. Only the messages of the test's own ticket reach an engine, and so only they are deleted; all
 * others stay where they are, hidden for 30 s after each read as after any.
 */
export class EchoWire {
  readonly sent: MadeCall[] = [];
  readonly returned: MadeCall[] = [];
  /** What was called for files: for their addresses, and at these. */
  readonly files: SentCall[] = [];
  /** What the far engine would have called besides returning its number: nothing may come of an echo. */
  readonly unwanted: BridgeRequest[] = [];
  readonly came = new Map<string, CameBack>();
  readonly others = new Map<string, OthersMessage>();
  /** Why the queue is not read any more; null: it is. */
  halted: string | null = null;
  readonly #calls: Bridge;
  readonly #queue: Bridge;
  readonly #store: UploadStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #mark: Mark;
  readonly #numbers = new Set<string>();
  /** Messages that settle a create whose answer was lost: the near engine's. */
  #forNear: readonly Json[] = [];

  constructor(ends: {
    readonly calls: Bridge;
    readonly queue: Bridge;
    readonly uploads: UploadStore;
    readonly clock: Pick<Clock, 'now'>;
    readonly mark: Mark;
  }) {
    this.#calls = ends.calls;
    this.#queue = ends.queue;
    this.#store = ends.uploads;
    this.#clock = ends.clock;
    this.#mark = ends.mark;
  }

  /** The numbers that the provider gave the test's tickets. */
  get numbers(): readonly string[] {
    return [...this.#numbers];
  }

  /** For the engine that has the ticket: it sends. */
  readonly near: Bridge = {
    send: async (request) => {
      switch (callOf(request)) {
        case 'receive': {
          const entries = this.#forNear;
          this.#forNear = [];
          return queueAnswer(withQueueEntries(EMPTY_QUEUE, entries));
        }
        case 'delete':
          return this.#delete(request);
        case 'attachment-url': {
          const calls: MadeCall[] = [];
          const answer = await this.#call(request, calls);
          this.files.push(...calls.map((call) => sentCall(FILE_URL, call)));
          return answer;
        }
        default:
          return this.#call(request, this.sent);
      }
    },
  };

  /** For the engine that knows nothing of the ticket: it reads. */
  readonly far: Bridge = {
    send: async (request) => {
      switch (callOf(request)) {
        case 'receive':
          return this.#read();
        case 'delete':
          return this.#delete(request);
        case 'return-number':
          return this.#call(this.#withOurNumber(request), this.returned);
        default:
          this.unwanted.push(request);
          return { kind: 'answer', status: 202, body: { Response: 'Update Successful' }, retryAfterMs: null };
      }
    },
  };

  /** Files that are put, written down as calls are. */
  readonly uploads: UploadStore = {
    put: async (file, signal) => {
      const at = this.#clock.now();
      const answer = await this.#store.put(file, signal);
      this.files.push(sentFile(file, { at, ms: this.#clock.now() - at, answer }));
      return answer;
    },
  };

  async #call(request: BridgeRequest, calls: MadeCall[]): Promise<BridgeAnswer> {
    const at = this.#clock.now();
    const answer = await this.#calls.send(request);
    calls.push({ request, at, ms: this.#clock.now() - at, answer });
    if (callOf(request) === 'create') {
      const read = readAnswer('create', answer);
      if (read.kind === 'accepted' && read.providerTicket !== undefined)
        this.#numbers.add(read.providerTicket);
    }
    return answer;
  }

  async #delete(request: BridgeRequest): Promise<BridgeAnswer> {
    const answer = await this.#queue.send(request);
    if (readAnswer('delete', answer).kind === 'accepted') {
      const handle = decodeURIComponent(request.path.slice('queue/'.length));
      const came = [...this.came.values()].find(({ message }) => message.receiptHandle === handle);
      if (came !== undefined) came.deleted = true;
    }
    return answer;
  }

  /** Reads until there is something of the test's, or nothing at all. */
  async #read(): Promise<BridgeAnswer> {
    for (let reads = 0; reads < READS_PER_LOOK_MAX && this.halted === null; reads += 1) {
      const answer = await this.#queue.send({ method: 'GET', path: 'queue' });
      const entries = answer.kind === 'answer' ? queueEntries(answer.body) : null;
      if (answer.kind !== 'answer' || entries === null || entries.length === 0) return answer;
      const forFar = entries.filter((raw) => this.#sort(raw)).map((raw) => this.#withoutOurNumber(raw));
      if (forFar.length > 0) return { ...answer, body: withQueueEntries(answer.body, forFar) };
      if (this.#forNear.length > 0) break;
    }
    return queueAnswer(EMPTY_QUEUE);
  }

  /** Whether it is the far engine's. */
  #sort(raw: Json): boolean {
    const read = readQueueMessage(raw);
    const isOurs = read.kind === 'message' && this.#isOurs(read.message);
    if (!isOurs) {
      const id = read.kind === 'message' ? read.message.id : JSON.stringify(raw).slice(0, 200);
      const group = (read.kind === 'message' ? read.message.group : read.group) ?? '?';
      const receives = read.kind === 'message' ? read.message.receiveCount : 1;
      this.others.set(id, { group, receives });
      if (receives >= OTHERS_RECEIVES_MAX)
        this.halted = `a message of ${group} has been received ${receives} times, and is given up after 20: it must be read by whoever it is for first`;
      return false;
    }
    const { message } = read;
    if (message.transactionType === 'ReturnEnsonoNum') {
      this.#forNear = [...this.#forNear, raw];
      return false;
    }
    this.#numbers.add(message.group);
    const known = this.came.get(message.id);
    if (known === undefined) {
      const namedUs = message.transactionType === 'Create' && this.#namesUs(message);
      const receivedAt = this.#clock.now();
      this.came.set(message.id, {
        message,
        receivedAt,
        receives: message.receiveCount,
        deleted: false,
        namedUs,
      });
    } else {
      known.message = message;
      known.receives = message.receiveCount;
    }
    return true;
  }

  #isOurs(message: QueueMessage): boolean {
    const { group, body } = message;
    return (
      [...this.#numbers].some((number) => isSameProviderTicket(number, group)) ||
      this.#namesUs(message) ||
      [body.shortDescription, body.description].some(
        (text) => typeof text === 'string' && text.includes(this.#mark.text),
      )
    );
  }

  #namesUs = ({ body }: QueueMessage): boolean => body.clientTicketNumber === this.#mark.number;

  /** The number of a ticket that took the test's place would have the near engine's next call refused. */
  #withOurNumber(request: BridgeRequest): BridgeRequest {
    if (request.method !== 'PUT' || !isJsonObject(request.body)) return request;
    const { payload = null } = request.body;
    if (!isJsonObject(payload)) return request;
    return {
      ...request,
      body: { ...request.body, payload: { ...payload, clientTicketNumber: this.#mark.number } },
    };
  }

  /** To whoever has no such ticket, a Create with its number is a mistake of the provider's. */
  #withoutOurNumber(raw: Json): Json {
    const read = readQueueMessage(raw);
    if (read.kind !== 'message' || !isJsonObject(raw)) return raw;
    const { message } = read;
    if (message.transactionType !== 'Create' || !this.#namesUs(message)) return raw;
    return { ...raw, Body: { ...message.body, clientTicketNumber: '' } };
  }
}

const EMPTY_QUEUE: JsonObject = { ReceiveMessageResponse: { ReceiveMessageResult: { messages: null } } };

const queueAnswer = (body: Json): BridgeAnswer => ({ kind: 'answer', status: 200, body, retryAfterMs: null });
