import type { HeldLane } from '../../engine/domain/instance.ts';
import type { InboxMessage, Lane, LedgerEntry } from '../../engine/domain/lane.ts';
import { STEPS_TOGETHER_MAX } from '../../engine/domain/limits.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Upload } from '../../engine/domain/upload.ts';
import type { Itsm, Store, Transaction } from '../../engine/runtime/ports.ts';
import { beforeWrites } from './itsm/before-writes.ts';
import type { ReadTickets } from './itsm/ticket-reader.ts';

/** An ITSM that reads several tickets by one statement. */
export interface BulkItsm extends Itsm {
  readonly tickets: ReadTickets;
}

/** What belongs to several lanes, by their ids, each by one statement; missing are those of which there is nothing. */
export interface BulkReads {
  /** Locked until the transaction ends; those that are no longer in these hands are missing. */
  heldLanes(held: readonly HeldLane[]): Promise<ReadonlyMap<number, Lane>>;
  /** As `nextMessages`; null: they are too many to be read together. */
  messagesOf(
    lanes: readonly number[],
    limit: number,
  ): Promise<ReadonlyMap<number, readonly InboxMessage[]> | null>;
  uploadsOf(lanes: readonly number[]): Promise<ReadonlyMap<number, readonly Upload[]>>;
  ledgersOf(lanes: readonly number[]): Promise<ReadonlyMap<number, readonly LedgerEntry[]>>;
}

export interface ReadAhead extends Transaction {
  /** Reads what the turns of these lanes ask first: each answer is given once, and then asked of the database again. */
  read(held: readonly HeldLane[]): Promise<void>;
  forget(): void;
}

/** What changes nothing that was read ahead: it is written late, or is about the caller's own lane, which has been read. */
const HARMLESS: ReadonlySet<string> = new Set<keyof Store>([
  'saveLane',
  'restLane',
  'settleMessage',
  'journal',
]);

/**
 * What several turns read at their beginning, in one transaction that works them one after the other. It is as old as that
 * transaction, as if each had read it before the others wrote: whatever else is asked of the store, and every write to the
 * ITSM, whose triggers may have written anywhere, has the rest forgotten.
 */
export function readAhead(store: Store & BulkReads, itsm: BulkItsm): ReadAhead {
  const lanes = new Map<number, { readonly held: HeldLane; readonly lane: Lane }>();
  const messages = new Map<number, readonly InboxMessage[]>();
  const uploads = new Map<number, readonly Upload[]>();
  const ledgers = new Map<number, readonly LedgerEntry[]>();
  const tickets = new Map<string, Ticket>();

  const forget = (): void => {
    for (const known of [lanes, messages, uploads, ledgers, tickets]) known.clear();
  };
  const isEmpty = (): boolean =>
    lanes.size + messages.size + uploads.size + ledgers.size + tickets.size === 0;

  const forgetting =
    (method: (...given: readonly unknown[]) => unknown) =>
    (...given: readonly unknown[]): unknown => {
      if (!isEmpty()) forget();
      return method(...given);
    };
  const methods = Object.entries(
    store as unknown as Record<string, (...given: readonly unknown[]) => unknown>,
  );
  const others = Object.fromEntries(
    methods.map(([name, method]) => [name, HARMLESS.has(name) ? method : forgetting(method)]),
  ) as unknown as Store;

  return {
    async read(held) {
      for (const [id, lane] of await store.heldLanes(held)) {
        const own = held.find((one) => one.lane === id);
        if (own !== undefined) lanes.set(id, { held: own, lane });
      }
      const ids = [...lanes.keys()];
      const waiting = await store.messagesOf(ids, STEPS_TOGETHER_MAX);
      if (waiting !== null) for (const id of ids) messages.set(id, waiting.get(id) ?? []);
      const files = await store.uploadsOf(ids);
      for (const id of ids) uploads.set(id, files.get(id) ?? []);
      // A message has its ticket locked first, and read then.
      const speaking = [...lanes.values()].filter(({ lane }) => messages.get(lane.id)?.length === 0);
      const found = await itsm.tickets(speaking.flatMap(({ lane }) => lane.clientTicket ?? []));
      for (const [key, ticket] of found) tickets.set(key, ticket);
      const crossing = speaking.filter(({ lane }) => hasParts(tickets.get(lane.clientTicket ?? '')));
      const crossed = await store.ledgersOf(crossing.map(({ lane }) => lane.id));
      for (const { lane } of crossing) ledgers.set(lane.id, crossed.get(lane.id) ?? []);
    },

    forget,

    store: {
      ...others,
      heldLane(held) {
        const known = taken(lanes, held.lane);
        const isSame = known?.held.owner === held.owner && known.held.fence === held.fence;
        return known !== undefined && isSame ? Promise.resolve(known.lane) : store.heldLane(held);
      },
      nextMessages(id, limit) {
        const known = taken(messages, id);
        return known !== undefined && limit <= STEPS_TOGETHER_MAX
          ? Promise.resolve(known.slice(0, limit))
          : store.nextMessages(id, limit);
      },
      uploads: async (id) => taken(uploads, id) ?? store.uploads(id),
      ledger: async (id) => taken(ledgers, id) ?? store.ledger(id),
      insertLedgerEntry(entry) {
        ledgers.delete(entry.laneId);
        return store.insertLedgerEntry(entry);
      },
    },

    itsm: {
      ...beforeWrites(itsm, () => {
        tickets.clear();
      }),
      ticket: async (key, lock) => (lock ? null : taken(tickets, key)) ?? itsm.ticket(key, lock),
    },
  };
}

const hasParts = (ticket: Ticket | undefined): boolean =>
  ticket !== undefined && (ticket.comments.length > 0 || (ticket.attachments?.length ?? 0) > 0);

function taken<Key, Value>(known: Map<Key, Value>, key: Key): Value | undefined {
  const value = known.get(key);
  known.delete(key);
  return value;
}
