import { errorWords } from '../domain/error-words.ts';
import type { HeldLane } from '../domain/instance.ts';
import type { Instant } from '../domain/instant.ts';
import { LANES_AT_ONCE, TROUBLE_PAUSE_MS, WORK_IDLE_MS_MAX } from '../domain/limits.ts';
import type { Bell } from './bell.ts';
import { Breaks } from './breaks.ts';
import { holdLanes, sleepMsMax, type Hold, type Standing } from './hold.ts';
import { laneTurn, parkBroken, StepBroken } from './lane-turn.ts';
import type { Membership } from './membership.ts';
import { DatabaseUnavailable } from './ports.ts';
import type { Runtime } from './step.ts';

/**
 * Works due lanes until the signal: each by itself in order, several at the same time. Lanes that another process holds
 * are left to it. Ends when the turns under way have ended; a turn ends after the step it is in.
 *
 * `ended` is called after each turn: it may have begun something beside the lane.
 *
 * Returns the reason if a turn found that the contract must stop; then the other turns end as with the signal. See
 * `laneTurn` for `hurry`.
 */
export async function workLanes(
  runtime: Runtime,
  membership: Membership,
  bell: Bell,
  signal: AbortSignal,
  hurry: AbortSignal,
  ended: () => void = () => undefined,
): Promise<string | null> {
  const turns = new Map<number, Promise<void>>();
  const halt = new AbortController();
  const stop = { reason: null as string | null };
  try {
    const signals: TurnSignals = {
      end: AbortSignal.any([signal, halt.signal]),
      hurry: AbortSignal.any([hurry, halt.signal]),
    };
    const told = {
      ring: () => {
        bell.ring();
        ended();
      },
    };
    await startTurns(runtime, membership, { bell, told }, turns, signals, (reason) => {
      stop.reason ??= reason;
      halt.abort();
    });
  } catch (error) {
    halt.abort();
    throw error;
  } finally {
    await Promise.all(turns.values());
  }
  return stop.reason;
}

/** What ends the turns: `end` between two steps, `hurry` the waiting for a database that is away. */
interface TurnSignals {
  readonly end: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Starts a turn for every lane that comes due, until the signal. */
async function startTurns(
  runtime: Runtime,
  membership: Membership,
  { bell, told }: { readonly bell: Bell; readonly told: Pick<Bell, 'ring'> },
  turns: Map<number, Promise<void>>,
  signals: TurnSignals,
  stop: (reason: string) => void,
): Promise<void> {
  const { clock } = runtime.ports;
  const paused = new Map<number, Instant>();
  const breaks = new Breaks();
  const ended = new Set<HeldLane>();
  while (!signals.end.aborted) {
    const now = clock.now();
    for (const [lane, until] of paused) if (until <= now) paused.delete(lane);
    const busy = [...turns.keys(), ...paused.keys()];
    const limit = LANES_AT_ONCE - turns.size;
    const { standing } = membership;
    const released = [...ended];
    const found =
      standing === null
        ? null
        : await guarded(runtime, () => takeDueLanes(runtime, standing, { now, limit, busy, released }));
    if (found === null) {
      await bell.wait(TROUBLE_PAUSE_MS, signals.end);
      continue;
    }
    for (const held of released) ended.delete(held);
    for (const hold of found.holds) {
      const { lane } = hold;
      const turn = oneTurn(runtime, hold, signals, breaks).then((end) => {
        turns.delete(lane);
        ended.add(hold);
        if (end === 'trouble') paused.set(lane, clock.now() + TROUBLE_PAUSE_MS);
        else if (end !== 'done') stop(end.reason);
        told.ring();
      });
      turns.set(lane, turn);
    }
    // Others were faster: what is due besides is not theirs yet.
    if (found.wasOvertaken) continue;
    const { nextDueAt } = found;
    const untilNext = nextDueAt !== null && nextDueAt > now ? nextDueAt - now : WORK_IDLE_MS_MAX;
    await bell.wait(Math.min(untilNext, WORK_IDLE_MS_MAX), signals.end);
  }
}

interface Search {
  readonly now: Instant;
  readonly limit: number;
  /** Lanes that are worked here, or pause. */
  readonly busy: readonly number[];
  /** Lanes whose turns have ended. */
  readonly released: readonly HeldLane[];
}

interface FoundLanes {
  readonly holds: readonly Hold[];
  /** Another process took some of those that were due. */
  readonly wasOvertaken: boolean;
  readonly nextDueAt: Instant | null;
}

/** Lets go of the lanes whose turns have ended, and takes as many that are due as can be worked. */
function takeDueLanes(
  { contract, ports }: Runtime,
  standing: Standing,
  { now, limit, busy, released }: Search,
): Promise<FoundLanes> {
  return ports.database.transaction(async (tx) => {
    const { store } = tx;
    await store.releaseLanes(released);
    const horizon = now + sleepMsMax(contract);
    const search = { owner: standing.id, now, horizon, limit, except: busy };
    const due = limit > 0 ? await store.dueLanes(search) : [];
    const holds = await holdLanes(tx, due, standing);
    // While all hands are full nothing else can be begun: the end of a turn comes first.
    const nextDueAt = holds.length < limit ? await store.nextDueAt() : null;
    return { holds, wasOvertaken: holds.length < due.length, nextDueAt };
  });
}

type TurnEnd = 'done' | 'trouble' | { readonly reason: string };

async function oneTurn(
  runtime: Runtime,
  hold: Hold,
  { end: signal, hurry }: TurnSignals,
  breaks: Breaks,
): Promise<TurnEnd> {
  const { contract, ports } = runtime;
  const { lane } = hold;
  try {
    const end = await laneTurn(runtime, hold, signal, hurry);
    if (end.kind === 'lost') ports.log.info('lane lost', { contract: contract.name, lane });
    return end.kind === 'stop' ? { reason: end.reason } : 'done';
  } catch (error) {
    // The lane is still due: it is tried again after a pause, and the others go on.
    tellTrouble(runtime, lane, error);
    if (!(error instanceof StepBroken) || !breaks.areTooMany(lane, ports.clock.elapsed())) return 'trouble';
    try {
      await parkBroken(runtime, hold, error);
      return 'done';
    } catch (another) {
      tellTrouble(runtime, lane, another);
      return 'trouble';
    }
  }
}

function tellTrouble({ contract, ports }: Runtime, lane: number, error: unknown): void {
  const reason = errorWords(error);
  const fields = { contract: contract.name, lane, reason };
  if (error instanceof DatabaseUnavailable) {
    ports.log.warn('turn put off', fields);
    return;
  }
  const thrown = error instanceof StepBroken ? error.cause : error;
  const stack = thrown instanceof Error ? (thrown.stack ?? null) : null;
  ports.log.error('turn broken', { ...fields, stack });
}

/** Null if the database is away; that is logged. */
export async function guarded<T>({ contract, ports }: Runtime, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    ports.log.warn('database away', { contract: contract.name, reason: error.message });
    return null;
  }
}
