import { isDeepStrictEqual } from 'node:util';
import type { HeldLane } from '../../engine/domain/instance.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { InboxMessage, Lane, LedgerEntry } from '../../engine/domain/lane.ts';
import { STEPS_TOGETHER_MAX } from '../../engine/domain/limits.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Upload } from '../../engine/domain/upload.ts';
import type { Itsm, Store, Transaction } from '../../engine/runtime/ports.ts';
import type { Foretelling } from './foretelling.ts';
import { beforeWrites } from './itsm/before-writes.ts';
import type { LockTickets } from './itsm/ticket-lock.ts';
import type { ReadTickets } from './itsm/ticket-reader.ts';

/** An ITSM that does with several tickets by one statement what it does with one. */
export interface BulkItsm extends Itsm {
  readonly tickets: ReadTickets;
  readonly lockTickets: LockTickets;
  /** See `foretoldTicket`. */
  foretold(ticket: Ticket, fields: JsonObject, now: Instant): Ticket | null;
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
  /** Reads what the turns of these lanes ask first. */
  read(held: readonly HeldLane[]): Promise<void>;
  /** Whether the tickets that were told without reading them are as they were told. Rejects with CameOutOtherwise. */
  check(): Promise<void>;
  forget(): void;
}

/** A ticket is not what it was said to be: a trigger has written to it, or a column keeps a value otherwise than it was given. */
export class CameOutOtherwise extends Error {
  override readonly name = 'CameOutOtherwise';
}

/** What changes nothing that was read ahead: it is written late, or is about the caller's own lane, which has been read. */
const HARMLESS: ReadonlySet<string> = new Set<keyof Store>([
  'saveLane',
  'restLane',
  'settleMessage',
  'journal',
]);

/**
 * What several turns read at their beginning, in one transaction that works them one after the other. Of lanes and what lies in
 * them each answer is given once, as if each turn had read it before the others wrote; whatever else is asked of the store has the
 * rest forgotten.
 *
 * Tickets that messages wait for are locked before they are read. Where fields are written to one, what it is then is told
 * without reading it again, and its turn goes on from there; before the transaction is committed, all that were told so are read, by one
 * statement. If one of them is otherwise, the transaction comes to nothing, and each turn runs alone, where every ticket is read
 * after each write. So what a trigger does to any of them is seen, as is what a column makes of a value. Any other write to the ITSM has
 * all tickets read anew.
 */
export function readAhead(store: Store & BulkReads, itsm: BulkItsm, foretelling: Foretelling): ReadAhead {
  const lanes = new Map<number, { readonly held: HeldLane; readonly lane: Lane }>();
  const messages = new Map<number, readonly InboxMessage[]>();
  const uploads = new Map<number, readonly Upload[]>();
  const ledgers = new Map<number, readonly LedgerEntry[]>();
  /** As they are now, as far as this transaction knows. */
  const tickets = new Map<string, Ticket>();
  const locked = new Set<string>();
  /** Those of them that have been told without reading them. */
  const foretold = new Map<string, Ticket>();
  let isAhead = false;

  const forgetLanes = (): void => {
    for (const known of [lanes, messages, uploads, ledgers]) known.clear();
  };

  const mustBe = (key: string, expected: Ticket | undefined, found: Ticket | null | undefined): void => {
    if (isDeepStrictEqual(found, expected)) return;
    foretelling.wasWrong();
    throw new CameOutOtherwise(`ticket ${key} came out otherwise than it was written`);
  };

  /** Before a write of which it cannot be told what it makes of the ticket with this key; null: of one that is not there yet. */
  const readAnew = async (key: string | null): Promise<void> => {
    if (key !== null && foretold.size > 0) {
      // What is known of it may be older than what was written since.
      const expected = foretold.get(key) ?? tickets.get(key);
      if (expected !== undefined) mustBe(key, expected, await itsm.ticket(key, false));
      foretold.delete(key);
    }
    tickets.clear();
  };
  const writing = beforeWrites(itsm, readAnew);

  const others = Object.fromEntries(
    Object.entries(store as unknown as Record<string, (...given: readonly unknown[]) => unknown>).map(
      ([name, method]) => [
        name,
        HARMLESS.has(name)
          ? method
          : (...given: readonly unknown[]): unknown => {
              forgetLanes();
              return method(...given);
            },
      ],
    ),
  ) as unknown as Store;

  return {
    async read(held) {
      isAhead = true;
      for (const [id, lane] of await store.heldLanes(held)) {
        const own = held.find((one) => one.lane === id);
        if (own !== undefined) lanes.set(id, { held: own, lane });
      }
      const ids = [...lanes.keys()];
      const waiting = await store.messagesOf(ids, STEPS_TOGETHER_MAX);
      if (waiting !== null) for (const id of ids) messages.set(id, waiting.get(id) ?? []);
      const files = await store.uploadsOf(ids);
      for (const id of ids) uploads.set(id, files.get(id) ?? []);
      const all = [...lanes.values()].map(({ lane }) => lane);
      const speaking = all.filter(({ id }) => messages.get(id)?.length === 0);
      const keysOf = (some: readonly Lane[]): string[] =>
        some.flatMap(({ clientTicket }) => clientTicket ?? []);
      const hearing = keysOf(all.filter((lane) => !speaking.includes(lane)));
      for (const key of await itsm.lockTickets(hearing)) locked.add(key);
      const asked = foretelling.isAllowed() ? all : speaking;
      for (const [key, ticket] of await itsm.tickets(keysOf(asked))) tickets.set(key, ticket);
      const crossing = speaking.filter((lane) => hasParts(tickets.get(lane.clientTicket ?? '')));
      const crossed = await store.ledgersOf(crossing.map(({ id }) => id));
      for (const { id } of crossing) ledgers.set(id, crossed.get(id) ?? []);
    },

    async check() {
      const found = await itsm.tickets([...foretold.keys()]);
      for (const [key, expected] of foretold) mustBe(key, expected, found.get(key));
    },

    forget() {
      forgetLanes();
      tickets.clear();
      locked.clear();
      foretold.clear();
      isAhead = false;
    },

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
      ...writing,
      async ticket(key, lock) {
        const mustLock = lock && !locked.has(key);
        const known = mustLock ? undefined : tickets.get(key);
        if (known !== undefined) return known;
        const ticket = await itsm.ticket(key, mustLock);
        if (foretold.has(key)) mustBe(key, foretold.get(key), ticket);
        if (!isAhead || ticket === null) return ticket;
        if (lock) locked.add(key);
        tickets.set(key, ticket);
        return ticket;
      },
      async updateTicket(key, fields, now) {
        const before = locked.has(key) && foretelling.isAllowed() ? tickets.get(key) : undefined;
        const after = before === undefined ? null : itsm.foretold(before, fields, now);
        if (after === null) return writing.updateTicket(key, fields, now);
        await itsm.updateTicket(key, fields, now);
        tickets.set(key, after);
        foretold.set(key, after);
      },
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
