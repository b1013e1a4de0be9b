import type { Milliseconds, Span } from '../domain/instant.ts';
import type { Bridge, BridgeAnswer, Clock } from './ports.ts';
import type { Runtime } from './step.ts';

/** A date of HTTP has whole seconds, cut off: the true one is half a second to either side of what the adapter reports. */
const DATE_ERROR_MS = 500;
/** Two clocks of one process run apart by less than this between two answers, unless somebody sets the one that can be set. */
const CLOCK_SET_MS = 1000;

/** A reading of both clocks of this process. */
interface Reading {
  readonly elapsed: Milliseconds;
  /** How far `now()` is ahead of `elapsed()`: it changes only when the clock is set. */
  readonly ahead: Milliseconds;
}

/**
 * What time it is at the bridge. Whether a message of the provider's is newer than our last call is told by the bridge's
 * clock: dated by ours, if that is slow, our call would be older than a message that it overwrote, and the two sides
 * would differ for good.
 *
 * Every answer has a date, in whole seconds. Several of them narrow the difference down to what an answer takes. It is kept
 * against `elapsed()`, which nobody sets.
 */
export class BridgeTime {
  readonly #clock: Clock;
  /** How far the bridge's clock is ahead of `elapsed()`; null: no answer had a date. */
  #ahead: Span | null = null;
  #heardAt: Reading;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAt = this.#reading();
  }

  /** The same bridge, the dates of whose answers are noted. */
  listening(bridge: Bridge): Bridge {
    return {
      send: async (request) => {
        const asked = this.#reading();
        const answer = await bridge.send(request);
        this.#heard(asked, answer);
        return answer;
      },
    };
  }

  /**
   * The present moment by the bridge's clock, exactly where that cannot be told from ours. If ours was set since the last
   * answer, or the machine was asleep, either may be right.
   */
  now(): Span {
    const now = this.#clock.now();
    if (this.#ahead === null) return { from: now, to: now };
    const { elapsed, ahead } = this.#reading();
    const from = Math.floor(elapsed + this.#ahead.from);
    const to = Math.ceil(elapsed + this.#ahead.to);
    if (from <= now && now <= to) return { from: now, to: now };
    const isSet = Math.abs(ahead - this.#heardAt.ahead) > CLOCK_SET_MS;
    return isSet ? { from: Math.min(from, now), to: Math.max(to, now) } : { from, to };
  }

  #heard(asked: Reading, answer: BridgeAnswer): void {
    if (answer.kind !== 'answer' || answer.clockSkewMs === undefined) return;
    const answered = this.#reading();
    // Set while the call was under way: then the difference is none.
    if (Math.abs(answered.ahead - asked.ahead) > CLOCK_SET_MS) return;
    const middle = answered.ahead + answer.clockSkewMs;
    const error = DATE_ERROR_MS + (answered.elapsed - asked.elapsed) / 2;
    const heard: Span = { from: middle - error, to: middle + error };
    const known = this.#ahead ?? heard;
    const both: Span = { from: Math.max(known.from, heard.from), to: Math.min(known.to, heard.to) };
    // Where they contradict each other, one of the clocks was set, or time has run unevenly: the latest counts.
    this.#ahead = both.from <= both.to ? both : heard;
    this.#heardAt = answered;
  }

  #reading(): Reading {
    const elapsed = this.#clock.elapsed();
    return { elapsed, ahead: this.#clock.now() - elapsed };
  }
}

/** The present moment by the bridge's clock; by ours, where nobody listens to its answers. */
export function bridgeNow({ bridgeTime, ports }: Runtime): Span {
  const now = ports.clock.now();
  return bridgeTime?.now() ?? { from: now, to: now };
}
