import type { Instant } from '../domain/instant.ts';
import { LANES_AT_ONCE, TROUBLE_PAUSE_MS, WORK_IDLE_MS_MAX } from '../domain/limits.ts';
import type { Bell } from './bell.ts';
import { laneTurn } from './lane-turn.ts';
import { DatabaseUnavailable } from './ports.ts';
import type { Runtime } from './step.ts';

/**
 * Works due lanes until the signal: each by itself in order, several at the same time. Ends when the turns under way
 * have ended; a turn ends after the step it is in.
 *
 * Returns the reason if a turn found that the contract must stop; then the other turns end as with the signal. See
 * `laneTurn` for `hurry`.
 */
export async function workLanes(
  runtime: Runtime,
  bell: Bell,
  signal: AbortSignal,
  hurry: AbortSignal,
): Promise<string | null> {
  const turns = new Map<number, Promise<void>>();
  const halt = new AbortController();
  const stop = { reason: null as string | null };
  try {
    const signals: TurnSignals = {
      end: AbortSignal.any([signal, halt.signal]),
      hurry: AbortSignal.any([hurry, halt.signal]),
    };
    await startTurns(runtime, bell, turns, signals, (reason) => {
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
  bell: Bell,
  turns: Map<number, Promise<void>>,
  signals: TurnSignals,
  stop: (reason: string) => void,
): Promise<void> {
  const { clock, database } = runtime.ports;
  const paused = new Map<number, Instant>();
  while (!signals.end.aborted) {
    const now = clock.now();
    for (const [lane, until] of paused) if (until <= now) paused.delete(lane);
    const busy = [...turns.keys(), ...paused.keys()];
    const free = LANES_AT_ONCE - turns.size;
    const found = await guarded(runtime, () =>
      database.transaction(async ({ store }) => ({
        lanes: free > 0 ? await store.dueLanes(now, free, busy) : [],
        nextDueAt: await store.nextDueAt(),
      })),
    );
    if (found === null) {
      await bell.wait(TROUBLE_PAUSE_MS, signals.end);
      continue;
    }
    for (const lane of found.lanes) {
      const turn = oneTurn(runtime, lane, signals).then((end) => {
        turns.delete(lane);
        if (end === 'trouble') paused.set(lane, clock.now() + TROUBLE_PAUSE_MS);
        else if (end !== 'done') stop(end.reason);
        bell.ring();
      });
      turns.set(lane, turn);
    }
    const { nextDueAt } = found;
    const untilNext = nextDueAt !== null && nextDueAt > now ? nextDueAt - now : WORK_IDLE_MS_MAX;
    await bell.wait(Math.min(untilNext, WORK_IDLE_MS_MAX), signals.end);
  }
}

type TurnEnd = 'done' | 'trouble' | { readonly reason: string };

async function oneTurn(
  runtime: Runtime,
  lane: number,
  { end: signal, hurry }: TurnSignals,
): Promise<TurnEnd> {
  const { contract, ports } = runtime;
  try {
    const end = await laneTurn(runtime, lane, signal, hurry);
    return end.kind === 'stop' ? { reason: end.reason } : 'done';
  } catch (error) {
    // The lane is still due: it is tried again after a pause, and the others go on.
    const fields = {
      contract: contract.name,
      lane,
      reason: error instanceof Error ? error.message : String(error),
    };
    if (error instanceof DatabaseUnavailable) ports.log.warn('turn put off', fields);
    else {
      ports.log.error('turn broken', {
        ...fields,
        stack: error instanceof Error ? (error.stack ?? null) : null,
      });
    }
    return 'trouble';
  }
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
