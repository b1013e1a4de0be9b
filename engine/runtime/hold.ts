import type { Contract } from '../domain/contract.ts';
import type { HeldLane } from '../domain/instance.ts';
import type { Instant, Milliseconds } from '../domain/instant.ts';
import { LANE_SLEEP_MS_MAX } from '../domain/limits.ts';
import { NO_PAUSE, type Pace } from './pace.ts';
import { NO_DOUBT_OF_DATES, type Patience } from './patience.ts';
import type { Transaction } from './ports.ts';
import type { Runtime } from './step.ts';

/** What a turn asks of the process that it runs in. */
export interface Standing {
  /** The instance's id. */
  readonly id: string;
  /** Whether nobody can have taken this process for dead, as of now: its lease is renewed if it must be. */
  confirm(): Promise<boolean>;
  readonly patience: Patience;
  /** How often lanes whose calls nothing answered are looked for behind the calls that are answered. */
  readonly retries: Pace;
}

/** A lane that is worked: by whom, and the token that every transaction of the turn shows. */
export interface Hold extends HeldLane {
  readonly by: Standing;
}

/** For who works with a database alone: rehearsals, tests. */
export const ALONE: Standing = {
  id: 'alone',
  confirm: async () => true,
  patience: NO_DOUBT_OF_DATES,
  retries: NO_PAUSE,
};

/** Takes a lane for a turn; null: it is gone, or another instance's. */
export async function holdLane(tx: Transaction, lane: number, by: Standing = ALONE): Promise<Hold | null> {
  const [hold] = await holdLanes(tx, [lane], by);
  return hold ?? null;
}

/** Takes several; those that are gone, or another instance's, are missing. */
export async function holdLanes(
  tx: Transaction,
  lanes: readonly number[],
  by: Standing,
): Promise<readonly Hold[]> {
  const held = await tx.store.takeLanes(lanes, by.id);
  return held.map((one) => ({ ...one, by }));
}

/** Takes the lane that is due the longest; null: none is. For who works one lane after the other. */
export function holdDueLane({ contract, ports }: Runtime, by: Standing = ALONE): Promise<Hold | null> {
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const search = { owner: by.id, now, horizon: now + sleepMsMax(contract), limit: 1, except: [] };
    const [due] = await tx.store.dueLanes(search);
    return due === undefined ? null : holdLane(tx, due, by);
  });
}

/** The longest wait that this contract can ask of a lane. */
export const sleepMsMax = ({ errors, itsm }: Contract): Milliseconds =>
  Math.max(
    LANE_SLEEP_MS_MAX,
    ...errors.map(({ then }) => (then.kind === 'resend' ? then.afterMsMax : 0)),
    ...itsm.changes.map(({ settleMs, overlapMs }) => settleMs + overlapMs),
  );

/** The date at which a lane is to be looked at, if it is ahead of a clock that was set back: no later than makes sense. */
export const withinReach = (contract: Contract, now: Instant, at: Instant): Instant =>
  Math.min(at, now + sleepMsMax(contract));
