import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import { runContract } from '../../engine/runtime/run-contract.ts';
import { openSmallWorld } from '../support/small-world.ts';
import { withOutages } from '../support/outages.ts';

/** The provider gives a message up after 20 receives; an outage may cost it a few of them. */
const RECEIVES_AT_MOST = 4;

const GROUPS = ['Ensono Mainframe', 'Ensono Network Support', 'Ensono Database'];
const QUIET_AT_THE_END = minutes(60);

/** Offsets within two hours, to the second. */
const moment = fc.integer({ min: 0, max: 7200 }).map(seconds);

const day = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  outageAt: fc.integer({ min: 0, max: 7200_000 }),
  kind: fc.constantFrom('down' as const, 'read-only' as const, 'full' as const),
  opened: fc.array(moment, { minLength: 5, maxLength: 25 }),
  commented: fc.array(moment, { maxLength: 25 }),
});

describe('a database that is out for an hour', () => {
  it('[loud] costs no message, and no message more than a few of its receives, whatever kind of outage it is', async () => {
    let most = 0;
    let messages = 0;
    await fc.assert(
      fc.asyncProperty(day, async ({ seed, outageAt, kind, opened, commented }) => {
        const world = await openSmallWorld('acme', { seed });
        const { clock, tenant, desk, origin } = world;
        const outage = { kind, from: origin + outageAt, until: origin + outageAt + minutes(60) };
        const runtime = world.runtime((ports) => ({
          ...ports,
          database: withOutages(ports.database, clock, [outage]),
        }));
        const stop = new AbortController();
        const run = runContract(runtime, stop.signal);

        const numbers: string[] = [];
        const deeds = [
          ...opened.map((at) => ({ at, what: 'open' as const })),
          ...commented.map((at) => ({ at, what: 'comment' as const })),
        ].sort((one, other) => one.at - other.at);
        for (const [index, { at, what }] of deeds.entries()) {
          await clock.advance(origin + at - clock.now());
          const number = numbers[index % Math.max(numbers.length, 1)];
          if (what === 'comment' && number !== undefined) desk.comment(number, { body: `word ${index}` });
          else {
            const done = desk.open({ shortDescription: `ticket ${index}`, group: GROUPS[index % 3] ?? '' });
            if (done.kind === 'done') numbers.push(done.ticket.ticketNumber);
          }
        }
        await clock.advance(Math.max(outage.until, clock.now()) + QUIET_AT_THE_END - clock.now());
        stop.abort();
        await clock.advance(seconds(60));
        await run;

        const queue = tenant.queue.state();
        expect(queue.failureQueue).toEqual([]);
        expect(queue.expired).toEqual([]);
        expect(queue.messages).toEqual([]);
        const journal = await world.database.transaction(({ store }) =>
          store.readJournal({ ticket: null, limit: 10_000 }),
        );
        const applied = new Set(
          journal.filter(({ outcome }) => outcome === 'applied').map(({ transactionId }) => transactionId),
        );
        const sent = tenant.queue.sent().map(({ id }) => id);
        expect(sent.filter((id) => !applied.has(id))).toEqual([]);
        most = Math.max(most, ...sent.map((id) => world.receives.get(id) ?? 0));
        messages += sent.length;
        expect(most).toBeLessThanOrEqual(RECEIVES_AT_MOST);
        const told = world.logLines.filter(({ step }) => step === 'queue left alone');
        const again = world.logLines.filter(({ step }) => step === 'queue read again');
        expect(told.length).toBeLessThanOrEqual(4);
        // One that begins before the engine, or meets no message on a full disk, is not met by a poll.
        if (told.length > 0) expect(again).toHaveLength(1);
      }),
      { numRuns: Number(process.env.OUTAGE_RUNS ?? 15), endOnFailure: true },
    );
    if (process.env.OUTAGE_RUNS !== undefined) console.log({ messages, most });
  });
});
