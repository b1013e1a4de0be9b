import type { Milliseconds } from '../domain/instant.ts';
import type { Clock } from './ports.ts';

/** Lets something be done no more often than it is worth. */
export interface Pace {
  /** Whether it is time to do it; if so, it is not until the pause is over. */
  isTime(): boolean;
}

export function pace(clock: Clock, pauseMs: Milliseconds): Pace {
  let next = -Infinity;
  return {
    isTime: () => {
      const now = clock.elapsed();
      if (now < next) return false;
      next = now + pauseMs;
      return true;
    },
  };
}

/** For who works alone: it is always time. */
export const NO_PAUSE: Pace = { isTime: () => true };
