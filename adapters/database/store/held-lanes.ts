import type { Knex } from 'knex';
import type { HeldLane } from '../../../engine/domain/instance.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { atWork } from './instances.ts';
import { type LaneRow, readLane } from './lane-row.ts';
import { runnable } from './lanes.ts';
import type { Scope } from './scope.ts';

type HeldLaneStore = Pick<Store, 'dueLanes' | 'takeLane' | 'heldLane' | 'releaseLane'>;

/** In whose hands each lane is. */
export function heldLaneStore(scope: Scope): HeldLaneStore {
  const { knex, tables, contract } = scope;
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });

  /** Without an owner, one's own, or of one that is not at work any more: ids are never used again, so it stays so. */
  const freeFor = (owner: string) => (lane: Knex.QueryBuilder) =>
    void lane.whereNull('owner').orWhere({ owner }).orWhereNotIn('owner', atWork(scope));

  const held = ({ lane, owner, fence }: HeldLane) => lanes().where({ id: lane, owner, fence });

  return {
    async dueLanes({ owner, now, horizon, limit, except }) {
      const rows = await runnable(lanes())
        .where((lane) => void lane.where('due_at', '<=', now).orWhere('due_at', '>', horizon))
        .where(freeFor(owner))
        .whereNotIn('id', except)
        .orderBy(['due_at', 'id'])
        .limit(limit)
        .select('id');
      return rows.map((row) => row.id);
    },

    async takeLane(id, owner) {
      const row = await lanes().where({ id }).forUpdate().first('owner', 'fence');
      if (row === undefined) return null;
      if (row.owner !== null && row.owner !== owner) {
        if (((await atWork(scope).where({ id: row.owner })) as readonly unknown[]).length > 0) return null;
      }
      const fence = row.fence + 1;
      await lanes().where({ id }).update({ owner, fence });
      return { lane: id, owner, fence };
    },

    async heldLane(hold) {
      const row = await held(hold).forUpdate().first();
      return row === undefined ? null : readLane(row);
    },

    async releaseLane(hold) {
      await held(hold).update({ owner: null });
    },
  };
}
