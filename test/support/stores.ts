import { afterAll, beforeAll } from 'vitest';
import { simulatedDatabase } from '../../adapters/database/simulated/simulated-database.ts';
import type { HeldLane } from '../../engine/domain/instance.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import { NEW_LANE_STATE } from '../../engine/domain/lane.ts';
import { LANE_SLEEP_MS_MAX } from '../../engine/domain/limits.ts';
import type { QueueMessage } from '../../engine/domain/message.ts';
import type { Database, NewLane, Store } from '../../engine/runtime/ports.ts';
import { journalEntry } from './builders.ts';
import { type SampleDatabase, sampleDatabase } from './databases.ts';
import { acmeItsm } from './sample-itsm.ts';

export const NOW = Date.parse('2026-06-01T12:00:00Z');

export const HOSTILE = `O'Brien said "x\\n" \\ \\' ; DROP TABLE bh_lanes; -- 🛠️ \u0000\r\n\t%_?`;

/** What a store stands on. */
export const STORES = ['SQLite', 'MariaDB', 'the simulated database'] as const;

export interface Stores {
  readonly open: (contract: string) => Database;
  /** A contract of its own in the same tables, so that tests do not see each other's rows: what runs work in its store. */
  readonly store: () => <T>(work: (store: Store) => Promise<T>) => Promise<T>;
}

/** Stores in the same tables, which live as long as the tests of the `describe` that calls it. */
export function useStores(kind: (typeof STORES)[number], mysqlUrl: () => string): Stores {
  let sample: SampleDatabase | null = null;
  beforeAll(async () => {
    if (kind !== 'the simulated database') sample = await sampleDatabase(kind, 'acme', NOW, mysqlUrl);
  });
  afterAll(async () => sample?.end());

  const open = (contract: string): Database => sample?.another(contract) ?? simulatedDatabase(acmeItsm);
  return {
    open,
    store: () => {
      const database = open(unique('store-'));
      return (work) => database.transaction((tx) => work(tx.store));
    },
  };
}

/** What is due for somebody who works alone. */
export const due = (store: Store, now: number, limit: number, except: readonly number[] = []) =>
  store.dueLanes({ owner: 'alone', now, horizon: now + LANE_SLEEP_MS_MAX, limit, except });

let counter = 0;
export const unique = (prefix: string): string => `${prefix}${(counter += 1)}`;

export const newLane = (lane: Partial<NewLane> = {}): NewLane => ({
  clientTicket: null,
  clientNumber: null,
  providerTicket: null,
  state: NEW_LANE_STATE,
  dueAt: NOW,
  ...lane,
});

export const message = (id: string, some: Partial<QueueMessage> = {}): QueueMessage => ({
  id,
  receiptHandle: 'AQEB/handle==',
  group: 'e-CS0000001',
  transactionType: 'Update',
  sentAt: NOW,
  sequence: '18875507807458288128',
  receiveCount: 1,
  clientReferenceAvailable: true,
  body: { ticketNumber: 'e-CS0000001', changed: { status: 'pending' } },
  ...some,
});

export const entry = (some: Partial<JournalEntry> = {}): JournalEntry => journalEntry({ at: NOW, ...some });

/** Lanes of these tickets of ours, each with a ticket of the provider's, in the hands of `me`. */
export async function takenLanes(store: Store, tickets: readonly string[]): Promise<readonly HeldLane[]> {
  const ids: number[] = [];
  for (const ticket of tickets)
    ids.push(
      await store.insertLane({
        clientTicket: ticket,
        clientNumber: null,
        providerTicket: `e-CS${ticket}`,
        state: NEW_LANE_STATE,
        dueAt: NOW,
      }),
    );
  return store.takeLanes(ids, 'me');
}
