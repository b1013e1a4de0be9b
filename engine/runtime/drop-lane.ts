import type { Lane } from '../domain/lane.ts';

import { droppedText, type Decision, type OperatorEnd } from './operator.ts';
import { settleMessage } from './settle-message.ts';
import { inboundEntry, outboundEntry, withState, type OfflineRuntime } from './step.ts';
import { transact } from './transact.ts';

/**
 * An operator takes a parked ticket out of Bridgehead's hands: every message that waits is dropped, a line of the journal
 * each, and nothing travels either way until `retryLane` takes it back.
 */
export function dropLane(
  runtime: OfflineRuntime,
  laneId: number,
  { by, because }: Decision,
): Promise<OperatorEnd> {
  return transact(runtime, async ({ store }): Promise<OperatorEnd> => {
    const lane = await store.lane(laneId, true);
    if (lane === null) return { kind: 'gone' };
    if (lane.parked === null) return { kind: 'not-parked' };
    const now = runtime.ports.clock.now();
    const dropped = { at: now, by, because };
    const out: Lane = { ...withState(lane, { dropped, verdict: null }), parked: null };
    const detail = { by, because, code: lane.parked.code };
    const waiting = await store.waitingIn(laneId);
    for (const message of waiting) {
      await settleMessage(store, message, 'dropped', now);
      await store.journal(
        inboundEntry(out, message, now, {
          outcome: 'dropped',
          summary: droppedText(dropped),
          transactionId: message.messageId,
          detail,
        }),
      );
    }
    await store.saveLane(out);
    await store.restLane(laneId, lane.wanted, null);
    await store.journal(
      outboundEntry(out, 'operator', now, {
        outcome: 'dropped',
        summary:
          `${droppedText(dropped)}; ${waiting.length} waiting messages were dropped, and nothing travels either way ` +
          `until it is taken back. It was parked: ${lane.parked.reason}`,
        rule: lane.parked.rule,
        detail,
      }),
    );
    return { kind: 'done', summary: `dropped, with ${waiting.length} waiting messages` };
  });
}
