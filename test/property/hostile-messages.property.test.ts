import { scriptedDownloads } from '../../adapters/rehearsal/scripted-downloads.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBody } from '../../adapters/bridge/read-body.ts';
import { VirtualClock } from '../../adapters/clock/virtual-clock.ts';
import { simulatedDatabase } from '../../adapters/database/simulated/simulated-database.ts';
import { collectedLog } from '../../adapters/log/collected-log.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import type { Json } from '../../engine/domain/json.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import type { Database, Store } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import {
  ATTACKED,
  bridgeWith,
  BYSTANDER,
  caseBody,
  hostileRead,
  hostileText,
  queueBody,
  SERVED,
  servedEntry,
} from '../support/hostile-messages.ts';
import { acmeTicket, REHEARSED_AT, sampleContract } from '../support/situations.ts';
import { deleteMessage } from '../../engine/wire/requests.ts';
import { readQueueAnswer, type QueueAnswer } from '../../engine/wire/read-queue.ts';
import { NEVER, workDue } from '../support/world.ts';

/** More runs by hand: FUZZ_RUNS=5000 npx vitest run test/property/hostile-messages.property.test.ts */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1100);
/** Messages in one read, without the one that must be served. */
const ENTRIES = 9;

const contract = await sampleContract('acme');

async function openedWith(body: string): Promise<{
  readonly runtime: Runtime;
  readonly database: Database;
  readonly deleted: ReadonlySet<string>;
}> {
  const clock = new VirtualClock(REHEARSED_AT);
  const database = simulatedDatabase(contract.itsm);
  for (const [index, { number, providerTicket }] of [ATTACKED, BYSTANDER, SERVED].entries()) {
    await database.putTicket(
      acmeTicket({}, { key: String(index + 1), number, providerNumber: providerTicket }),
      REHEARSED_AT,
    );
  }
  const { bridge, deleted } = bridgeWith(body);
  const { files } = database;
  const ports = {
    bridge,
    database,
    files,
    downloads: scriptedDownloads(() => null),
    clock,
    random: seededRandom(1),
    log: collectedLog(),
  };
  return { runtime: { contract, rules: null, ports }, database, deleted };
}

/** What the engine can keep of a read, and what must stay in the queue. */
function whatIsRead(body: string): Extract<QueueAnswer, { readonly kind: 'messages' }> {
  const read = readQueueAnswer(parseBody(body));
  if (read.kind !== 'messages') throw new Error(read.reason);
  return read;
}

/** What a message has come to for good; without one it waits in a parked lane. */
const OVER = new Set(['applied', 'dropped', 'duplicate', 'not-handled']);

const fieldsOf = (database: Database, key: string) =>
  database.transaction(async ({ itsm }) => (await itsm.ticket(key, false))?.fields);

describe('hostile messages', () => {
  test(
    '[loud] every one has an outcome or stays in the queue with a reason; its neighbours are served; nothing else changes',
    { timeout: 240_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          hostileRead(ENTRIES),
          hostileText,
          fc.integer({ min: 0, max: ENTRIES }),
          async (entries, title, at) => {
            const read = [...entries.slice(0, at), servedEntry(5000, title), ...entries.slice(at)];
            const body = queueBody(read);
            const { runtime, database, deleted } = await openedWith(body);
            const bystander = await fieldsOf(database, '2');

            expect(await pollQueue(runtime, NEVER)).toMatchObject({ kind: 'polled' });
            await workDue(runtime);

            const journal = await database.transaction(({ store }) =>
              store.readJournal({ ticket: null, limit: 1000 }),
            );
            const { parked, messagesWaiting } = await database.transaction(({ store }) => store.backlog());
            const outcomes = new Map<string, string[]>();
            for (const { direction, transaction, transactionId, outcome, summary } of journal) {
              if (direction !== 'in' || summary.startsWith('received again')) continue;
              const id = transaction === 'unreadable' ? 'unreadable' : (transactionId ?? '');
              outcomes.set(id, [...(outcomes.get(id) ?? []), outcome]);
            }
            const { messages, unreadable } = whatIsRead(body);
            const isOver = (id: string): boolean =>
              outcomes.get(id)?.some((outcome) => OVER.has(outcome)) === true;
            const waits = [...new Set(messages.map(({ id }) => id))].filter((id) => !isOver(id));
            if (waits.length !== messagesWaiting)
              throw new Error(
                `${messagesWaiting} wait, without outcome: ${waits.join()}: ${JSON.stringify(journal)} ${JSON.stringify(messages)}`,
              );
            expect(outcomes.get('unreadable')?.length ?? 0).toBe(unreadable.length);
            const handles = messages.map(({ receiptHandle }) =>
              deleteMessage(receiptHandle).path.slice('queue/'.length),
            );
            expect(deleted).toEqual(new Set(handles.map(decodeURIComponent)));
            if (messagesWaiting > 0) expect(parked.length).toBeGreaterThan(0);
            for (const { parked: cause } of parked) expect(cause.reason).not.toBe('');

            expect(deleted).toContain('handle/served/5000');
            expect((await fieldsOf(database, '3'))?.title).toBe(title);
            expect(await fieldsOf(database, '2')).toEqual(bystander);
            expect(Object.keys(Object.prototype)).toEqual([]);
            expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
          },
        ),
        { numRuns: RUNS },
      );
    },
  );

  test('[delete-after-commit] what the database takes in no case stays in the queue, with what came behind it in its group', async () => {
    const entry = (id: string, group: string): Json => ({
      MessageId: id,
      ReceiptHandle: `handle/${id}`,
      Body: caseBody(ATTACKED, { clientTicketNumber: '', changed: {} }),
      Attributes: { SentTimestamp: '1780315200000', MessageGroupId: group, TransactionType: 'Update' },
    });
    const body = queueBody([entry('good', 'e-CS1'), entry('poison', 'e-CS2'), entry('behind', 'e-CS2')]);
    const { runtime, database, deleted } = await openedWith(body);
    const poisoned: Database = {
      ...database,
      transaction: (work) =>
        database.transaction((tx) => {
          const acceptMessage: Store['acceptMessage'] = async (message, lane, at) => {
            if (message.id === 'poison') throw new Error('invalid value for column body');
            return tx.store.acceptMessage(message, lane, at);
          };
          return work({ ...tx, store: { ...tx.store, acceptMessage } });
        }),
    };

    const end = await pollQueue({ ...runtime, ports: { ...runtime.ports, database: poisoned } }, NEVER);

    expect(end).toMatchObject({ kind: 'polled', accepted: 1 });
    expect([...deleted]).toEqual(['handle/good']);
    const journal = await database.transaction(({ store }) => store.readJournal({ ticket: null, limit: 9 }));
    expect(journal.map(({ outcome, summary }) => `${outcome}: ${summary}`)).toEqual([
      'not-handled: left in the queue: the database does not take it: invalid value for column body',
      'not-handled: left in the queue: it waits behind a message of e-CS2 that could not be kept',
    ]);
  });
});
