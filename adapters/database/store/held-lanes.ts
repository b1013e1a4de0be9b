import type { Knex } from 'knex';
import type { HeldLane } from '../../../engine/domain/instance.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { atWork } from './instances.ts';
import { type LaneRow, readLane } from './lane-row.ts';
import { runnable } from './lanes.ts';
import type { Scope } from './scope.ts';

type HeldLaneStore = Pick<Store, 'dueLanes' | 'takeLane' | 'heldLane' | 'releaseLane'>;

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

    async takeLane(id, owner) {
      const row = await prepared.first(
        'lane to take',
        { id },
        (given) => lanes().where(given).forUpdate().select('owner', 'fence'),
        (found: Pick<LaneRow, 'owner' | 'fence'>) => found,
      );
      if (row === null) return null;
      if (row.owner !== null && row.owner !== owner) {
        if (((await atWork(scope).where({ id: row.owner })) as readonly unknown[]).length > 0) return null;
      }
      const fence = row.fence + 1;
      await prepared.changed('take lane', { id, owner, fence }, (given) =>
        lanes().where({ id: given.id }).update({ owner: given.owner, fence: given.fence }),
      );
      return { lane: id, owner, fence };
    },

    heldLane({ lane, owner, fence }) {
      return prepared.first(
        'held lane',
        { lane, owner, fence },
        (given) => held(given).forUpdate(),
        readLane,
      );
    },

    async releaseLane({ lane, owner, fence }) {
      await prepared.changed('release lane', { lane, owner, fence }, (given) =>
        held(given).update({ owner: null }),
      );
    },
  };
}
