import { STEPS_PER_TURN_MAX } from '../domain/limits.ts';
import type { Parked } from '../domain/lane.ts';
import { applyMessage } from './apply-message.ts';
import { ParkLane, parkLane } from './park.ts';
import { performCall } from './perform-call.ts';
import { ItsmRefused } from './ports.ts';
import { prepareCall } from './prepare-call.ts';
import type { Runtime, StepEnd } from './step.ts';
import { transact } from './transact.ts';

/**
 * Works one lane until it rests: first the messages that wait in it, in order, then what is to be sent. The caller
 * sees to it that no other turn of the same lane runs at the same time.
 *
 * A signal ends the turn between two steps: nothing is left half done, and what is not done stays due. From `hurry` on,
 * the outcome of a call is not tried to be committed for ever while the database is away.
 */
export async function laneTurn(
  runtime: Runtime,
  laneId: number,
  signal: AbortSignal,
  hurry: AbortSignal = signal,
): Promise<StepEnd> {
  for (let count = 0; count < STEPS_PER_TURN_MAX && !signal.aborted; count += 1) {
    const end = await step(runtime, laneId, hurry);
    if (end.kind !== 'again') return end;
  }
  return { kind: 'again' };
}

async function step(runtime: Runtime, laneId: number, hurry: AbortSignal): Promise<StepEnd> {
  let wanted = 0;
  try {
    const next = await transact(runtime, async (tx) => {
      const lane = await tx.store.lane(laneId, true);
      // Merged into another lane since it was found due, or parked.
      if (lane === null || lane.parked?.until === 'operator') return { kind: 'rest', dueAt: null } as const;
      wanted = lane.wanted;
      const message = await tx.store.nextMessage(laneId);
      return message === null ? prepareCall(runtime, tx, lane) : applyMessage(runtime, tx, lane, message);
    });
    return next.kind === 'call' ? await performCall(runtime, next, hurry) : next;
  } catch (error) {
    const cause = parkingCause(error);
    if (cause === null) throw error;
    return park(runtime, laneId, wanted, cause);
  }
}

function parkingCause(error: unknown): Omit<Parked, 'at'> | null {
  if (error instanceof ParkLane) {
    const { code, message: reason, rule, until } = error;
    return { code, reason, rule, until };
  }
  if (error instanceof ItsmRefused) {
    return { code: 'itsm-refused', reason: error.message, rule: null, until: 'operator' };
  }
  return null;
}

/** The failed step's transaction is gone; that the lane stands still, and why, is a transaction of its own. */
async function park(
  runtime: Runtime,
  laneId: number,
  wanted: number,
  cause: Omit<Parked, 'at'>,
): Promise<StepEnd> {
  await transact(runtime, async (tx) => {
    const lane = await tx.store.lane(laneId, true);
    if (lane === null) return;
    // The step that failed may have been the first to learn what people call the ticket.
    const ticket =
      lane.clientTicket === null || lane.clientNumber !== null
        ? null
        : await tx.itsm.ticket(lane.clientTicket, false);
    const named = ticket === null ? lane : { ...lane, clientNumber: ticket.number };
    await parkLane(tx, named, wanted, cause, runtime.ports.clock.now());
  });
  return { kind: 'rest', dueAt: null };
}
