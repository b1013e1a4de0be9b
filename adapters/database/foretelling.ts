/** How long each ticket is read after it is written, once one was not what it had been said to be. */
export const FORETELLING_PAUSE_MS = 60_000;

/**
 * Whether it is told what a ticket will be once it is written, instead of reading it. Where triggers write to tickets, or columns
 * keep values otherwise than they are given, that would be wrong, and undone, again and again.
 */
export class Foretelling {
  #pausedUntil = 0;
  readonly #elapsed: () => number;

  /** @param elapsed milliseconds since some moment. */
  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  isAllowed(): boolean {
    return this.#elapsed() >= this.#pausedUntil;
  }

  wasWrong(): void {
    this.#pausedUntil = this.#elapsed() + FORETELLING_PAUSE_MS;
  }
}
