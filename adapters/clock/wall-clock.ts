import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import { msUntilNext } from './ms-until-next.ts';

/** The longest that one Node timer can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * The machine's clock. With a `speed` other than 1 its time runs that much faster (and every sleep is that much
 * shorter), since `speedSince`; without it, since the moment it is made.
 */
export function wallClock({
  speed = 1,
  speedSince = Date.now(),
}: { readonly speed?: number; readonly speedSince?: Instant } = {}): Clock {
  if (!(speed > 0 && Number.isFinite(speed))) throw new Error(`a clock cannot run at speed ${speed}`);
  const now = (): Instant => Math.floor(speedSince + (Date.now() - speedSince) * speed);
  return {
    now,
    elapsed: () => performance.now() * speed,
    sleep: (ms, signal) => sleepReal(ms / speed, signal),
    untilNext: (poll) => msUntilNext(poll, now()),
  };
}

async function sleepReal(ms: Milliseconds, signal: AbortSignal): Promise<void> {
  for (let left = Math.ceil(ms); left > 0 && !signal.aborted; left -= TIMER_MS_MAX) {
    await oneTimer(Math.min(left, TIMER_MS_MAX), signal);
  }
}

const oneTimer = (ms: Milliseconds, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
