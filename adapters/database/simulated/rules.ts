import { isAmbiguous, isLive } from '../../../engine/domain/lane.ts';
import {
  LANES_COMPARED_AT_ONCE,
  LANES_COMPARED_EVERY_MS,
  LANES_COMPARED_WITHIN_MS,
} from '../../../engine/domain/limits.ts';
import type { RulesVersion } from '../../../engine/domain/rules-version.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import type { Lanes } from './lanes.ts';
import type { UndoLog } from './undo-log.ts';

/** The rules taken up last. */
export function rulesStore(undo: UndoLog, lanes: Lanes): Pick<Store, 'takeUpRules'> {
  const inForce = new Map<'rules', RulesVersion>();
  return {
    takeUpRules: async (rules, at) => {
      const before = inForce.get('rules') ?? null;
      undo.set(inForce, 'rules', rules);
      if (before === null || before.hash === rules.hash) return { before, triedAgain: 0, compared: 0 };

      const all = [...lanes.all()];
      let triedAgain = 0;
      for (const lane of all) {
        if (lane.parked === null) continue;
        const { until, messageId } = lane.parked;
        if (isAmbiguous(lane) && until === 'operator' && messageId === null) continue;
        lanes.wake(lane.id, at, null);
        lanes.put({ ...lanes.mustGet(lane.id), parked: { ...lane.parked, until: 'change' } });
        triedAgain += 1;
      }
      const live = all.filter(isLive);
      for (const [index, { id }] of live.entries()) {
        const group = Math.floor(index / LANES_COMPARED_AT_ONCE);
        lanes.wake(id, at + Math.min(group * LANES_COMPARED_EVERY_MS, LANES_COMPARED_WITHIN_MS), null);
      }
      return { before, triedAgain, compared: live.length };
    },
  };
}
