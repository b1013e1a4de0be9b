import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minutes, seconds, type Instant, type Milliseconds } from '../../engine/domain/instant.ts';
import { BridgeTime } from '../../engine/runtime/bridge-time.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { clockSkewOf } from '../../adapters/bridge/clock-skew.ts';
import { CLIENT_WORDS, edited } from '../fault-simulation/clients.ts';
import { Chance } from '../fault-simulation/chance.ts';
import { openSmallWorld } from '../support/small-world.ts';

const ORIGIN = Date.parse('2026-11-23T09:00:00Z');

/** A process whose clock is `error` ahead of the bridge's, and a bridge that answers after `latency`, in true time. */
class Pair {
  #now = ORIGIN;
  error: Milliseconds;
  readonly time: BridgeTime;

  constructor(error: Milliseconds) {
    this.error = error;
    const clock: Clock = {
      now: () => this.#now + this.error,
      elapsed: () => this.#now - ORIGIN,
      sleep: () => Promise.resolve(),
      untilNext: () => 0,
    };
    this.time = new BridgeTime(clock);
  }

  get now(): Instant {
    return this.#now;
  }

  pass(ms: Milliseconds): void {
    this.#now += ms;
  }

  async ask(there: Milliseconds, back: Milliseconds, isDated = true): Promise<void> {
    const bridge = this.time.listening({
      send: async () => {
        const asked = this.#now + this.error;
        this.pass(there);
        const headers = new Headers({ date: new Date(this.#now).toUTCString() });
        this.pass(back);
        const skew = clockSkewOf(headers, asked, this.#now + this.error);
        const answer = { kind: 'answer', status: 200, body: {}, retryAfterMs: null } as const;
        return isDated && skew !== null ? { ...answer, clockSkewMs: skew } : answer;
      },
    });
    await bridge.send({ method: 'GET', path: 'queue' });
  }
}

describe('the time at the bridge', () => {
  const asks = fc.array(
    fc.record({
      pause: fc.integer({ min: 0, max: minutes(2) }),
      there: fc.integer({ min: 0, max: seconds(20) }),
      back: fc.integer({ min: 0, max: seconds(20) }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  test('is where it is said to be, however wrong the clock is and however long answers take', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -minutes(90), max: minutes(90) }), asks, async (error, list) => {
        const pair = new Pair(error);
        let widest = Infinity;
        for (const { pause, there, back } of list) {
          pair.pass(pause);
          await pair.ask(there, back);
          widest = Math.min(widest, 1000 + there + back);
          const { from, to } = pair.time.now();
          // A clock that is right as far as anybody can tell is believed; it is not further off than that.
          expect(from).toBeLessThanOrEqual(pair.now + widest + 2);
          expect(to).toBeGreaterThanOrEqual(pair.now - widest - 2);
          if (from !== to) expect([from <= pair.now + 1, pair.now - 1 <= to]).toEqual([true, true]);
          expect(to - from).toBeLessThanOrEqual(widest + 2);
        }
      }),
    );
  });

  test('is this clock, exactly, as long as no answer says otherwise', async () => {
    const pair = new Pair(120);
    expect(pair.time.now()).toEqual({ from: ORIGIN + 120, to: ORIGIN + 120 });
    await pair.ask(40, 40);
    expect(pair.time.now()).toEqual({ from: ORIGIN + 200, to: ORIGIN + 200 });
    await pair.ask(40, 40, false);
    expect(pair.time.now()).toEqual({ from: ORIGIN + 280, to: ORIGIN + 280 });
  });

  test('is told from dates of whole seconds to less than a tenth of one, after a few answers', async () => {
    const pair = new Pair(-700);
    for (let count = 0; count < 30; count += 1) {
      pair.pass(30_037);
      await pair.ask(5, 5);
    }
    const { from, to } = pair.time.now();
    expect(to - from).toBeLessThan(100);
    expect([from <= pair.now, pair.now <= to]).toEqual([true, true]);
  });

  test('may be either, from the moment this clock is set until the next answer', async () => {
    const pair = new Pair(0);
    await pair.ask(5, 5);
    pair.error = -seconds(50);
    const { from, to } = pair.time.now();
    expect(from).toBe(pair.now - seconds(50));
    expect(to).toBeGreaterThanOrEqual(pair.now);
    await pair.ask(5, 5);
    expect(pair.time.now().from).toBeGreaterThan(pair.now - seconds(2));
  });
});

test.each([-seconds(48), seconds(48)])(
  '[convergence] a process whose clock is off by %i ms knows which of two words that crossed was the later one',
  async (error) => {
    const world = await openSmallWorld('globex');
    const { clock, database, desk, tenant } = world;
    const words = CLIENT_WORDS.globex;
    const stop = new AbortController();
    const queue = { isAnswered: true };
    const over = runContract(
      world.runtime((ports) => ({
        ...ports,
        clock: {
          now: () => clock.now() + error,
          elapsed: () => clock.elapsed(),
          untilNext: (poll) => clock.untilNext(poll),
          sleep: (ms, signal) => clock.sleep(ms, signal),
        },
        bridge: {
          send: async (request) => {
            if (request.method === 'GET' && !queue.isAnswered)
              return { kind: 'no-answer', reason: 'connection reset', reached: true };
            const asked = clock.now() + error;
            const answer = await ports.bridge.send(request);
            const skew = clockSkewOf(
              new Headers({ date: new Date(clock.now()).toUTCString() }),
              asked,
              clock.now() + error,
            );
            return answer.kind === 'answer' && skew !== null ? { ...answer, clockSkewMs: skew } : answer;
          },
        },
      })),
      stop.signal,
    );
    const ticket = {
      key: '1',
      number: words.number('1'),
      providerNumber: null,
      fields: { ...words.newFields(new Chance(1, 'fields'), 'T1', true), team: 'UNIX', state: 1 },
      comments: [],
    };
    await database.putTicket(edited(words, ticket, {}, clock.now()), clock.now());
    await clock.advance(minutes(2));
    const there = tenant.tickets()[0]?.ticketNumber ?? '';
    const row = async (): Promise<unknown> => {
      const now = await database.transaction(({ itsm }) => itsm.ticket('1', false));
      return now?.fields.subject;
    };

    // Somebody here and somebody there, before the poll that sends ours, which does not get to hear of theirs.
    queue.isAnswered = false;
    const mine = await database.transaction(({ itsm }) => itsm.ticket('1', false));
    if (mine === null) throw new Error('there is no ticket');
    await database.putTicket(edited(words, mine, { subject: 'ours' }, clock.now()), clock.now());
    await clock.advance(seconds(1));
    desk.update(there, { shortDescription: 'theirs' });
    await clock.advance(minutes(1));
    queue.isAnswered = true;
    await clock.advance(minutes(5));

    expect([await row(), tenant.ticket(there)?.shortDescription]).toEqual(['ours', 'ours']);
    stop.abort();
    await clock.advance(minutes(1));
    await over;
  },
);
