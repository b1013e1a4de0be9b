import type { Milliseconds } from '../domain/instant.ts';
import { PATIENCE_LANES_MAX, PATIENCE_MS_MIN } from '../domain/limits.ts';
import type { Clock } from './ports.ts';

/** A lane by its id; or a file that is sent beside it. */
type Subject = number | `upload ${number}`;

/**
 * Since when this process has known of each call that lacks its answer, by its own `elapsed()`. The date in the lane
 * comes from a clock that may be set, or from another host; a call that may have happened is repeated only if this
 * process has known of it for as long as patience asks.
 */
export interface Patience {
  /** The call goes out now. */
  sends(of: Subject, intent: string): void;
  /** How much longer to wait before this call is repeated. One that nobody told of is known from now on. */
  left(of: Subject, intent: string): Milliseconds;
}

export function patience(clock: Clock): Patience {
  const known = new Map<Subject, { readonly intent: string; readonly since: Milliseconds }>();
  const know = (of: Subject, intent: string): Milliseconds => {
    const since = clock.elapsed();
    known.delete(of);
    known.set(of, { intent, since });
    // The oldest goes; should it still lack its answer, it waits once more.
    const [oldest] = known.keys();
    if (known.size > PATIENCE_LANES_MAX && oldest !== undefined) known.delete(oldest);
    return since;
  };
  return {
    sends: (of, intent) => void know(of, intent),
    left: (of, intent) => {
      const before = known.get(of);
      const since = before?.intent === intent ? before.since : know(of, intent);
      return Math.max(0, since + PATIENCE_MS_MIN - clock.elapsed());
    },
  };
}

/** For who works alone, with one clock that nobody sets: the date in the lane is enough. */
export const NO_DOUBT_OF_DATES: Patience = { sends: () => undefined, left: () => 0 };
