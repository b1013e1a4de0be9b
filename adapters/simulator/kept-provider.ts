import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Json } from '../../engine/domain/json.ts';
import type { ProviderAnswer } from './answers.ts';
import type { Fault } from './faults.ts';
import type { ProviderRequest } from './gateway.ts';
import { Provider, type ProviderOptions, type ProviderResponse } from './provider.ts';

/** What the provider's users or somebody at the control routes did. */
export interface ControlAction {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body: Json;
}

/** All that can change what the provider knows, in the order in which it came; the seed is the first line. */
type Kept =
  | { readonly kind: 'seed'; readonly seed: string }
  | {
      readonly kind: 'request';
      readonly at: Instant;
      readonly request: ProviderRequest;
      readonly fault: Fault['kind'] | null;
    }
  | {
      readonly kind: 'request-lost';
      readonly at: Instant;
      readonly request: ProviderRequest;
      readonly fault: Fault['kind'];
      readonly answered: ProviderAnswer | null;
    }
  | {
      readonly kind: 'answer-lost';
      readonly at: Instant;
      readonly requestId: number;
      readonly instead: ProviderAnswer | null;
    }
  | { readonly kind: 'answer-delivered'; readonly requestId: number }
  | { readonly kind: 'action'; readonly at: Instant; readonly action: ControlAction };

/**
 * A provider that remembers what it did when its process is killed: every request and every action is a line of a file,
 * written before it takes effect, and the file is played again at the next start. The same requests at the same times
 * make the same tickets, so nothing else need be kept. Whose answer was not seen to arrive counts as lost then.
 */
export class KeptProvider extends Provider {
  readonly #path: string;
  readonly #past: readonly Kept[];
  readonly #time: { held: Instant | null };
  #isPlaying = false;

  /** `seed` is used if the file is new. */
  static open(path: string, { now, seed = 'bridge', clients }: ProviderOptions): KeptProvider {
    const past = existsSync(path) ? readKept(path) : [];
    const [first] = past;
    if (first === undefined) appendFileSync(path, lineOf({ kind: 'seed', seed }));
    // Time stands still while something takes effect, so that it does so again in the same moment.
    const time = { held: null as Instant | null };
    const options: ProviderOptions = {
      clients,
      seed: first?.kind === 'seed' ? first.seed : seed,
      now: () => time.held ?? now(),
    };
    return new KeptProvider(path, past, time, options);
  }

  private constructor(
    path: string,
    past: readonly Kept[],
    time: { held: Instant | null },
    options: ProviderOptions,
  ) {
    super(options);
    this.#path = path;
    this.#past = past;
    this.#time = time;
  }

  /** Does again what the file tells; to be called once, before the first request. `act` carries an action out. */
  async play(act: (action: ControlAction) => Promise<void>): Promise<void> {
    this.#isPlaying = true;
    const awaited = new Set<number>();
    for (const kept of this.#past) {
      if ('at' in kept) this.#time.held = kept.at;
      switch (kept.kind) {
        case 'seed':
          break;
        case 'request':
          awaited.add(super.handle(kept.request, kept.fault).requestId);
          break;
        case 'request-lost':
          super.recordLost(kept.request, kept.fault, kept.answered);
          break;
        case 'answer-lost':
          awaited.delete(kept.requestId);
          super.answerLost(kept.requestId, kept.instead);
          break;
        case 'answer-delivered':
          awaited.delete(kept.requestId);
          break;
        case 'action':
          await act(kept.action);
          break;
      }
    }
    this.#time.held = null;
    this.#isPlaying = false;
    for (const requestId of awaited) this.answerLost(requestId);
  }

  override handle(request: ProviderRequest, fault: Fault['kind'] | null = null): ProviderResponse {
    return this.#keep(
      (at) => ({ kind: 'request', at, request, fault }),
      () => super.handle(request, fault),
    );
  }

  override recordLost(request: ProviderRequest, fault: Fault['kind'], answered: ProviderAnswer | null): void {
    this.#keep(
      (at) => ({ kind: 'request-lost', at, request, fault, answered }),
      () => super.recordLost(request, fault, answered),
    );
  }

  override answerLost(requestId: number, instead: ProviderAnswer | null = null): void {
    this.#keep(
      (at) => ({ kind: 'answer-lost', at, requestId, instead }),
      () => super.answerLost(requestId, instead),
    );
  }

  /** As far as can be told, the client has the answer. */
  answerDelivered(requestId: number): void {
    this.#keep(
      () => ({ kind: 'answer-delivered', requestId }),
      () => undefined,
    );
  }

  /** Keeps an action that `carryOut` is about to carry out. */
  act(action: ControlAction, carryOut: () => void): void {
    this.#keep((at) => ({ kind: 'action', at, action }), carryOut);
  }

  #keep<T>(kept: (at: Instant) => Kept, effect: () => T): T {
    if (this.#isPlaying) return effect();
    const at = this.now();
    appendFileSync(this.#path, lineOf(kept(at)));
    this.#time.held = at;
    try {
      return effect();
    } finally {
      this.#time.held = null;
    }
  }
}

const lineOf = (kept: Kept): string => `${JSON.stringify(kept)}\n`;

/** A line that was cut short had no effect yet, and is cut off. */
function readKept(path: string): readonly Kept[] {
  const text = readFileSync(path);
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) truncateSync(path, whole);
  return text
    .subarray(0, whole)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Kept);
}
