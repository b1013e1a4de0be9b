import { errorWords } from '../domain/error-words.ts';
import { BREAKS_MAX, STEPS_PER_TURN_MAX, STEPS_TOGETHER_MAX } from '../domain/limits.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { excerpt } from '../wire/excerpt.ts';
import { applyMessage } from './apply-message.ts';
import { stepOfDropped } from './dropped-lane.ts';
import type { Hold } from './hold.ts';
import { ParkLane, parkLane, type ParkingCause } from './park.ts';
import type { PreparedCall } from './commit-intent.ts';
import { performCall } from './perform-call.ts';
import { DatabaseUnavailable, ItsmRefused, type Transaction } from './ports.ts';
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
 * Steps that follow each other are one transaction, up to a call's intent, and from its outcome on: what they wait for is
 * the commit. If one of them fails, all of them are undone, and from then on each has a transaction of its own: the one that
 * fails stands still alone.
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
  const turn: Turn = {
    runtime,
    hold,
    signal,
    hurry,
    left: STEPS_PER_TURN_MAX,
    together: STEPS_TOGETHER_MAX,
  };
  while (goesOn(turn)) {
    const end = await work(turn);
    if (end.kind !== 'again') return end;
  }
  return { kind: 'again' };
}

interface Turn {
  readonly runtime: Runtime;
  readonly hold: Hold;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
  /** Steps that it may still take. */
  left: number;
  /** Steps in one transaction. */
  together: number;
}

/** In one transaction. */
const stepsAtMost = ({ together, left }: Turn): number => Math.min(together, left);

const goesOn = ({ left, signal }: Turn): boolean => left > 0 && !signal.aborted;

/** Steps of one transaction: how many are done, and what the one after them is about. */
interface Stride {
  done: number;
  wanted: number;
  message: InboxMessage | null;
  /** What was to be said before the message is said, or cannot be: then the message has its effect. */
  speaksFirst: boolean;
  fetches: boolean;
  /** The lane as the step before saved it, and the messages behind that step's; null: they must be read. */
  saved: Lane | null;
  waiting: readonly InboxMessage[] | null;
  /** All steps ended well: what fails after that is their commit. */
  isOver: boolean;
}

const NOTHING_KNOWN: Pick<Stride, 'saved' | 'waiting'> = { saved: null, waiting: null };

const newStride = (): Stride => ({
  done: 0,
  wanted: 0,
  message: null,
  speaksFirst: false,
  fetches: false,
  ...NOTHING_KNOWN,
  isOver: false,
});

const goOn = ({ speaksFirst }: Stride, end: StepEnd): StepEnd =>
  speaksFirst && end.kind === 'rest' && end.dueAt === null ? { kind: 'again' } : end;

/** One transaction's steps, and the calls that follow from them. */
async function work(turn: Turn): Promise<StepEnd> {
  const { runtime, hold, hurry } = turn;
  let stride = newStride();
  try {
    let next = await transact(runtime, (tx) => steps(turn, tx, stride), hold);
    count(turn, stride);
    while (next.kind === 'call') {
      const before = stride;
      const after = newStride();
      const { wanted } = next.lane;
      const more = async (tx: Transaction, saved: Lane | null): Promise<StepEnd | PreparedCall> => {
        if (!goesOn(turn)) return { kind: 'again' };
        // Whatever comes to a lane is counted there: none was waiting, and none has come since.
        const hasNone = before.message === null && saved?.wanted === wanted;
        return steps(turn, tx, after, { saved, waiting: hasNone ? [] : null });
      };
      next = await performCall(runtime, next, hold, hurry, { goOn: (end) => goOn(before, end), more });
      count(turn, after);
      stride = after;
    }
    return next;
  } catch (error) {
    if (!stride.isOver && stride.done > 0) {
      turn.together = 1;
      return { kind: 'again' };
    }
    const { wanted, message, speaksFirst } = stride;
    const cause = parkingCause(error);
    if (cause !== null)
      return goOn(stride, await park(runtime, hold, wanted, cause, speaksFirst ? null : message));
    throw error instanceof DatabaseUnavailable ? error : new StepBroken(error, wanted, message);
  }
}

/** They are committed. */
function count(turn: Turn, { done, fetches }: Stride): void {
  turn.left -= done;
  if (fetches) turn.runtime.wakeDownloads?.();
}

/**
 * Takes one step after the other in one transaction: until a call is to be made, nothing is left, or they are enough. `known`:
 * the lane, if the transaction has saved it before, and the messages that wait in it, if they need not be read.
 */
async function steps(
  turn: Turn,
  tx: Transaction,
  stride: Stride,
  known: Pick<Stride, 'saved' | 'waiting'> = NOTHING_KNOWN,
): Promise<StepEnd | PreparedCall> {
  // The transaction may be run again from the start.
  Object.assign(stride, newStride(), known);
  for (;;) {
    const next = await step(turn, tx, stride);
    const end = next.kind === 'call' ? next : goOn(stride, next);
    if (end.kind === 'again' && end.fetches === true) stride.fetches = true;
    stride.saved = (end.kind === 'again' ? end.saved : null) ?? null;
    if (stride.saved === null) stride.waiting = null;
    stride.done += 1;
    const isEnough = stride.done >= stepsAtMost(turn) || turn.signal.aborted;
    if (end.kind !== 'again' || isEnough) {
      stride.isOver = true;
      return end;
    }
  }
}

async function step(turn: Turn, tx: Transaction, stride: Stride): Promise<StepEnd | PreparedCall> {
  const { runtime, hold } = turn;
  Object.assign(stride, { wanted: 0, message: null, speaksFirst: false });
  // What this transaction has saved is still locked: it is still held, and no message comes to it.
  const lane = stride.saved ?? (await tx.store.heldLane(hold));
  if (lane === null) return { kind: 'lost' };
  // Parked since it was found due.
  if (lane.parked?.until === 'operator') return { kind: 'rest', dueAt: null };
  stride.wanted = lane.wanted;
  const waiting = stride.waiting ?? (await tx.store.nextMessages(lane.id, stepsAtMost(turn)));
  const message = waiting[0] ?? null;
  Object.assign(stride, { message, waiting: waiting.slice(1) });
  if (lane.state.dropped !== null) return stepOfDropped(runtime, tx, lane, message);
  if (message === null) return prepareCall(runtime, tx, lane, hold);
  const end = await applyMessage(runtime, tx, lane, message);
  if (end.kind !== 'speak-first') return end;
  stride.speaksFirst = true;
  return prepareCall(runtime, tx, end.lane, hold, lane);
}

/** A step ended with an error that nobody foresaw: a defect, of Bridgehead or of what it runs on. */
export class StepBroken extends Error {
  override readonly name = 'StepBroken';
  readonly wanted: number;
  readonly at: InboxMessage | null;

  constructor(cause: unknown, wanted: number, at: InboxMessage | null) {
    super(errorWords(cause), { cause });
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
