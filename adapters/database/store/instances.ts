import type { Knex } from 'knex';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { inserting } from './inserting.ts';
import type { LaneRow } from './lane-row.ts';
import type { Scope } from './scope.ts';

interface InstanceRow {
  readonly id: string;
  readonly contract: string;
  readonly beat: number;
  readonly place: string;
  readonly started_at: Instant;
}

interface DutyRow {
  readonly contract: string;
  readonly owner: string | null;
  readonly last_poll_at: Instant | null;
}

const PLACE_LENGTH_MAX = 191;

type InstanceStore = Pick<
  Store,
  'instances' | 'enlist' | 'beat' | 'bury' | 'leave' | 'takeDuty' | 'notePoll'
>;

/** Those at work for the contract, by id. */
export const atWork = ({ knex, tables, contract }: Scope): Knex.QueryBuilder =>
  knex<InstanceRow>(tables.instances).where({ contract }).select('id');

export const idsAtWork = async (scope: Scope): Promise<readonly string[]> => {
  const rows = (await atWork(scope)) as readonly Pick<InstanceRow, 'id'>[];
  return rows.map(({ id }) => id);
};

/** Who is at work. What an instance holds needs no write when it dies: nobody is its owner then. */
export function instanceStore(scope: Scope): InstanceStore {
  const { knex, tables, contract } = scope;
  const instances = () => knex<InstanceRow>(tables.instances).where({ contract });
  const duty = () => knex<DutyRow>(tables.duty).where({ contract });
  return {
    async instances() {
      const rows = await instances().orderBy('id');
      return rows.map(({ id, beat, place, started_at }) => ({ id, beat, place, startedAt: started_at }));
    },

    async enlist({ id, beat, place, startedAt }) {
      const row = { id, contract, beat, place: place.slice(0, PLACE_LENGTH_MAX), started_at: startedAt };
      await knex<InstanceRow>(tables.instances).insert(row);
    },

    async beat(id) {
      const moved = await instances()
        .where({ id })
        .update({ beat: knex.raw('beat + 1') });
      return moved === 1;
    },

    async bury(id, beat) {
      return (await instances().where({ id, beat }).delete()) === 1;
    },

    async leave(id) {
      await knex<LaneRow>(tables.lanes).where({ contract, owner: id }).update({ owner: null });
      await duty().where({ owner: id }).update({ owner: null });
      await instances().where({ id }).delete();
    },

    async takeDuty(owner) {
      const row = await duty().first();
      if (row === undefined) {
        const insert = knex<DutyRow>(tables.duty).insert({ contract, owner, last_poll_at: null });
        await inserting(`the duty of ${contract}`, insert);
        return { owner, lastPollAt: null };
      }
      if (row.owner !== owner)
        await duty()
          .where((free) => void free.whereNull('owner').orWhereNotIn('owner', atWork(scope)))
          .update({ owner });
      const now = await duty().first();
      return { owner: now?.owner ?? null, lastPollAt: now?.last_poll_at ?? null };
    },

    async notePoll(at) {
      await duty().update({ last_poll_at: at });
    },
  };
}
