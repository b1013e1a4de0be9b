import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../adapters/clock/virtual-clock.ts';

const NEVER = new AbortController().signal;

describe('the virtual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = new VirtualClock(1000);

    expect(clock.now()).toBe(1000);
    await clock.advance(500);
    expect(clock.now()).toBe(1500);
  });

  it('wakes sleepers in the order of their time, those of one time in the order in which they lay down', async () => {
    const clock = new VirtualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms, NEVER);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = [sleep('c', 30), sleep('a', 10), sleep('b', 20), sleep('b2', 20), sleep('late', 31)];

    await clock.advance(30);

    expect(woken).toEqual(['a at 10', 'b at 20', 'b2 at 20', 'c at 30']);
    expect(clock.nextWake()).toBe(31);
    await clock.advance(1);
    await Promise.all(all);
    expect(clock.nextWake()).toBeNull();
  });

  it('wakes also those who lie down on the way', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const ticking = (async () => {
      for (let tick = 0; tick < 3; tick += 1) {
        await clock.sleep(10, NEVER);
        seen.push(clock.now());
      }
    })();

    await clock.advance(100);
    await ticking;

    expect(seen).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(100);
  });

  it('wakes a sleeper at once when told to, and forgets it', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const asleep = clock.sleep(10, stop.signal);

    stop.abort();

    await asleep;
    expect(clock.nextWake()).toBeNull();
    await clock.sleep(10, stop.signal);
  });

  it('counts polls from its own time', () => {
    const clock = new VirtualClock(Date.parse('2026-03-02T10:00:05Z'));

    expect(clock.untilNext({ kind: 'every', ms: 30_000 })).toBe(30_000);
    expect(clock.untilNext({ kind: 'cron', expression: '*/2 * * * *', timeZone: 'UTC' })).toBe(115_000);
  });
});
