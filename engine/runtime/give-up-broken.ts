import { BREAKS_MAX } from '../domain/limits.ts';
import type { HeldUpload, Upload } from '../domain/upload.ts';
import { excerpt } from '../wire/excerpt.ts';
import { giveUp } from './end-upload.ts';
import type { UploadEnd } from './prepare-upload.ts';
import type { Runtime } from './step.ts';
import { transact } from './transact.ts';

const DEFECT_LENGTH_MAX = 500;

/** A file broke its turn again and again: it is given up, seen by everybody, instead of being tried for ever. */
export function giveUpBroken(
  runtime: Runtime,
  held: HeldUpload,
  { laneId }: Pick<Upload, 'laneId'>,
  words: string,
): Promise<UploadEnd> {
  const reason = `a defect stopped it ${BREAKS_MAX} times: ${excerpt(words, DEFECT_LENGTH_MAX)}`;
  return transact(runtime, async (tx): Promise<UploadEnd> => {
    const lane = await tx.store.lane(laneId, true);
    const upload = await tx.store.heldUpload(held);
    if (lane === null || upload === null) return { kind: 'lost' };
    await giveUp(runtime, tx, lane, upload, { outcome: 'refused', reason, comment: upload.name });
    return { kind: 'done' };
  });
}
