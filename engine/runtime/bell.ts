import type { Milliseconds } from '../domain/instant.ts';
import type { Clock } from './ports.ts';

/** Without a reason an abort makes an error with its stack, which costs more than the wait that it ends. */
const RUNG = 'rung';

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
    this.#waiting?.abort(RUNG);
  }

  async wait(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const waiting = new AbortController();
      const stop = (): void => {
        waiting.abort(RUNG);
      };
      this.#waiting = waiting;
      // AbortSignal.any would leave something behind in the long-lived signal with every wait.
      signal.addEventListener('abort', stop);
      await this.#clock.sleep(ms, waiting.signal);
      signal.removeEventListener('abort', stop);
      this.#waiting = null;
    }
    this.#rung = false;
  }
}
