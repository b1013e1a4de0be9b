import { afterEach, describe, expect, it, vi } from 'vitest';
import { wallClock } from '../../../adapters/clock/wall-clock.ts';

const HOUR_MS = 3_600_000;
const NEVER = new AbortController().signal;

afterEach(() => void vi.useRealTimers());

describe('the wall clock', () => {
  it('tells how much time has passed, whatever is done to the machine’s date', async () => {
    const clock = wallClock({ speed: 1000 });
    const before = { elapsed: clock.elapsed(), now: clock.now() };

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - HOUR_MS });
    await clock.sleep(20_000, NEVER);

    expect(clock.now()).toBeLessThan(before.now);
    expect(clock.elapsed() - before.elapsed).toBeGreaterThanOrEqual(18_000);
    expect(clock.elapsed() - before.elapsed).toBeLessThan(HOUR_MS);
  });

  it('is the machine’s own when nothing else is asked', () => {
    const before = Date.now();
    const now = wallClock().now();

    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('runs faster since a moment, so that several processes agree on the time', () => {
    const speedSince = Date.now() - HOUR_MS;
    const now = wallClock({ speed: 24, speedSince }).now();

    expect(now - speedSince).toBeGreaterThanOrEqual(24 * HOUR_MS);
    expect(now - speedSince).toBeLessThan(25 * HOUR_MS);
  });

  it('sleeps as long as it says, by its own time', async () => {
    const clock = wallClock({ speed: 200_000 });
    const from = clock.now();

    await clock.sleep(HOUR_MS, NEVER);

    // Timers may be a millisecond early; at this speed that is 200 s.
    expect(clock.now() - from).toBeGreaterThanOrEqual(HOUR_MS - 400_000);
  });

  it('ends a sleep when told to, and does not begin one after', async () => {
    const stop = new AbortController();
    const clock = wallClock();
    const asleep = clock.sleep(HOUR_MS, stop.signal);

    stop.abort();

    await expect(asleep).resolves.toBeUndefined();
    await expect(clock.sleep(HOUR_MS, stop.signal)).resolves.toBeUndefined();
  });

  it('sleeps longer than one timer can', async () => {
    const stop = new AbortController();
    let awake = false;
    const asleep = wallClock()
      .sleep(2 ** 31 + HOUR_MS, stop.signal)
      .then(() => (awake = true));

    await wallClock().sleep(20, NEVER);
    expect(awake).toBe(false);
    stop.abort();
    await asleep;
  });

  it.each([0, -1, Number.NaN])('does not run at speed %d', (speed) => {
    expect(() => wallClock({ speed })).toThrow('cannot run at speed');
  });
});
