import { seconds, type Instant, type Milliseconds } from '../../engine/domain/instant.ts';
import type { Poll } from '../../engine/domain/contract.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import { msUntilNext } from '../../adapters/clock/ms-until-next.ts';
import type { Chance } from './chance.ts';
import type { Scheduler } from './scheduler.ts';

/** One operating system process: it can die, be frozen, and has a clock of its own that may be wrong. */
export class SimulatedProcess {
  readonly name: string;
  readonly #scheduler: Scheduler;
  readonly #startedAt: Instant;
  #state: 'runs' | 'frozen' | 'dead' = 'runs';
  #held: (() => void)[] = [];
  /** How far its clock is ahead of true time. */
  offset: Milliseconds;
  /** How long what it sends and gets is on its way. */
  readonly latency: Chance;
  /** Port calls made so far. */
  calls = 0;
  readonly #stop = new AbortController();

  constructor(name: string, scheduler: Scheduler, offset: Milliseconds, latency: Chance) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#startedAt = scheduler.now();
    this.offset = offset;
    this.latency = latency;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isFrozen(): boolean {
    return this.#state === 'frozen';
  }

  /** Asks it to end. */
  stop(): void {
    this.#stop.abort();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Nothing reaches it any more, and nothing leaves it. */
  die(): void {
    this.#state = 'dead';
    this.#held = [];
  }

  freeze(): void {
    if (this.#state === 'runs') this.#state = 'frozen';
  }

  /** What came for it meanwhile comes now, in order. */
  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'runs';
    const held = this.#held;
    this.#held = [];
    for (const run of held) this.#scheduler.after(0, () => this.receive(run));
  }

  /** Something comes for it: an answer, the end of a sleep. */
  receive(run: () => void): void {
    if (this.#state === 'runs') run();
    else if (this.#state === 'frozen') this.#held.push(run);
  }

  readonly clock: Clock = {
    now: () => this.#scheduler.now() + this.offset,
    elapsed: () => this.#scheduler.now() - this.#startedAt,
    untilNext: (poll) => untilNext(poll, this.clock.now()),
    sleep: (ms, signal) => {
      if (signal.aborted || ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake);
        this.#scheduler.after(ms, () => this.receive(wake));
      });
    },
  };
}

const HALF_MINUTE = '*/30 * * * * *';

/** As the real clock counts it, without asking a cron library each time about what is plain. */
function untilNext(poll: Poll, now: Instant): Milliseconds {
  if (poll.kind === 'every' || poll.expression !== HALF_MINUTE) return msUntilNext(poll, now);
  return seconds(30) - (now % seconds(30));
}
