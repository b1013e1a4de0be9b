import type { HeldLane } from '../../../engine/domain/instance.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import { isLive, NO_ANSWER, type Lane } from '../../../engine/domain/lane.ts';
import { UNANSWERED_EVERY_MS } from '../../../engine/domain/limits.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { LostRace } from '../errors.ts';
import type { LaneStore } from '../store/lanes.ts';
import { kept } from './kept.ts';
import type { Sequence, UndoLog } from './undo-log.ts';

type SimulatedLanes = Omit<LaneStore, 'mergeLane' | 'saveLanes'> & Pick<Store, 'heldLane' | 'releaseLanes'>;

interface Holder {
  readonly owner: string | null;
  readonly fence: number;
}

/** The lanes by id, and what they are searched by. */
export class Lanes {
  readonly #undo: UndoLog;
  readonly #ids: Sequence = { last: 0 };
  readonly #lanes = new Map<number, Lane>();
  readonly #byClientTicket = new Map<string, number>();
  readonly #byProviderTicket = new Map<string, number>();
  /** Not unique: the newest lane comes last. */
  readonly #byClientNumber = new Map<string, readonly number[]>();
  /** The lanes that have something to do, now or later. */
  readonly #due = new Map<number, Instant>();
  /** Those that were ever taken. */
  readonly #holders = new Map<number, Holder>();

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  all(): Iterable<Lane> {
    return this.#lanes.values();
  }

  get dueCount(): number {
    return this.#due.size;
  }

  get(id: number): Lane | null {
    return this.#lanes.get(id) ?? null;
  }

  mustGet(id: number): Lane {
    const lane = this.#lanes.get(id);
    if (lane === undefined) throw new Error(`there is no lane ${id}`);
    return lane;
  }

  /** In whose hands a lane is; null: in nobody's. */
  holder(id: number): Holder {
    return this.#holders.get(id) ?? { owner: null, fence: 0 };
  }

  setHolder(id: number, holder: Holder): void {
    this.#undo.set(this.#holders, id, holder);
  }

  /** The lanes in the hands of one instance. */
  heldBy(owner: string): readonly number[] {
    return [...this.#holders].filter(([, holder]) => holder.owner === owner).map(([id]) => id);
  }

  /** The lanes that have something to do, and when. One that waits for an operator is due to nobody. */
  runnable(): readonly (readonly [number, Instant])[] {
    return [...this.#due].filter(([id]) => this.#lanes.get(id)?.parked?.until !== 'operator');
  }

  byClientNumber(number: string): readonly number[] {
    return this.#byClientNumber.get(number) ?? [];
  }

  nextId(): number {
    return this.#undo.next(this.#ids);
  }

  /** @throws LostRace if another lane has one of its tickets. */
  put(given: Lane): void {
    const lane = kept(given);
    const before = this.#lanes.get(lane.id);
    const owners = [
      lane.clientTicket === null ? undefined : this.#byClientTicket.get(lane.clientTicket),
      lane.providerTicket === null ? undefined : this.#byProviderTicket.get(lane.providerTicket),
    ];
    if (owners.some((owner) => owner !== undefined && owner !== lane.id))
      throw new LostRace(`another lane with the ticket numbers of lane ${lane.id} is there already`);
    this.#undo.pass(this.#ids, lane.id);
    this.#index(this.#byClientTicket, lane.id, before?.clientTicket ?? null, lane.clientTicket);
    this.#index(this.#byProviderTicket, lane.id, before?.providerTicket ?? null, lane.providerTicket);
    this.#indexNumber(lane.id, before?.clientNumber ?? null, lane.clientNumber);
    this.#undo.set(this.#lanes, lane.id, lane);
    if (lane.dueAt === null) this.#undo.delete(this.#due, lane.id);
    else if (before?.dueAt !== lane.dueAt) this.#undo.set(this.#due, lane.id, lane.dueAt);
  }

  delete(id: number): void {
    const lane = this.#lanes.get(id);
    if (lane === undefined) return;
    this.#index(this.#byClientTicket, id, lane.clientTicket, null);
    this.#index(this.#byProviderTicket, id, lane.providerTicket, null);
    this.#indexNumber(id, lane.clientNumber, null);
    this.#undo.delete(this.#due, id);
    this.#undo.delete(this.#holders, id);
    this.#undo.delete(this.#lanes, id);
  }

  /** Counted, and due no later than `at`. */
  wake(id: number, at: Instant, recheckAt: Instant | null): void {
    const lane = this.#lanes.get(id);
    if (lane === undefined) throw new LostRace(`there is no lane ${id} any more`);
    const dueAt = lane.dueAt === null || lane.dueAt > at ? at : lane.dueAt;
    this.put({ ...lane, wanted: lane.wanted + 1, dueAt, recheckAt: recheckAt ?? lane.recheckAt });
  }

  /** The port's own words for all this. */
  store(): SimulatedLanes {
    const by = (id: number | undefined): Lane | null => (id === undefined ? null : this.get(id));
    return {
      lane: async (id) => this.get(id),
      laneByClientTicket: async (key) => by(this.#byClientTicket.get(key)),
      laneByClientNumber: async (number) => by(this.byClientNumber(number).at(-1)),
      laneByProviderTicket: async (number) => by(this.#byProviderTicket.get(number)),
      lanesOf: async (side, tickets) => {
        const index = side === 'client' ? this.#byClientTicket : this.#byProviderTicket;
        return tickets.map((ticket) => by(index.get(ticket))).filter((lane) => lane !== null);
      },
      insertLane: async ({ clientTicket, clientNumber, providerTicket, state, dueAt }) => {
        const id = this.nextId();
        const names = { clientTicket, clientNumber, providerTicket };
        this.put({ id, ...names, state, wanted: 1, dueAt, recheckAt: null, parked: null });
        return id;
      },
      saveLane: async ({ id, clientTicket, clientNumber, providerTicket, state, parked }) => {
        this.put({ ...this.mustGet(id), clientTicket, clientNumber, providerTicket, state, parked });
      },
      wakeLane: async (id, at, recheckAt) => this.wake(id, at, recheckAt),
      wakeLanes: async (ids, at, recheckAt) => {
        for (const id of ids) this.wake(id, at, recheckAt);
      },
      restLane: async (id, wanted, dueAt) => {
        const lane = this.#lanes.get(id);
        if (lane?.wanted === wanted) this.put({ ...lane, dueAt });
      },
      heldLane: async (held) => (this.#isHeld(held) ? this.get(held.lane) : null),
      releaseLanes: async (all) => {
        for (const held of all)
          if (this.#isHeld(held)) this.setHolder(held.lane, { owner: null, fence: held.fence });
      },
      nextDueAt: async () => {
        const dates = this.runnable().map(([, dueAt]) => dueAt);
        return dates.length === 0 ? null : dates.reduce((one, other) => Math.min(one, other));
      },
      lanesByNumber: async (number) =>
        [...this.#lanes.values()]
          .filter((lane) => lane.clientNumber === number || lane.providerTicket === number)
          .sort((one, other) => one.id - other.id),
      liveLanes: async (after, limit) => {
        const page = [...this.#lanes.values()]
          .filter(({ id, clientTicket, providerTicket, parked }) => {
            return id > after && clientTicket !== null && providerTicket !== null && parked === null;
          })
          .sort((one, other) => one.id - other.id)
          .slice(0, limit);
        const live = page.flatMap((lane) =>
          lane.clientTicket !== null && isLive(lane)
            ? [{ id: lane.id, clientTicket: lane.clientTicket }]
            : [],
        );
        return { live, last: page.at(-1)?.id ?? null };
      },
      droppedLanes: async () =>
        [...this.#lanes.values()]
          .filter(({ state }) => state.dropped !== null)
          .sort((one, other) => droppedAt(one) - droppedAt(other) || one.id - other.id),
      wakeUnanswered: async (at, limit) => this.#wakeUnanswered(at, limit),
    };
  }

  #isHeld({ lane, owner, fence }: HeldLane): boolean {
    const holder = this.holder(lane);
    return holder.owner === owner && holder.fence === fence;
  }

  #wakeUnanswered(at: Instant, limit: number): readonly Lane[] {
    const all = [...this.#lanes.values()];
    const tried = all.filter(
      ({ parked, dueAt }) =>
        parked?.code === NO_ANSWER && parked.until === 'change' && parked.retryAt === null && dueAt !== null,
    );
    return all
      .filter((lane) => retryAt(lane) <= at)
      .sort((one, other) => retryAt(one) - retryAt(other) || one.id - other.id)
      .slice(0, Math.max(0, limit - tried.length))
      .map(({ id, parked }, index) => {
        this.wake(id, at + index * UNANSWERED_EVERY_MS, null);
        const lane = this.mustGet(id);
        if (parked !== null) this.put({ ...lane, parked: { ...parked, until: 'change', retryAt: null } });
        return this.mustGet(id);
      });
  }

  #index(index: Map<string, number>, id: number, before: string | null, after: string | null): void {
    if (before === after) return;
    if (before !== null) this.#undo.delete(index, before);
    if (after !== null) this.#undo.set(index, after, id);
  }

  #indexNumber(id: number, before: string | null, after: string | null): void {
    if (before === after) return;
    const index = this.#byClientNumber;
    if (before !== null) {
      const others = this.byClientNumber(before).filter((other) => other !== id);
      if (others.length === 0) this.#undo.delete(index, before);
      else this.#undo.set(index, before, others);
    }
    if (after !== null) {
      const ids = [...this.byClientNumber(after), id].sort((one, other) => one - other);
      this.#undo.set(index, after, ids);
    }
  }
}

const retryAt = ({ parked }: Lane): Instant => parked?.retryAt ?? Infinity;
const droppedAt = ({ state }: Lane): Instant => state.dropped?.at ?? 0;
