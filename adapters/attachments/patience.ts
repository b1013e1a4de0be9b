import type { Milliseconds } from '../../engine/domain/instant.ts';

/** How long a download is waited for: for a server that is silent, and for the whole. */
export class Patience {
  readonly #abort = new AbortController();
  readonly #silenceMsMax: Milliseconds;
  readonly #total: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  readonly #stop = (): void => this.#give('stopped');
  #silence: NodeJS.Timeout;
  /** Why it was given up; null: it was not. */
  reason: string | null = null;

  constructor(outer: AbortSignal, silenceMsMax: Milliseconds, totalMsMax: Milliseconds) {
    this.#outer = outer;
    this.#silenceMsMax = silenceMsMax;
    this.#silence = this.#timer();
    this.#total = setTimeout(() => this.#give(`not all had come within ${totalMsMax / 1000} s`), totalMsMax);
    if (outer.aborted) this.#stop();
    else outer.addEventListener('abort', this.#stop);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Something came. */
  heard(): void {
    clearTimeout(this.#silence);
    this.#silence = this.#timer();
  }

  /** It is not the server that is waited for. */
  pause(): void {
    clearTimeout(this.#silence);
  }

  end(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#total);
    this.#outer.removeEventListener('abort', this.#stop);
  }

  #timer(): NodeJS.Timeout {
    const words = `its server was silent for ${this.#silenceMsMax / 1000} s`;
    return setTimeout(() => this.#give(words), this.#silenceMsMax);
  }

  #give(reason: string): void {
    this.reason ??= reason;
    this.#abort.abort(new Error(reason));
  }
}
