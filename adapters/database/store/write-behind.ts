import type { Instant } from '../../../engine/domain/instant.ts';
import type { JournalEntry } from '../../../engine/domain/journal.ts';
import type { Lane } from '../../../engine/domain/lane.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { groupedBy } from '../prepared.ts';
import type { BulkReads } from '../read-ahead.ts';

/** What `Store.restLane` is told. */
export interface Rest {
  readonly wanted: number;
  readonly dueAt: Instant | null;
}

/** A lane as it is at the end of a transaction. */
export interface SavedLane {
  readonly id: number;
  /** Null: it has not been saved. */
  readonly lane: Lane | null;
  /** As its row has it, which is locked; null: that is not known, so all of it is written. */
  readonly before: Lane | null;
  /** Null: it does not rest. */
  readonly rest: Rest | null;
}

/** Writes several at once what a store is told one by one. */
export interface BulkStore extends Store, BulkReads {
  journalAll(entries: readonly JournalEntry[]): Promise<void>;
  settleMessages(rowIds: readonly number[], outcome: string, at: Instant): Promise<void>;
  /** `saveLane` for each that is saved, and then `restLane` for each that has something to rest for. */
  saveLanes(saved: readonly SavedLane[]): Promise<void>;
}

/** A store whose writes are not all in the database before `flush`. */
export interface WriteBehind {
  readonly store: Store & BulkReads;
  /** Writes what is still to be written. */
  flush(): Promise<void>;
  /** The transaction comes to nothing: neither does what is still to be written. */
  forget(): void;
}

/** What has to do with none of the rows that are written late: it need not wait for them. */
const APART: ReadonlySet<string> = new Set<keyof BulkStore>([
  'uploads',
  'uploadsOf',
  'insertUpload',
  'ledger',
  'ledgersOf',
  'insertLedgerEntry',
]);

interface Settled {
  readonly rowId: number;
  readonly outcome: string;
  readonly at: Instant;
}

/**
 * Within one transaction a lane is saved by each of its steps, and each writes a line of the journal and an outcome: nobody reads
 * them before its end, so they are written then, the lane once, and what belongs together by one statement: messages of one
 * outcome have it at the moment of the last. Whatever else is asked of the store is asked behind them.
 */
export function writeBehind(store: BulkStore): WriteBehind {
  const lanes = new Map<number, { lane: Lane | null; rest: Rest | null }>();
  /** As their rows have them, which are locked. */
  const held = new Map<number, Lane>();
  const settled: Settled[] = [];
  const entries: JournalEntry[] = [];

  const empty = (): void => {
    lanes.clear();
    settled.length = 0;
    entries.length = 0;
  };
  const isWritten = (): boolean => lanes.size === 0 && settled.length === 0 && entries.length === 0;

  const flush = async (): Promise<void> => {
    if (isWritten()) return;
    const late = { lanes: [...lanes], settled: [...settled], entries: [...entries] };
    empty();
    await store.saveLanes(late.lanes.map(([id, one]) => ({ id, ...one, before: held.get(id) ?? null })));
    for (const [id, { lane }] of late.lanes) if (lane !== null) held.set(id, lane);
    for (const [outcome, some] of groupedBy(late.settled, (one) => one.outcome))
      await store.settleMessages(
        some.map(({ rowId }) => rowId),
        outcome,
        Math.max(...some.map(({ at }) => at)),
      );
    if (late.entries.length > 0) await store.journalAll(late.entries);
  };

  const behind =
    (method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      await flush();
      // It may have written to any lane.
      held.clear();
      return method(...given);
    };
  const others = Object.entries(store).map(([name, method]) => [
    name,
    APART.has(name) ? (method as unknown) : behind(method as (...given: unknown[]) => unknown),
  ]);

  return {
    store: {
      ...(Object.fromEntries(others) as Store & BulkReads),
      async heldLane(one) {
        await flush();
        const lane = await store.heldLane(one);
        if (lane !== null) held.set(lane.id, lane);
        return lane;
      },
      async heldLanes(all) {
        await flush();
        const found = await store.heldLanes(all);
        for (const [id, lane] of found) held.set(id, lane);
        return found;
      },
      async nextMessages(id, limit) {
        await flush();
        return store.nextMessages(id, limit);
      },
      async messagesOf(ids, limit) {
        await flush();
        return store.messagesOf(ids, limit);
      },
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
    forget() {
      empty();
      held.clear();
    },
  };
}
