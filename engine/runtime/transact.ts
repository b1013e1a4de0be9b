import type { HeldLane } from '../domain/instance.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Store, Transaction } from './ports.ts';
import { logEntry, type OfflineRuntime } from './step.ts';

/**
 * Runs `work` in one transaction, and logs what it journalled once that is committed: a line of the log for each line of
 * the journal, and none for what was rolled back or run again. Each line names the rules of this runtime. `held`: the lane that it
 * begins with.
 */
export async function transact<T>(
  { contract, rules, ports }: OfflineRuntime,
  work: (tx: Transaction) => Promise<T>,
  held?: HeldLane,
): Promise<T> {
  const { result, entries } = await ports.database.transaction(async (tx) => {
    const written: JournalEntry[] = [];
    const journal = async (entry: JournalEntry): Promise<void> => {
      const decided = { ...entry, rules };
      await tx.store.journal(decided);
      written.push(decided);
    };
    // Upon the store rather than a copy of it: it has many functions, and of a few is made use.
    const store = Object.create(tx.store, { journal: { value: journal } }) as Store;
    return { result: await work({ ...tx, store }), entries: written };
  }, held);
  for (const entry of entries) logEntry(ports.log, contract, entry);
  return result;
}
