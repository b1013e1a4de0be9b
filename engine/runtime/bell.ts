import type { Milliseconds } from '../domain/instant.ts';
import type { Clock } from './ports.ts';

/** Lets one loop wait for another: `wait` ends when it is rung, when the time is up, or when the signal is aborted. */
export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #waiting: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#waiting?.abort();
  }

  async wait(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      this.#waiting = new AbortController();
      await this.#clock.sleep(ms, AbortSignal.any([signal, this.#waiting.signal]));
      this.#waiting = null;
    }
    this.#rung = false;
  }
}
