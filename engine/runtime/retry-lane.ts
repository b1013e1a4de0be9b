import type { Lane } from '../domain/lane.ts';

import { droppedText, dueAtOnce, type OperatorEnd } from './operator.ts';
import { outboundEntry, patienceEnds, withState, type OfflineRuntime } from './step.ts';
import { transact } from './transact.ts';

/**
 * An operator has a parked lane tried again, with the rules as they are then and in order; or takes a dropped one back.
 * What must not be there twice is sent no sooner than patience allows.
 */
export function retryLane(runtime: OfflineRuntime, laneId: number, by: string): Promise<OperatorEnd> {
  const { clock, random } = runtime.ports;
  return transact(runtime, async ({ store }): Promise<OperatorEnd> => {
    const lane = await store.lane(laneId, true);
    if (lane === null) return { kind: 'gone' };
    const { parked } = lane;
    const { dropped, intent, resendAt } = lane.state;
    if (parked === null && dropped === null) return { kind: 'not-parked' };
    const now = clock.now();
    const awake: Lane = {
      ...withState(lane, {
        dropped: null,
        verdict: null,
        attempts: 0,
        resendAt: intent === null ? null : Math.max(resendAt ?? 0, patienceEnds(intent.at, random)),
      }),
      parked: null,
    };
    await store.saveLane(awake);
    await store.wakeLane(laneId, dueAtOnce(lane, now), null);
    const what =
      dropped === null
        ? `tried again by ${by}; it was parked: ${parked?.reason ?? ''}`
        : `taken back by ${by}; it was ${droppedText(dropped)}`;
    await store.journal(
      outboundEntry(awake, 'operator', now, {
        outcome: 'retried',
        summary: what,
        rule: parked?.rule ?? null,
        detail: { by, ...(parked === null ? {} : { code: parked.code }) },
      }),
    );
    return { kind: 'done', summary: dropped === null ? 'tried again' : 'taken back' };
  });
}
