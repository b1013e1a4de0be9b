import type { Knex } from 'knex';
import type { Instant } from '../../../engine/domain/instant.ts';
import { NO_ANSWER, type Lane } from '../../../engine/domain/lane.ts';
import { UNANSWERED_EVERY_MS } from '../../../engine/domain/limits.ts';
import { LostRace } from '../errors.ts';
import { numbered, roundedUp } from '../prepared.ts';
import { byIds } from './by-ids.ts';
import { chunks } from './chunks.ts';
import { inserting } from './inserting.ts';
import { laneColumns, type LaneRow, readLane } from './lane-row.ts';
import { liveLanes } from './live-lanes.ts';
import { saveLanes } from './save-lanes.ts';
import type { Scope } from './scope.ts';
import type { BulkStore } from './write-behind.ts';

/** What the store does with lanes; the simulated one does the same. */
export type LaneStore = Pick<
  BulkStore,
  | 'lane'
  | 'laneByClientTicket'
  | 'laneByClientNumber'
  | 'laneByProviderTicket'
  | 'lanesOf'
  | 'insertLane'
  | 'saveLane'
  | 'saveLanes'
  | 'wakeLane'
  | 'wakeLanes'
  | 'restLane'
  | 'mergeLane'
  | 'nextDueAt'
  | 'lanesByNumber'
  | 'liveLanes'
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

export function laneStore(scope: Scope): LaneStore {
  const { knex, tables, contract, prepared } = scope;
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });

  const laneBy = (
    column: 'client_ticket' | 'client_number' | 'provider_ticket',
    value: string,
  ): Promise<Lane | null> =>
    prepared.first(
      `lane by ${column}`,
      { value },
      (given) => lanes().where(column, given.value).orderBy('id', 'desc').limit(1),
      readLane,
    );

  const wakeLane = async (id: number, at: Instant, recheckAt: Instant | null): Promise<void> => {
    const found =
      recheckAt === null
        ? await prepared.changed('wake lane', { id, at }, (given) =>
            lanes().where({ id: given.id }).update(woken(knex, given.at)),
          )
        : await prepared.changed('wake lane for a recheck', { id, at, recheckAt }, (given) =>
            lanes()
              .where({ id: given.id })
              .update({ ...woken(knex, given.at), recheck_at: given.recheckAt }),
          );
    // Merged into another since it was read.
    if (found !== 1) throw new LostRace(`there is no lane ${id} any more`);
  };

  return {
    lane(id, lock) {
      const name = lock ? 'lane to lock' : 'lane';
      return prepared.first(
        name,
        { id },
        (given) => (lock ? lanes().where(given).forUpdate() : lanes().where(given)),
        readLane,
      );
    },

    laneByClientTicket: (key) => laneBy('client_ticket', key),
    laneByClientNumber: (number) => laneBy('client_number', number),
    laneByProviderTicket: (number) => laneBy('provider_ticket', number),

    async lanesOf(side, tickets) {
      const column = side === 'client' ? 'client_ticket' : 'provider_ticket';
      const found: Lane[] = [];
      for (const some of chunks(tickets)) {
        const asked = roundedUp(some);
        const ids = await prepared.rows(
          `ids of lanes by ${asked.length} ${column}`,
          numbered('ticket', asked),
          (given) => lanes().whereIn(column, Object.values(given)).select('id'),
          ({ id }: Pick<LaneRow, 'id'>) => id,
        );
        if (ids.length === 0) continue;
        const known = roundedUp(ids);
        // Whoever locks several locks them in one order.
        const rows = await prepared.rows(
          `${known.length} lanes to lock`,
          numbered('id', known),
          (given) => byIds<LaneRow>(knex, tables.lanes, Object.values(given)).orderBy('id').forUpdate(),
          (row: LaneRow) => row,
        );
        // One that is another ticket's by now is none of these.
        const asking = new Set(some);
        found.push(...rows.filter((row) => asking.has(row[column] ?? '')).map(readLane));
      }
      return found;
    },

    async insertLane(lane) {
      const row = { ...laneColumns(lane), wanted: 1, due_at: lane.dueAt };
      const insert = prepared.inserted('insert lane', row, (given) =>
        knex(tables.lanes).insert({ contract, ...given }),
      );
      return inserting(`the lane of this ticket`, insert);
    },

    saveLane: (lane) => saveLanes(scope, [{ id: lane.id, lane, before: null, rest: null }]),
    saveLanes: (saved) => saveLanes(scope, saved),

    wakeLane,

    async wakeLanes(ids, at, recheckAt) {
      for (const some of chunks(ids)) {
        const asked = numbered('id', roundedUp(some));
        const count = Object.keys(asked).length;
        const found =
          recheckAt === null
            ? await prepared.changed(`wake ${count} lanes`, { at, ...asked }, ({ at: dueAt, ...given }) =>
                byIds<LaneRow>(knex, tables.lanes, Object.values(given)).update(woken(knex, dueAt)),
              )
            : await prepared.changed(
                `wake ${count} lanes for a recheck`,
                { at, recheckAt, ...asked },
                ({ at: dueAt, recheckAt: again, ...given }) =>
                  byIds<LaneRow>(knex, tables.lanes, Object.values(given)).update({
                    ...woken(knex, dueAt),
                    recheck_at: again,
                  }),
              );
        if (found !== some.length) throw new LostRace(`one of the lanes ${some.join(', ')} is gone`);
      }
    },

    restLane: (id, wanted, dueAt) =>
      saveLanes(scope, [{ id, lane: null, before: null, rest: { wanted, dueAt } }]),

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

    nextDueAt() {
      return prepared.first(
        'next due',
        {},
        // The first by the index: a minimum would be sought among all of them.
        () => runnable(lanes()).orderBy('due_at').limit(1).select('due_at'),
        ({ due_at }: Pick<LaneRow, 'due_at'>) => due_at,
      );
    },

    async lanesByNumber(number) {
      const rows = await lanes()
        .where((lane) => void lane.where({ client_number: number }).orWhere({ provider_ticket: number }))
        .orderBy('id');
      return rows.map(readLane);
    },

    liveLanes: (after, limit) => liveLanes(lanes(), after, limit),

    async droppedLanes() {
      return (await lanes().whereNotNull('dropped_at').orderBy(['dropped_at', 'id'])).map(readLane);
    },

    async wakeUnanswered(at, limit) {
      const ready = await prepared.rows(
        `lanes to try again, ${limit}`,
        { at },
        (given) =>
          lanes()
            .where('parked_retry_at', '<=', given.at)
            .orderBy(['parked_retry_at', 'id'])
            .limit(limit)
            .select('id'),
        (row: Pick<LaneRow, 'id'>) => row,
      );
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
