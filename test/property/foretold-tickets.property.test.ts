import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HeldLane } from '../../engine/domain/instance.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Transaction } from '../../engine/runtime/ports.ts';
import { type SampleDatabase, sampleDatabase } from '../support/databases.ts';
import { message, NOW, takenLanes } from '../support/stores.ts';

const TICKETS = ['1', '2', '3', '4'] as const;

/** What a turn does to its ticket. */
type Act =
  | { readonly kind: 'update'; readonly fields: JsonObject }
  | { readonly kind: 'comment'; readonly body: string }
  | { readonly kind: 'number'; readonly number: string | null }
  | { readonly kind: 'read' };

const words = fc.constantFrom('one', 'Two', 'drei ', '', '4', "o'five");
const update = fc
  .record(
    {
      title: words,
      status: fc.constantFrom('New', 'In Progress', 'On Hold'),
      priority: fc.constantFrom('P1', 'P2', 'P3'),
      description: words,
      resolution: fc.option(words),
      starts_at: fc.option(fc.constantFrom('2026-06-01T10:00:00.000Z', '2026-12-01T10:00:00.250Z')),
      caller: fc.constant(null),
    },
    { requiredKeys: [] },
  )
  .map((fields): Act => ({ kind: 'update', fields }));
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: update },
  { weight: 2, arbitrary: fc.constant<Act>({ kind: 'read' }) },
  { weight: 1, arbitrary: words.map((body): Act => ({ kind: 'comment', body: `${body}!` })) },
  {
    weight: 1,
    arbitrary: fc
      .option(fc.constantFrom('e-CS7', 'e-CS8'))
      .map((number): Act => ({ kind: 'number', number })),
  },
);
/** Who reads a ticket also writes to it: who only reads may have read before the others wrote. */
const turn = fc.tuple(update, fc.array(act, { maxLength: 5 })).map(([first, others]) => [first, ...others]);

/** What the client's own database does when a ticket is written, in SQLite's words. */
const TRIGGERS = [
  'UPDATE tickets SET description = description || NEW.title WHERE id = NEW.id',
  'UPDATE tickets SET priority = NEW.priority WHERE id = 1 + (NEW.id % 4)',
  "UPDATE tickets SET status = 'On Hold' WHERE id = 3 AND NEW.id <> 3",
  "INSERT INTO comments (ticket_id, body, is_public, created_at) VALUES (2, NEW.title, 1, '2026-06-01 12:00:00')",
  'UPDATE tickets SET deleted = 1 WHERE id = 4 AND NEW.id = 2',
] as const;

/** What each turn has seen of its ticket, and what is in the tables then. */
interface Ended {
  readonly seen: readonly (readonly unknown[])[];
  readonly tickets: readonly unknown[];
  readonly comments: readonly unknown[];
}

async function play({ itsm }: Transaction, key: string, acts: readonly Act[]): Promise<readonly unknown[]> {
  const seen: (Ticket | null)[] = [await itsm.ticket(key, true)];
  for (const one of acts) {
    if (one.kind === 'update') await itsm.updateTicket(key, one.fields, NOW);
    else if (one.kind === 'comment') await itsm.insertComment(key, { body: one.body, public: true }, NOW);
    else if (one.kind === 'number') await itsm.setProviderNumber(key, one.number, NOW);
    seen.push(await itsm.ticket(key, one.kind !== 'comment'));
  }
  return seen;
}

async function ended(
  trigger: string | null,
  work: (
    sample: SampleDatabase,
    held: readonly HeldLane[],
  ) => Promise<PromiseSettledResult<readonly unknown[]>[]>,
): Promise<Ended> {
  const sample = await sampleDatabase('SQLite', 'acme', NOW, () => '');
  try {
    if (trigger !== null)
      await sample.knex.raw(`CREATE TRIGGER of_the_clients AFTER UPDATE ON tickets BEGIN ${trigger}; END`);
    const held = await sample.database.transaction(async ({ store }) => {
      const taken = await takenLanes(store, TICKETS);
      // So that their tickets are locked: what is told of a ticket that is written needs that.
      for (const [index, { lane }] of taken.entries())
        await store.acceptMessage(message(`m${index}`), lane, NOW);
      return taken;
    });
    const seen = (await work(sample, held)).map((one) =>
      one.status === 'fulfilled' ? one.value : [(one.reason as Error).message],
    );
    return {
      seen,
      tickets: await sample.knex('tickets').orderBy('id'),
      comments: await sample.knex('comments').orderBy('id'),
    };
  } finally {
    await sample.end();
  }
}

const lastSeen = (one: Ended): Ended => ({ ...one, seen: one.seen.map((all) => all.slice(-1)) });

test('turns that share a transaction see of their tickets, and leave of them, what they do one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(turn, turn, turn, turn),
      fc.option(fc.constantFrom(...TRIGGERS), { freq: 2 }),
      async (turns, trigger) => {
        const alone = await ended(trigger, async ({ database }) => {
          const all: PromiseSettledResult<readonly unknown[]>[] = [];
          for (const [index, acts] of turns.entries())
            all.push(
              ...(await Promise.allSettled([
                database.transaction((tx) => play(tx, TICKETS[index] ?? '', acts)),
              ])),
            );
          return all;
        });
        const together = await ended(trigger, ({ database }, held) =>
          Promise.allSettled(
            turns.map((acts, index) =>
              database.transaction((tx) => play(tx, TICKETS[index] ?? '', acts), held[index]),
            ),
          ),
        );
        // What a trigger has done, and the next write has undone, a turn need not have seen.
        const compared = trigger === null ? (one: Ended) => one : lastSeen;
        expect(compared(together)).toEqual(compared(alone));
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
