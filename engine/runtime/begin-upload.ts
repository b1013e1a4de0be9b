import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import type { UploadAction } from '../plan/action.ts';
import type { Transaction } from './ports.ts';
import { withState, type StepEnd } from './step.ts';

/** Hands a file over to be sent beside the lane. From now on its name is fixed. */
export async function beginUpload(
  tx: Transaction,
  lane: Lane,
  { attachment, name }: UploadAction,
  now: Instant,
): Promise<StepEnd> {
  await tx.store.insertUpload({ laneId: lane.id, attachment, name, dueAt: now });
  await tx.store.saveLane({ ...withState(lane, { verdict: null }), parked: null });
  return { kind: 'again' };
}
