import {
  LANES_COMPARED_AT_ONCE,
  LANES_COMPARED_EVERY_MS,
  LANES_COMPARED_WITHIN_MS,
} from '../../../engine/domain/limits.ts';
import type { RulesVersion } from '../../../engine/domain/rules-version.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { byIds } from './by-ids.ts';
import type { LaneRow } from './lane-row.ts';
import { woken } from './lanes.ts';
import { liveLanes } from './live-lanes.ts';
import type { Scope } from './scope.ts';

interface RulesRow {
  readonly contract: string;
  readonly rules_hash: string;
  readonly git_commit: string | null;
  readonly taken_up_at: number;
}

const LANES_PER_READ = 1000;

export function rulesStore({ knex, tables, contract }: Scope): Pick<Store, 'takeUpRules'> {
  const rows = () => knex<RulesRow>(tables.rules).where({ contract });
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });

  /** All of them, the oldest first. */
  const allLive = async (): Promise<readonly number[]> => {
    const found: number[] = [];
    for (let after = 0; ;) {
      const { live, last } = await liveLanes(lanes(), after, LANES_PER_READ);
      found.push(...live.map(({ id }) => id));
      if (last === null) return found;
      after = last;
    }
  };

  return {
    async takeUpRules({ hash, commit }, at) {
      const row = await rows().forUpdate().first();
      const written = { rules_hash: hash, git_commit: commit, taken_up_at: at };
      if (row === undefined) await knex(tables.rules).insert({ contract, ...written });
      else await rows().update(written);
      const before: RulesVersion | null =
        row === undefined ? null : { hash: row.rules_hash, commit: row.git_commit };
      if (before === null || before.hash === hash) return { before, triedAgain: 0, compared: 0 };

      const triedAgain = await lanes()
        .whereNotNull('parked_at')
        .where(
          (lane) =>
            void lane
              .where({ ambiguous: false })
              .orWhere({ parked_until: 'change' })
              .orWhereNotNull('parked_message'),
        )
        .update({ ...woken(knex, at), parked_until: 'change' });
      const live = await allLive();
      for (let first = 0; first < live.length; first += LANES_COMPARED_AT_ONCE) {
        const group = first / LANES_COMPARED_AT_ONCE;
        const due = at + Math.min(group * LANES_COMPARED_EVERY_MS, LANES_COMPARED_WITHIN_MS);
        const some = live.slice(first, first + LANES_COMPARED_AT_ONCE);
        await byIds<LaneRow>(knex, tables.lanes, some).update(woken(knex, due));
      }
      return { before, triedAgain, compared: live.length };
    },
  };
}
