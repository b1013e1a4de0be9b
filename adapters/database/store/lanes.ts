import type { Knex } from 'knex';
import type { Instant } from '../../../engine/domain/instant.ts';
import { NO_ANSWER, type Lane } from '../../../engine/domain/lane.ts';
import { UNANSWERED_EVERY_MS } from '../../../engine/domain/limits.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { LostRace } from '../errors.ts';
import { inserting } from './inserting.ts';
import { laneColumns, type LaneRow, parkedColumns, readLane } from './lane-row.ts';
import type { Scope } from './scope.ts';

type LaneStore = Pick<
  Store,
  | 'lane'
  | 'laneByClientTicket'
  | 'laneByClientNumber'
  | 'laneByProviderTicket'
  | 'insertLane'
  | 'saveLane'
  | 'wakeLane'
  | 'restLane'
  | 'mergeLane'
  | 'nextDueAt'
  | 'lanesByNumber'
  | 'droppedLanes'
  | 'wakeUnanswered'
>;

/** Counted, and due no later than `at`. */
export const woken = (knex: Knex, at: Instant): Record<string, Knex.Raw> => ({
  wanted: knex.raw('wanted + 1'),
  due_at: knex.raw('CASE WHEN due_at IS NULL OR due_at > ? THEN ? ELSE due_at END', [at, at]),
});

/** Of these lanes those that have something to do. A lane that waits for an operator is due to nobody. */
export const runnable = (
  lanes: Knex.QueryBuilder<LaneRow, LaneRow[]>,
): Knex.QueryBuilder<LaneRow, LaneRow[]> =>
  lanes
    .whereNotNull('due_at')
    .where((lane) => void lane.whereNull('parked_until').orWhereNot('parked_until', 'operator'));

export function laneStore({ knex, tables, contract }: Scope): LaneStore {
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });

  const laneBy = async (column: 'client_ticket' | 'client_number' | 'provider_ticket', value: string) => {
    const row = await lanes().where(column, value).orderBy('id', 'desc').first();
    return row === undefined ? null : readLane(row);
  };

  const wakeLane = async (id: number, at: Instant, recheckAt: Instant | null): Promise<void> => {
    const found = await lanes()
      .where({ id })
      .update({ ...woken(knex, at), ...(recheckAt === null ? {} : { recheck_at: recheckAt }) });
    // Merged into another since it was read.
    if (found !== 1) throw new LostRace(`there is no lane ${id} any more`);
  };

  return {
    async lane(id, lock) {
      const query = lanes().where({ id });
      const row = await (lock ? query.forUpdate() : query).first();
      return row === undefined ? null : readLane(row);
    },

    laneByClientTicket: (key) => laneBy('client_ticket', key),
    laneByClientNumber: (number) => laneBy('client_number', number),
    laneByProviderTicket: (number) => laneBy('provider_ticket', number),

    async insertLane(lane) {
      const row = { contract, ...laneColumns(lane), wanted: 1, due_at: lane.dueAt };
      const [id] = await inserting(`the lane of this ticket`, knex(tables.lanes).insert(row));
      if (id === undefined) throw new Error('the database gave no id to a new lane');
      return id;
    },

    async saveLane(lane) {
      const saved = await inserting(
        `another lane with the ticket numbers of lane ${lane.id}`,
        lanes()
          .where({ id: lane.id })
          .update({ ...laneColumns(lane), ...parkedColumns(lane.parked) }),
      );
      if (saved !== 1) throw new Error(`there is no lane ${lane.id}`);
    },

    wakeLane,

    async restLane(id, wanted, dueAt) {
      await lanes().where({ id, wanted }).update({ due_at: dueAt });
    },

    async mergeLane(from, into, at) {
      // Locked first, so that neither a message nor a ticket comes to it from now on.
      const lane = await lanes().where({ id: from }).forUpdate().first('client_ticket');
      if (lane?.client_ticket !== null)
        throw new LostRace(`lane ${from} is ${lane === undefined ? 'gone' : 'the lane of a ticket'} by now`);
      await knex(tables.inbox)
        .where({ contract, lane_id: from })
        .whereNull('outcome')
        .update({ lane_id: into });
      await wakeLane(into, at, null);
      await knex(tables.ledger).where({ contract, lane_id: from }).delete();
      await lanes().where({ id: from }).delete();
    },

    async nextDueAt() {
      const row = await runnable(lanes()).min({ next: 'due_at' }).first();
      const next: unknown = row?.next;
      return next === null || next === undefined ? null : Number(next);
    },

    async lanesByNumber(number) {
      const rows = await lanes()
        .where((lane) => void lane.where({ client_number: number }).orWhere({ provider_ticket: number }))
        .orderBy('id');
      return rows.map(readLane);
    },

    async droppedLanes() {
      return (await lanes().whereNotNull('dropped_at').orderBy(['dropped_at', 'id'])).map(readLane);
    },

    async wakeUnanswered(at, limit) {
      const ready = await lanes()
        .where('parked_retry_at', '<=', at)
        .orderBy(['parked_retry_at', 'id'])
        .limit(limit)
        .select('id');
      if (ready.length === 0) return [];
      const [tried] = await lanes()
        .where({ parked_code: NO_ANSWER, parked_until: 'change' })
        .whereNull('parked_retry_at')
        .whereNotNull('due_at')
        .count({ n: '*' });
      const found: Lane[] = [];
      for (const { id } of ready.slice(0, Math.max(0, limit - Number(tried?.n ?? 0)))) {
        // Another process may have been first.
        const isMine = await lanes()
          .where({ id })
          .whereNotNull('parked_retry_at')
          .update({
            ...woken(knex, at + found.length * UNANSWERED_EVERY_MS),
            parked_until: 'change',
            parked_retry_at: null,
          });
        const row = isMine === 1 ? await lanes().where({ id }).first() : undefined;
        if (row !== undefined) found.push(readLane(row));
      }
      return found;
    },
  };
}
