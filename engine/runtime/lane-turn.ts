import { BREAKS_MAX, STEPS_PER_TURN_MAX } from '../domain/limits.ts';
import type { InboxMessage } from '../domain/lane.ts';
import { excerpt } from '../wire/excerpt.ts';
import { applyMessage } from './apply-message.ts';
import { stepOfDropped } from './dropped-lane.ts';
import type { Hold } from './hold.ts';
import { ParkLane, parkLane, type ParkingCause } from './park.ts';
import { performCall } from './perform-call.ts';
import { DatabaseUnavailable, ItsmRefused } from './ports.ts';
import { prepareCall } from './prepare-call.ts';
import type { Runtime, StepEnd } from './step.ts';
import { transact } from './transact.ts';

/** What a parked lane's reason tells of a defect. */
const DEFECT_LENGTH_MAX = 500;

/**
 * Works one lane until it rests: first the messages that wait in it, in order, then what is to be sent. The caller
 * holds the lane, and sees to it that this process runs no other turn of it at the same time. Every transaction of the
 * turn asks whether it is still held; when another process has taken it, the turn ends, and nothing more is written.
 *
 * A signal ends the turn between two steps: nothing is left half done, and what is not done stays due. From `hurry` on,
 * the outcome of a call is not tried to be committed for ever while the database is away.
 */
export async function laneTurn(
  runtime: Runtime,
  hold: Hold,
  signal: AbortSignal,
  hurry: AbortSignal = signal,
): Promise<StepEnd> {
  for (let count = 0; count < STEPS_PER_TURN_MAX && !signal.aborted; count += 1) {
    const end = await step(runtime, hold, hurry);
    if (end.kind !== 'again') return end;
  }
  return { kind: 'again' };
}

async function step(runtime: Runtime, hold: Hold, hurry: AbortSignal): Promise<StepEnd> {
  let wanted = 0;
  let message: InboxMessage | null = null;
  const waits = { message: false };
  // What was to be said before the message is said, or cannot be: then the message has its effect.
  const goOn = (end: StepEnd): StepEnd =>
    waits.message && end.kind === 'rest' && end.dueAt === null ? { kind: 'again' } : end;
  try {
    const next = await transact(runtime, async (tx) => {
      const lane = await tx.store.heldLane(hold);
      if (lane === null) return { kind: 'lost' } as const;
      // Parked since it was found due.
      if (lane.parked?.until === 'operator') return { kind: 'rest', dueAt: null } as const;
      wanted = lane.wanted;
      message = await tx.store.nextMessage(lane.id);
      if (lane.state.dropped !== null) return stepOfDropped(runtime, tx, lane, message);
      waits.message = false;
      if (message === null) return prepareCall(runtime, tx, lane, hold);
      const end = await applyMessage(runtime, tx, lane, message);
      if (end.kind !== 'speak-first') return end;
      waits.message = true;
      return prepareCall(runtime, tx, end.lane, hold);
    });
    if (next.kind === 'again' && next.fetches === true) runtime.wakeDownloads?.();
    return goOn(next.kind === 'call' ? await performCall(runtime, next, hold, hurry) : next);
  } catch (error) {
    const cause = parkingCause(error);
    if (cause !== null) return goOn(await park(runtime, hold, wanted, cause, waits.message ? null : message));
    throw error instanceof DatabaseUnavailable ? error : new StepBroken(error, wanted, message);
  }
}

/** A step ended with an error that nobody foresaw: a defect, of Bridgehead or of what it runs on. */
export class StepBroken extends Error {
  override readonly name = 'StepBroken';
  readonly wanted: number;
  readonly at: InboxMessage | null;

  constructor(cause: unknown, wanted: number, at: InboxMessage | null) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.wanted = wanted;
    this.at = at;
  }
}

/** A step broke again and again: the lane stands still, seen by everybody, instead of being tried for ever. */
export function parkBroken(runtime: Runtime, hold: Hold, broken: StepBroken): Promise<StepEnd> {
  const reason = `a defect stopped it ${BREAKS_MAX} times: ${excerpt(broken.message, DEFECT_LENGTH_MAX)}; the log's lines "turn broken" say where`;
  const cause: ParkingCause = { code: 'defect', reason, rule: null, until: 'change' };
  return park(runtime, hold, broken.wanted, cause, broken.at);
}

function parkingCause(error: unknown): ParkingCause | null {
  if (error instanceof ParkLane) {
    const { code, message: reason, rule, until } = error;
    return { code, reason, rule, until };
  }
  if (error instanceof ItsmRefused) {
    return { code: 'itsm-refused', reason: error.message, rule: null, until: 'change' };
  }
  return null;
}

/** The failed step's transaction is gone; that the lane stands still, and why, is a transaction of its own. */
async function park(
  runtime: Runtime,
  hold: Hold,
  wanted: number,
  cause: ParkingCause,
  message: InboxMessage | null,
): Promise<StepEnd> {
  return transact(runtime, async (tx): Promise<StepEnd> => {
    const lane = await tx.store.heldLane(hold);
    if (lane === null) return { kind: 'lost' };
    // Dropped by an operator since the step began.
    if (lane.state.dropped !== null) return { kind: 'rest', dueAt: null };
    // The step that failed may have been the first to learn what people call the ticket.
    const ticket =
      lane.clientTicket === null || lane.clientNumber !== null
        ? null
        : await tx.itsm.ticket(lane.clientTicket, false);
    const named = ticket === null ? lane : { ...lane, clientNumber: ticket.number };
    await parkLane(tx, named, wanted, cause, message, runtime.ports.clock.now());
    return { kind: 'rest', dueAt: null };
  });
}
