import type { Knex } from 'knex';
import type { HeldLane } from '../../../engine/domain/instance.ts';
import { groupedBy, numbered, roundedUp, rowValues, valuesOfRows } from '../prepared.ts';
import { byIds } from './by-ids.ts';
import { chunks } from './chunks.ts';
import { atWork, idsAtWork } from './instances.ts';
import { type LaneRow, readLane } from './lane-row.ts';
import { runnable } from './lanes.ts';
import type { Scope } from './scope.ts';
import type { BulkStore } from './write-behind.ts';

type HeldLaneStore = Pick<BulkStore, 'dueLanes' | 'takeLanes' | 'heldLane' | 'heldLanes' | 'releaseLanes'>;

/** Lanes are looked for in multiples of it. */
const LANES_PER_STEP = 16;

/** In whose hands each lane is. */
export function heldLaneStore(scope: Scope): HeldLaneStore {
  const { knex, tables, contract, prepared } = scope;
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });

  /** Without an owner, one's own, or of one that is not at work any more: ids are never used again, so it stays so. */
  const freeFor = (owner: string) => (lane: Knex.QueryBuilder) =>
    void lane.whereNull('owner').orWhere({ owner }).orWhereNotIn('owner', atWork(scope));

  const held = ({ lane, owner, fence }: HeldLane) => lanes().where({ id: lane, owner, fence });

  return {
    async dueLanes({ owner, now, horizon, limit, except }) {
      // In steps: each number is a statement of its own.
      const most = Math.ceil((limit + except.length) / LANES_PER_STEP) * LANES_PER_STEP;
      const rows = await prepared.rows(
        `due lanes, ${most}`,
        { owner, now, horizon },
        (given) =>
          runnable(lanes())
            .where((lane) => void lane.where('due_at', '<=', given.now).orWhere('due_at', '>', given.horizon))
            .where(freeFor(given.owner))
            .orderBy(['due_at', 'id'])
            .limit(most)
            .select('id'),
        ({ id }: Pick<LaneRow, 'id'>) => id,
      );
      const others = rows.filter((id) => !except.includes(id));
      return others.slice(0, limit);
    },

    async takeLanes(ids, owner) {
      if (ids.length === 0) return [];
      const rows = await prepared.rows(
        `lanes to take, ${ids.length}`,
        numbered('id', ids),
        // Rows that several processes lock are locked in one order, so that they do not wait for each other in a circle.
        (given) =>
          byIds<LaneRow>(knex, tables.lanes, Object.values(given))
            .orderBy('id')
            .forUpdate()
            .select('id', 'owner', 'fence'),
        (row: Pick<LaneRow, 'id' | 'owner' | 'fence'>) => row,
      );
      const others = rows.filter((row) => row.owner !== null && row.owner !== owner);
      const working = new Set(others.length === 0 ? [] : await idsAtWork(scope));
      const free = rows.filter((row) => !others.includes(row) || !working.has(row.owner ?? ''));
      if (free.length > 0)
        await prepared.changed(
          `take lanes, ${free.length}`,
          {
            owner,
            ...numbered(
              'id',
              free.map(({ id }) => id),
            ),
          },
          ({ owner: mine, ...given }) =>
            byIds<LaneRow>(knex, tables.lanes, Object.values(given)).update({
              owner: mine,
              fence: knex.raw('fence + 1'),
            }),
        );
      return free.map(({ id, fence }) => ({ lane: id, owner, fence: fence + 1 }));
    },

    heldLane({ lane, owner, fence }) {
      return prepared.first(
        'held lane',
        { lane, owner, fence },
        (given) => held(given).forUpdate(),
        readLane,
      );
    },

    async heldLanes(all) {
      if (all.length === 0) return new Map();
      const asked = roundedUp(all.map(({ lane }) => lane));
      const rows = await prepared.rows(
        `held lanes, ${asked.length}`,
        numbered('id', asked),
        // In the order in which they are taken.
        (given) => byIds<LaneRow>(knex, tables.lanes, Object.values(given)).orderBy('id').forUpdate(),
        (row: LaneRow) => row,
      );
      const isHeld = ({ id, owner, fence }: LaneRow): boolean =>
        all.some((one) => one.lane === id && one.owner === owner && one.fence === fence);
      return new Map(rows.filter(isHeld).map((row) => [row.id, readLane(row)]));
    },

    async releaseLanes(all) {
      for (const [owner, own] of groupedBy(all, (one) => one.owner)) {
        for (const some of chunks(own)) {
          const rows = roundedUp(some.map(({ lane, fence }) => ({ lane, fence })));
          await prepared.changed(
            `release ${rows.length} lanes`,
            { owner, ...rowValues(rows) },
            ({ owner: mine, ...given }) => {
              const asked = valuesOfRows(given, rows);
              return (
                lanes()
                  .where({ owner: mine })
                  // Told twice: not every server finds rows by pairs.
                  .whereIn(
                    'id',
                    asked.map(({ lane }) => lane),
                  )
                  .whereIn(
                    ['id', 'fence'],
                    asked.map(({ lane, fence }) => [lane, fence]),
                  )
                  .update({ owner: null })
              );
            },
          );
        }
      }
    },
  };
}
