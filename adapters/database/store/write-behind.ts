import type { Instant } from '../../../engine/domain/instant.ts';
import type { JournalEntry } from '../../../engine/domain/journal.ts';
import type { Lane } from '../../../engine/domain/lane.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import type { BulkReads } from '../read-ahead.ts';

/** What `Store.restLane` is told. */
export interface Rest {
  readonly wanted: number;
  readonly dueAt: Instant | null;
}

/** Writes several at once what a store is told one by one. */
export interface BulkStore extends Store, BulkReads {
  journalAll(entries: readonly JournalEntry[]): Promise<void>;
  settleMessages(rowIds: readonly number[], outcome: string, at: Instant): Promise<void>;
  /** `saveLane`, then `restLane`. */
  saveLaneToRest(lane: Lane, rest: Rest): Promise<void>;
}

/** A store whose writes are not all in the database before `flush`. */
export interface WriteBehind {
  readonly store: Store;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
  /** The transaction comes to nothing: neither does what is still to be written. */
  forget(): void;
}

/** What has to do with none of the rows that are written late: it need not wait for them. */
const APART: ReadonlySet<string> = new Set<keyof Store>([
  'uploads',
  'insertUpload',
  'ledger',
  'insertLedgerEntry',
]);

interface Settled {
  readonly rowId: number;
  readonly outcome: string;
  readonly at: Instant;
}

/**
 * Within one transaction a lane is saved by each of its steps, and each writes a line of the journal and an outcome: nobody reads
 * them before its end, so they are written then, the lane once, and what belongs together by one statement. Whatever else is
 * asked of the store is asked behind them.
 */
export function writeBehind(store: BulkStore): WriteBehind {
  const lanes = new Map<number, { lane: Lane | null; rest: Rest | null }>();
  const settled: Settled[] = [];
  const entries: JournalEntry[] = [];

  const forget = (): void => {
    lanes.clear();
    settled.length = 0;
    entries.length = 0;
  };
  const isWritten = (): boolean => lanes.size === 0 && settled.length === 0 && entries.length === 0;

  const flush = async (): Promise<void> => {
    if (isWritten()) return;
    const late = { lanes: [...lanes], settled: [...settled], entries: [...entries] };
    forget();
    for (const [id, { lane, rest }] of late.lanes) {
      if (lane !== null && rest !== null) await store.saveLaneToRest(lane, rest);
      else if (lane !== null) await store.saveLane(lane);
      else if (rest !== null) await store.restLane(id, rest.wanted, rest.dueAt);
    }
    for (const { outcome, at, rowIds } of together(late.settled))
      await store.settleMessages(rowIds, outcome, at);
    if (late.entries.length > 0) await store.journalAll(late.entries);
  };

  const behind =
    (method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      if (!isWritten()) await flush();
      return method(...given);
    };
  const others = Object.entries(store).map(([name, method]) => [
    name,
    APART.has(name) ? (method as unknown) : behind(method as (...given: unknown[]) => unknown),
  ]);

  return {
    store: {
      ...(Object.fromEntries(others) as Store),
      async saveLane(lane) {
        lanes.set(lane.id, { lane, rest: lanes.get(lane.id)?.rest ?? null });
      },
      async restLane(id, wanted, dueAt) {
        lanes.set(id, { lane: lanes.get(id)?.lane ?? null, rest: { wanted, dueAt } });
      },
      async settleMessage(rowId, outcome, at) {
        settled.push({ rowId, outcome, at });
      },
      async journal(entry) {
        entries.push(entry);
      },
    },
    flush,
    forget,
  };
}

/** Messages that have the same outcome at the same moment. */
function together(
  all: readonly Settled[],
): readonly { readonly outcome: string; readonly at: Instant; readonly rowIds: readonly number[] }[] {
  const groups = new Map<string, { outcome: string; at: Instant; rowIds: number[] }>();
  for (const { rowId, outcome, at } of all) {
    const name = `${outcome} ${at}`;
    const group = groups.get(name) ?? { outcome, at, rowIds: [] };
    group.rowIds.push(rowId);
    groups.set(name, group);
  }
  return [...groups.values()];
}
