import type { Milliseconds } from '../domain/instant.ts';
import type { Clock } from './ports.ts';

/** Without a reason an abort makes an error with its stack, which costs more than the wait that it ends. */
const RUNG = 'rung';

/** Lets one loop wait for another: `wait` ends when it is rung, when the time is up, or when the signal is aborted. */
export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #isWaiting = false;
  /** One for all waits until it is rung: they are many, and most end because the time is up. */
  #waiting = new AbortController();
  readonly #stop = (): void => {
    if (this.#isWaiting) this.#waiting.abort(RUNG);
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#stop();
  }

  async wait(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      if (this.#waiting.signal.aborted) this.#waiting = new AbortController();
      this.#isWaiting = true;
      // AbortSignal.any would leave something behind in the long-lived signal with every wait.
      signal.addEventListener('abort', this.#stop);
      await this.#clock.sleep(ms, this.#waiting.signal);
      signal.removeEventListener('abort', this.#stop);
      this.#isWaiting = false;
    }
    this.#rung = false;
  }
}
