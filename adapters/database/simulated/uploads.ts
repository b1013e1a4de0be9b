import type { Instant } from '../../../engine/domain/instant.ts';
import type { HeldUpload, Upload } from '../../../engine/domain/upload.ts';
import { LostRace } from '../errors.ts';
import type { UploadStore } from '../store/uploads.ts';
import { kept } from './kept.ts';
import type { Sequence, UndoLog } from './undo-log.ts';

export interface KeptUpload {
  readonly upload: Upload;
  readonly owner: string | null;
  readonly fence: number;
}

/** Files on their way to the provider. `isAtWork`: whether there is such an instance. */
export function uploadStore(
  undo: UndoLog,
  rows: Map<number, KeptUpload>,
  isAtWork: (owner: string) => Promise<boolean>,
): UploadStore {
  const ids: Sequence = { last: 0 };
  const all = (): readonly Upload[] => [...rows.values()].map(({ upload }) => upload);
  const isFreeFor = async (owner: string, row: KeptUpload): Promise<boolean> =>
    row.owner === null || row.owner === owner || !(await isAtWork(row.owner));
  const held = ({ upload, owner, fence }: HeldUpload): KeptUpload | null => {
    const row = rows.get(upload);
    return row?.owner === owner && row.fence === fence ? row : null;
  };
  const dueAt = ({ upload }: KeptUpload): Instant => upload.dueAt ?? Infinity;
  return {
    uploads: async (laneId) => all().filter((upload) => upload.laneId === laneId),
    insertUpload: async (given) => {
      const isThere = all().some(
        ({ laneId, attachment }) => laneId === given.laneId && attachment === given.attachment,
      );
      if (isThere)
        throw new LostRace(`the attachment ${given.attachment} among the uploads is there already`);
      const id = undo.next(ids);
      const fresh = { phase: 'waiting', intent: null, attempts: 0, resendAt: null, reason: null } as const;
      const dates = { begunAt: given.dueAt, givenUpAt: null };
      undo.set(rows, id, { upload: kept({ id, ...given, ...fresh, ...dates }), owner: null, fence: 0 });
    },
    upload: async (id) => rows.get(id)?.upload ?? null,
    saveUpload: async (upload) => {
      const row = rows.get(upload.id);
      if (row !== undefined) undo.set(rows, upload.id, { ...row, upload: kept({ ...upload }) });
    },
    dueUploads: async ({ owner, now, horizon, limit, except }) => {
      const due: KeptUpload[] = [];
      for (const row of rows.values()) {
        const isDue = dueAt(row) <= now || (dueAt(row) > horizon && dueAt(row) !== Infinity);
        if (isDue && !except.includes(row.upload.id) && (await isFreeFor(owner, row))) due.push(row);
      }
      return due
        .sort((one, other) => dueAt(one) - dueAt(other) || one.upload.id - other.upload.id)
        .slice(0, limit)
        .map(({ upload }) => upload.id);
    },
    takeUpload: async (id, owner) => {
      const row = rows.get(id);
      if (row === undefined || !(await isFreeFor(owner, row))) return null;
      const fence = row.fence + 1;
      undo.set(rows, id, { ...row, owner, fence });
      return { upload: id, owner, fence };
    },
    heldUpload: async (hold) => held(hold)?.upload ?? null,
    releaseUpload: async (hold) => {
      const row = held(hold);
      if (row !== null) undo.set(rows, hold.upload, { ...row, owner: null });
    },
    nextUploadAt: async () => {
      const dates = [...rows.values()].map(dueAt).filter((date) => date !== Infinity);
      return dates.length === 0 ? null : Math.min(...dates);
    },
  };
}
