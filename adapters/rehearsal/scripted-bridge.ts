import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { ActionKind, Intent } from '../../engine/domain/lane.ts';
import type { Action } from '../../engine/plan/action.ts';
import type { Bridge, UploadStore } from '../../engine/runtime/ports.ts';
import type { BridgeAnswer, BridgeRequest } from '../../engine/wire/exchange.ts';
import { parseBody } from '../bridge/read-body.ts';
import type { VirtualClock } from '../clock/virtual-clock.ts';
import { succeeded, type ProviderAnswer } from '../simulator/answers.ts';
import { REHEARSED_CALLS_MAX } from './limits.ts';
import type { RehearsedCall } from './rehearsal.ts';
import { answer, type ScriptedQueue } from './scripted-queue.ts';
import type { SituationAnswer } from './situation.ts';

export interface BridgeScript {
  readonly queue: ScriptedQueue;
  readonly answers: readonly SituationAnswer[];
  readonly clock: VirtualClock;
  /** How long an answer that does not come is waited for. */
  readonly timeoutMs: Milliseconds;
  /** Provider tickets that exist: a made-up number is none of them. */
  readonly taken: ReadonlySet<string>;
}

/** What the runtime says of a call just before it makes it. */
type Announced = Pick<RehearsedCall, 'kind' | 'because' | 'rule' | 'fields'>;

/** The bridge of a rehearsal: the messages and answers of the situation, and a note of every call about a ticket. */
export class ScriptedBridge implements Bridge {
  readonly calls: RehearsedCall[] = [];
  readonly #script: BridgeScript;
  #announced: Announced | null = null;
  #numbers = 0;

  constructor(script: BridgeScript) {
    this.#script = script;
  }

  /** What the next call is about: the runtime says so just before it makes it. */
  readonly announce = ({ kind, because, rule }: Action, { fields }: Intent): void => {
    this.#announced = { kind, because, rule, fields };
  };

  /** The same of a file: what comes next asks where it may be put. */
  readonly announceUpload = (rule: string | null, fileName: string): void => {
    this.#announced = { kind: 'attachment', because: `a new attachment: ${fileName}`, rule, fields: {} };
  };

  /** Takes every file. */
  readonly uploads: UploadStore = { put: async () => answer(200, '') };

  async send(request: BridgeRequest): Promise<BridgeAnswer> {
    const { queue, clock } = this.#script;
    if (request.path === 'queue') return queue.receive(clock.now());
    const handle = /^queue\/(.+)$/.exec(request.path)?.[1];
    if (handle !== undefined) return queue.delete(decodeURIComponent(handle));
    return this.#call(request);
  }

  async #call(request: BridgeRequest): Promise<BridgeAnswer> {
    const { answers, clock, timeoutMs } = this.#script;
    if (this.#announced === null) throw new Error('a call is announced before it is made');
    if (this.calls.length >= REHEARSED_CALLS_MAX)
      throw new Error(`the rehearsal was broken off after ${REHEARSED_CALLS_MAX} calls`);
    const { kind, because, rule, fields } = this.#announced;
    const said = this.#completed(kind, answers[this.calls.length]);
    this.calls.push({
      kind,
      at: clock.now(),
      request,
      fields: { ...fields },
      because,
      rule,
      answer: said,
    });
    switch (said.kind) {
      case 'accepted':
        return wireAnswer(accepted(kind, said.providerTicket));
      case 'refused':
        return answer(said.status, parseBody(said.text));
      case 'no-answer':
        if (!said.reached) return { kind: 'no-answer', reason: 'connection refused', reached: false };
        await clock.advance(timeoutMs);
        return { kind: 'no-answer', reason: `no answer within ${timeoutMs} ms`, reached: true };
    }
  }

  /** Without a script the bridge accepts; a create that is accepted has a number. */
  #completed(kind: ActionKind, said: SituationAnswer | undefined): SituationAnswer {
    if (said !== undefined && said.kind !== 'accepted') return said;
    if (kind !== 'create') return { kind: 'accepted', providerTicket: null };
    return { kind: 'accepted', providerTicket: said?.providerTicket ?? this.#newNumber() };
  }

  #newNumber(): string {
    for (;;) {
      this.#numbers += 1;
      const number = `e-CS9${String(this.#numbers).padStart(6, '0')}`;
      if (!this.#script.taken.has(number)) return number;
    }
  }
}

function accepted(kind: ActionKind, providerTicket: string | null): ProviderAnswer {
  switch (kind) {
    case 'create':
      return succeeded.created(providerTicket ?? '');
    case 'notes':
      return succeeded.commented;
    case 'return-number':
      return succeeded.numberReturned;
    case 'approve':
      return succeeded.approved;
    case 'reject':
      return succeeded.rejected;
    case 'resolve':
    case 'close':
      return succeeded.ended;
    case 'attachment':
      return succeeded.uploadUrl(REHEARSED_STORE);
    case 'update':
    case 'cancel':
    case 'cancel-surplus':
      return succeeded.updated;
  }
}

/** Where files would be put; nobody goes there. */
const REHEARSED_STORE = 'https://attachments.provider.example/';

const wireAnswer = ({ status, body }: ProviderAnswer): BridgeAnswer => answer(status, body);
