import { afterEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Outcome } from '../../engine/domain/journal.ts';
import { dropLane } from '../../engine/runtime/drop-lane.ts';
import type { BridgeAnswer } from '../../engine/runtime/ports.ts';
import { retryLane } from '../../engine/runtime/retry-lane.ts';
import { skipStep } from '../../engine/runtime/skip-step.ts';
import { openWorld, workDue, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const NUMBER = 'INC0000001';
const THEIRS = 'e-CS0204070';
const WORD = { by: 'pat', because: 'it is of no use' };

const edit = (what: string): Promise<unknown> =>
  world.sql(`UPDATE tickets SET ${what}, updated_at = :now WHERE id = 1`);
const idOf = async (): Promise<number> => (await world.lane(NUMBER)).id;
const send = (transactionType: string, body: JsonObject): void => {
  world.tenant.queue.send({
    group: THEIRS,
    transactionType,
    clientReferenceAvailable: true,
    body: { clientName: 'AcmeCorp', ticketType: 'Incident', ticketNumber: THEIRS, ...body },
  });
};
const comment = async (): Promise<void> => {
  world.desk.comment(THEIRS, { body: 'Anybody there?' });
  await world.settle(seconds(60));
};
const withoutAuthor = (): Promise<unknown> =>
  world.sql("DELETE FROM users WHERE email = 'bridge@acme.example'");

/** The title is changed here, and every ticket call is answered so. */
async function answered(answer: BridgeAnswer): Promise<void> {
  await edit(`title = 'Changed'`);
  await world.poll();
  await world.clock.advance(seconds(6));
  const answers = world.through((bridge) => ({
    send: (request) => (request.path.includes('tickets') ? Promise.resolve(answer) : bridge.send(request)),
  }));
  await workDue(answers);
}
const status = (code: number, message: string): BridgeAnswer => ({
  kind: 'answer',
  status: code,
  body: { message },
  retryAfterMs: null,
});

/** How each outcome comes about, for a message and for a difference; null: it cannot be theirs. */
const WAYS: Readonly<
  Record<Exclude<Outcome, Elsewhere>, { readonly in: Way | null; readonly out: Way | null }>
> = {
  applied: { in: comment, out: null },
  sent: { in: null, out: () => edit(`title = 'Changed'`) },
  dropped: {
    in: async () => {
      await withoutAuthor();
      await comment();
      await dropLane(world.runtime, await idOf(), WORD);
    },
    out: async () => {
      await answered(status(400, 'Invalid payload'));
      await dropLane(world.runtime, await idOf(), WORD);
    },
  },
  skipped: {
    in: async () => {
      await withoutAuthor();
      await comment();
      await skipStep(world.runtime, await idOf(), WORD);
    },
    out: async () => {
      await answered(status(400, 'Invalid payload'));
      await skipStep(world.runtime, await idOf(), WORD);
    },
  },
  duplicate: { in: async () => send('ReturnEnsonoNum', { clientTicketNumber: NUMBER }), out: null },
  'not-handled': { in: async () => send('Redraft', { clientTicketNumber: NUMBER }), out: null },
  waiting: { in: null, out: () => answered({ kind: 'no-answer', reached: true, reason: 'time-out' }) },
  refused: {
    in: null,
    out: async () => {
      await edit(`group_id = 5`);
    },
  },
  parked: {
    in: async () => {
      await withoutAuthor();
      await comment();
    },
    out: () => answered(status(400, 'Invalid payload')),
  },
  retried: {
    in: null,
    out: async () => {
      await answered(status(400, 'Invalid payload'));
      await retryLane(world.runtime, await idOf(), 'pat');
    },
  },
  held: {
    in: null,
    out: async () => {
      world.desk.close(THEIRS, { closeNotes: 'Done.' });
      await world.settle(seconds(60));
      await edit(`title = 'Too late'`);
    },
  },
  // The lane stays due: nothing but its contract is at fault.
  stopped: {
    in: null,
    out: () => expect(answered(status(403, 'Forbidden'))).rejects.toThrow('does not come to rest'),
  },
};
type Way = () => Promise<unknown>;
/** Told of the contract, not of a message or a difference. */
type Elsewhere = 'rules-changed' | 'alarm-raised' | 'alarm-cleared';

const ways = Object.entries(WAYS).flatMap(([outcome, { in: inbound, out }]) => [
  ...(inbound === null ? [] : [[outcome, 'in', inbound] as const]),
  ...(out === null ? [] : [[outcome, 'out', out] as const]),
]);

describe('[loud] whatever ends or stands still', () => {
  test.each(ways)(
    '%s (%s) is in the journal, and each message with its own outcome',
    async (outcome, direction, way) => {
      world = await openWorld('acme', { since: 'now' });
      await edit(`title = 'As it was'`);
      await world.settle(minutes(4));
      await way();
      if (outcome !== 'stopped' && outcome !== 'waiting') await world.settle(minutes(3));

      const lines = (await world.journal(NUMBER)).filter((line) => line.direction === direction);
      expect(lines.map((line) => line.outcome)).toContain(outcome);
      for (const line of lines) expect(line.summary).not.toBe('');
      const ends = await world.sql(`SELECT message_id, outcome, lane_id FROM bh_inbox`);
      for (const end of ends) {
        const told = await world.sql(
          `SELECT outcome FROM bh_journal WHERE transaction_id = ? ORDER BY id`,
          String(end.message_id),
        );
        const last = end.outcome ?? 'parked';
        // A second delivery is told besides.
        expect(told.map((line) => line.outcome)).toContain(last);
      }
    },
  );
});
