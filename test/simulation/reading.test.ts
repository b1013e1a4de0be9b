import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { NEW_LANE_STATE } from '../../engine/domain/lane.ts';
import { BACKLOG_LANES_MAX } from '../../engine/domain/limits.ts';
import type { Database } from '../../engine/runtime/ports.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { openSmallWorld, type SmallWorld } from '../support/small-world.ts';
import { withOutages } from '../support/outages.ts';

const steps = ({ logLines }: SmallWorld): readonly string[] =>
  logLines.map(({ step }) => step).filter((step) => step.startsWith('queue '));
const received = ({ receives }: SmallWorld): number => [...receives.values()].reduce((a, b) => a + b, 0);

/** Messages of so many tickets that have waited in the inbox since the beginning; `parked`: their lanes stand still. */
async function backlog({ database, origin }: SmallWorld, lanes: number, parked: boolean): Promise<void> {
  await database.transaction(async ({ store }) => {
    for (let count = 0; count < lanes; count += 1) {
      const group = `e-CS99${String(count).padStart(5, '0')}`;
      const names = { clientTicket: null, clientNumber: null, providerTicket: group };
      const id = await store.insertLane({ ...names, state: NEW_LANE_STATE, dueAt: origin });
      const lane = await store.lane(id, true);
      if (lane === null) throw new Error('the lane was just made');
      await store.restLane(id, lane.wanted, null);
      if (parked) {
        const cause = {
          at: origin,
          code: 'rule-failed',
          reason: 'a rule',
          rule: null,
          until: 'operator',
          messageId: null,
          retryAt: null,
        } as const;
        await store.saveLane({ ...lane, parked: cause });
      }
      await store.acceptMessage(
        {
          id: group,
          receiptHandle: 'h',
          group,
          transactionType: 'Update',
          sentAt: origin,
          sequence: '1',
          receiveCount: 1,
          clientReferenceAvailable: true,
          body: {},
        },
        id,
        origin,
      );
    }
  });
}

async function runFor(world: SmallWorld, ms: number, database: Database = world.database): Promise<void> {
  const stop = new AbortController();
  const runtime = world.runtime((ports) => ({ ...ports, database }));
  const run = runContract({ ...runtime, rules: null }, stop.signal);
  await world.clock.advance(ms);
  stop.abort();
  await world.clock.advance(seconds(1));
  await run;
}

describe('the queue is left alone', () => {
  test('while messages of many tickets have waited for over an hour, which is said once', async () => {
    const world = await openSmallWorld('acme');
    await backlog(world, BACKLOG_LANES_MAX, false);
    // Nobody works them: the lanes are not due.
    await world.clock.advance(minutes(61));
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    await runFor(world, minutes(10));

    expect(received(world)).toBe(0);
    expect(steps(world)).toEqual(['queue left alone']);
    expect(world.logLines.find(({ step }) => step === 'queue left alone')?.fields).toMatchObject({
      cause: 'backlog-age',
      reason: `messages of ${BACKLOG_LANES_MAX} tickets have waited in the inbox for over 1 h`,
    });
  });

  test('not because of a few tickets that stand still, nor of many that are parked', async () => {
    const world = await openSmallWorld('acme');
    await backlog(world, BACKLOG_LANES_MAX - 1, false);
    const parked = await openSmallWorld('acme');
    await backlog(parked, 3 * BACKLOG_LANES_MAX, true);
    for (const one of [world, parked]) {
      await one.clock.advance(minutes(61));
      one.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
      await runFor(one, minutes(3));
      expect(received(one)).toBe(1);
    }
  });

  test('while the database is away, which is said once, and once more when it is read again', async () => {
    const world = await openSmallWorld('acme');
    const { clock, origin } = world;
    const away = { kind: 'read-only', from: origin + minutes(2), until: origin + minutes(12) } as const;
    await runFor(world, minutes(15), withOutages(world.database, clock, [away]));

    expect(steps(world)).toEqual(['queue left alone', 'queue read again']);
    expect(world.logLines.find(({ step }) => step === 'queue read again')?.fields).toMatchObject({
      cause: 'database',
      after_s: 600,
      polls_left_out: 20,
    });
  });

  test('for growing pauses when messages cannot be kept although writes succeed', async () => {
    const world = await openSmallWorld('acme');
    world.desk.open({ shortDescription: 'Tape library open', group: 'Ensono Mainframe' });
    const full = { kind: 'full', from: world.origin, until: world.origin + minutes(120) } as const;
    const outer = withOutages(world.database, world.clock, [full]);
    // Proof is given for any size, and yet no message is taken.
    const deceptive: Database = {
      transaction: (work) =>
        outer.transaction((tx) =>
          work({ ...tx, store: { ...tx.store, proveWritable: async () => undefined } }),
        ),
    };
    await runFor(world, minutes(60), deceptive);

    expect(received(world)).toBeGreaterThan(3);
    expect(received(world)).toBeLessThanOrEqual(9);
  });
});
