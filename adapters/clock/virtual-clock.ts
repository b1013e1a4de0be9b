import { setImmediate } from 'node:timers/promises';
import type { Poll } from '../../engine/domain/contract.ts';
import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import { msUntilNext } from './ms-until-next.ts';

interface Sleeper {
  readonly wakesAt: Instant;
  readonly wake: () => void;
}

/**
 * The simulated twin of the clock: time stands still until it is moved. Sleepers wake one by one, in the order of the
 * time they wait for, and those of one time in the order in which they lay down; before the next one wakes, whatever
 * the one before it started in memory has come to rest.
 */
export class VirtualClock implements Clock {
  #now: Instant;
  #sleepers: readonly Sleeper[] = [];

  constructor(origin: Instant) {
    this.#now = origin;
  }

  now(): Instant {
    return this.#now;
  }

  /** This time is never set back, so it does for both. */
  elapsed(): Milliseconds {
    return this.#now;
  }

  sleep(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { wakesAt: this.#now + ms, wake };
      signal.addEventListener('abort', wake);
      const behind = this.#sleepers.findIndex((other) => other.wakesAt > sleeper.wakesAt);
      this.#sleepers =
        behind === -1 ? [...this.#sleepers, sleeper] : this.#sleepers.toSpliced(behind, 0, sleeper);
    });
  }

  untilNext(poll: Poll): Milliseconds {
    return msUntilNext(poll, this.#now);
  }

  /** When the next sleeper wakes; null: nobody sleeps. */
  nextWake(): Instant | null {
    return this.#sleepers[0]?.wakesAt ?? null;
  }

  /** Moves time on by `ms`, waking everybody on the way, also those who lie down meanwhile. */
  async advance(ms: Milliseconds): Promise<void> {
    const until = this.#now + ms;
    await setImmediate();
    for (
      let next = this.#sleepers[0];
      next !== undefined && next.wakesAt <= until;
      next = this.#sleepers[0]
    ) {
      this.#now = next.wakesAt;
      next.wake();
      await setImmediate();
    }
    this.#now = until;
  }
}
