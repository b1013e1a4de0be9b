import type { Milliseconds } from '../domain/instant.ts';
import type { PollEnd } from './accept.ts';
import type { Runtime } from './step.ts';

/** Says in the log when the queue is no longer read and why, and when it is again: at a change, not at every poll. */
export class ReadingTold {
  #since: Milliseconds | null = null;
  #cause: string | null = null;
  #polls = 0;

  tell({ contract, ports: { clock, log } }: Runtime, end: PollEnd): void {
    if (end.kind === 'stop') return;
    if (end.kind === 'polled') {
      if (this.#since === null) return;
      log.info('queue read again', {
        contract: contract.name,
        cause: this.#cause,
        after_s: Math.round((clock.elapsed() - this.#since) / 1000),
        polls_left_out: this.#polls,
      });
      this.#since = null;
      this.#cause = null;
      this.#polls = 0;
      return;
    }
    this.#since ??= clock.elapsed();
    this.#polls += 1;
    const cause = end.kind === 'left-alone' ? end.cause : 'bridge';
    if (cause === this.#cause) return;
    this.#cause = cause;
    log.warn('queue left alone', { contract: contract.name, cause, reason: end.reason });
  }
}
