import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../engine/domain/instant.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import type { Bridge } from '../../engine/runtime/ports.ts';
import { NEVER, openWorld, turnOf, workDue, type World } from '../support/world.ts';

/** Linked tickets, each with a lane of its own. */
const TICKETS = ['INC0000001', 'INC0000002', 'INC0000003'] as const;

/** What can happen, in any order. */
type Event =
  /** The provider writes so many comments into a ticket at one instant: their SentTimestamps tie. */
  | { readonly kind: 'send'; readonly ticket: number; readonly count: number }
  /** The queue delivers an earlier message again, under its own id or as a new message. */
  | { readonly kind: 'duplicate'; readonly index: number; readonly by: 'queue' | 'sender' }
  /** A read; of its deletes some are lost, some come too late for their handle. */
  | { readonly kind: 'poll'; readonly deletes: readonly ('done' | 'late' | 'lost')[] }
  /** A read whose messages never reach the inbox: the engine dies first. */
  | { readonly kind: 'read-and-die' }
  /** One turn of one lane, whatever the others do. */
  | { readonly kind: 'turn'; readonly ticket: number }
  | { readonly kind: 'wait'; readonly seconds: number };

const ticket = fc.nat({ max: TICKETS.length - 1 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('send'), ticket, count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('duplicate'),
      index: fc.nat(),
      by: fc.constantFrom('queue', 'sender'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('poll'),
      deletes: fc.array(fc.constantFrom('done', 'done', 'late', 'lost'), { maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read-and-die') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('turn'), ticket }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 40 }) }),
  },
);

let world: World;
let lanes: readonly number[];

beforeAll(async () => {
  world = await openWorld('acme', { since: 'now' });
  await world.sql('UPDATE tickets SET updated_at = :now WHERE id IN (1, 2, 3)');
  await world.settle(seconds(120));
  lanes = await Promise.all(TICKETS.map(async (number) => (await world.lane(number)).id));
});
afterAll(() => world.close());

/** The bridge, where a poll's deletes meet what the event says. */
const withDeletes =
  (deletes: readonly ('done' | 'late' | 'lost')[]) =>
  (bridge: Bridge): Bridge => {
    let count = 0;
    return {
      send: async (request) => {
        if (request.method !== 'DELETE') return bridge.send(request);
        const fate = deletes[count] ?? 'done';
        count += 1;
        if (fate === 'lost') return { kind: 'no-answer', reason: 'lost', reached: true };
        if (fate === 'late') await world.clock.advance(seconds(31));
        return bridge.send(request);
      },
    };
  };

const commentsHere = async (): Promise<readonly (readonly string[])[]> =>
  Promise.all(
    TICKETS.map(async (_, index) => {
      const rows = await world.sql(
        'SELECT body FROM comments WHERE ticket_id = ? AND author_id = 1 ORDER BY id',
        index + 1,
      );
      return rows.map(({ body }) => String(body));
    }),
  );

describe('[lane-order] [notes-once] [delete-after-commit]', () => {
  test('whatever is received in whatever order, each lane takes effect once and in order, and no lane waits for another', async () => {
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 25 }), async (events) => {
        const before = await commentsHere();
        const expected = TICKETS.map(() => [] as string[]);
        const numbers = TICKETS.map((number) => world.providerTicket(number).ticketNumber);
        const run = { sent: [] as string[] };

        for (const happens of events) {
          switch (happens.kind) {
            case 'send':
              for (let count = 0; count < happens.count; count += 1) {
                serial += 1;
                const body = `comment ${serial}`;
                const done = world.desk.comment(numbers[happens.ticket] ?? '', { body });
                if (done.kind === 'done' && done.message !== null) run.sent.push(done.message.id);
                expected[happens.ticket]?.push(body);
              }
              break;
            case 'duplicate': {
              const id = run.sent[happens.index % Math.max(1, run.sent.length)];
              if (id !== undefined) world.tenant.queue.duplicate(id, happens.by);
              break;
            }
            case 'poll':
              await pollQueue(world.through(withDeletes(happens.deletes)), NEVER);
              break;
            case 'read-and-die':
              world.tenant.queue.receive(10);
              break;
            case 'turn':
              await turnOf(world.runtime, lanes[happens.ticket] ?? 0);
              break;
            case 'wait':
              await world.clock.advance(seconds(happens.seconds));
              break;
          }
          // At no moment is anything out of order, or there twice.
          const here = await commentsHere();
          for (const [index, bodies] of here.entries()) {
            const fresh = bodies.slice(before[index]?.length);
            expect(fresh).toEqual(expected[index]?.slice(0, fresh.length));
          }
        }

        // A lane that stands still holds up no other: the first is parked, the others come to rest.
        await world.clock.advance(seconds(31));
        for (let rounds = 0; rounds < 25 && world.tenant.queue.state().messages.length > 0; rounds += 1) {
          await pollQueue(world.runtime, NEVER);
          await world.clock.advance(seconds(31));
        }
        for (const lane of lanes.slice(1)) await turnOf(world.runtime, lane);
        const others = await commentsHere();
        for (const index of [1, 2]) {
          expect(others[index]?.slice(before[index]?.length)).toEqual(expected[index]);
        }
        await workDue(world.runtime);
        const after = await commentsHere();
        expect(after.map((bodies, index) => bodies.slice(before[index]?.length))).toEqual(expected);
        // Nothing is left in the queue, nothing was given up.
        const { messages, failureQueue, expired } = world.tenant.queue.state();
        expect([messages, failureQueue, expired]).toEqual([[], [], []]);
      }),
      { numRuns: 40 },
    );
  }, 180_000);
});
