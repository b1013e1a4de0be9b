import type { Knex } from 'knex';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { HeldUpload, Upload } from '../../../engine/domain/upload.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { groupedBy, numbered, roundedUp } from '../prepared.ts';
import { inserting } from './inserting.ts';
import { atWork } from './instances.ts';
import type { Scope } from './scope.ts';
import type { BulkStore } from './write-behind.ts';

interface UploadRow {
  readonly id: number;
  readonly contract: string;
  readonly lane_id: number;
  readonly attachment: string;
  readonly name: string;
  readonly phase: Upload['phase'];
  readonly intent: string | null;
  readonly attempts: number;
  readonly resend_at: Instant | null;
  readonly due_at: Instant | null;
  readonly reason: string | null;
  readonly begun_at: Instant | null;
  readonly given_up_at: Instant | null;
  readonly owner: string | null;
  readonly fence: number;
}

/** What the store does with uploads; the simulated one does the same. */
export type UploadStore = Pick<
  Store,
  | 'uploads'
  | 'insertUpload'
  | 'upload'
  | 'saveUpload'
  | 'dueUploads'
  | 'takeUpload'
  | 'heldUpload'
  | 'releaseUpload'
  | 'nextUploadAt'
>;

export function uploadStore(scope: Scope): UploadStore & Pick<BulkStore, 'uploadsOf'> {
  const { knex, tables, contract, prepared } = scope;
  const uploads = () => knex<UploadRow>(tables.uploads).where({ contract });
  const held = ({ upload, owner, fence }: HeldUpload) => uploads().where({ id: upload, owner, fence });
  const freeFor = (owner: string) => (row: Knex.QueryBuilder) =>
    void row.whereNull('owner').orWhere({ owner }).orWhereNotIn('owner', atWork(scope));

  return {
    uploads: (laneId) =>
      prepared.rows(
        'uploads',
        { laneId },
        (given) => uploads().where({ lane_id: given.laneId }).orderBy('id'),
        readUpload,
      ),

    async uploadsOf(laneIds) {
      if (laneIds.length === 0) return new Map();
      const asked = roundedUp(laneIds);
      const found = await prepared.rows(
        `uploads of ${asked.length}`,
        numbered('lane', asked),
        (given) => uploads().whereIn('lane_id', Object.values(given)).orderBy('id'),
        readUpload,
      );
      return groupedBy(found, ({ laneId }) => laneId);
    },

    async insertUpload({ laneId, attachment, name, dueAt }) {
      const row = {
        contract,
        lane_id: laneId,
        attachment,
        name,
        phase: 'waiting',
        attempts: 0,
        due_at: dueAt,
        begun_at: dueAt,
      };
      await inserting(`the attachment ${attachment} among the uploads`, knex(tables.uploads).insert(row));
    },

    async upload(id) {
      const row = await uploads().where({ id }).forUpdate().first();
      return row === undefined ? null : readUpload(row);
    },

    async saveUpload({ id, phase, intent, attempts, resendAt, dueAt, reason, givenUpAt }) {
      const row = { phase, intent, attempts, resend_at: resendAt, due_at: dueAt, reason };
      await uploads()
        .where({ id })
        .update({ ...row, given_up_at: givenUpAt });
    },

    async dueUploads({ owner, now, horizon, limit, except }) {
      const rows = await uploads()
        .where((row) => void row.where('due_at', '<=', now).orWhere('due_at', '>', horizon))
        .where(freeFor(owner))
        .whereNotIn('id', except)
        .orderBy(['due_at', 'id'])
        .limit(limit)
        .select('id');
      return rows.map(({ id }) => id);
    },

    async takeUpload(id, owner) {
      const row = await uploads().where({ id }).forUpdate().first('owner', 'fence');
      if (row === undefined) return null;
      if (row.owner !== null && row.owner !== owner) {
        if (((await atWork(scope).where({ id: row.owner })) as readonly unknown[]).length > 0) return null;
      }
      const fence = row.fence + 1;
      await uploads().where({ id }).update({ owner, fence });
      return { upload: id, owner, fence };
    },

    async heldUpload(hold) {
      const row = await held(hold).forUpdate().first();
      return row === undefined ? null : readUpload(row);
    },

    async releaseUpload(hold) {
      await held(hold).update({ owner: null });
    },

    async nextUploadAt() {
      const row = await uploads().whereNotNull('due_at').min({ next: 'due_at' }).first();
      const next: unknown = row?.next;
      return next === null || next === undefined ? null : Number(next);
    },
  };
}

const readUpload = (row: UploadRow): Upload => ({
  id: row.id,
  laneId: row.lane_id,
  attachment: row.attachment,
  name: row.name,
  phase: row.phase,
  intent: row.intent,
  attempts: row.attempts,
  resendAt: row.resend_at,
  dueAt: row.due_at,
  reason: row.reason,
  begunAt: row.begun_at,
  givenUpAt: row.given_up_at,
});
