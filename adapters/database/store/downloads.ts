import type { Download, DownloadRequest, HeldDownload } from '../../../engine/domain/download.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { inserting } from './inserting.ts';
import { atWork } from './instances.ts';
import type { Scope } from './scope.ts';

interface DownloadRow {
  readonly id: number;
  readonly contract: string;
  readonly lane_id: number;
  readonly ticket_key: string;
  readonly message_id: string;
  readonly content_id: string;
  readonly attempts: number;
  readonly expires_at: number;
  readonly due_at: number;
  readonly created_at: number;
  readonly owner: string | null;
  readonly reason: string | null;
  readonly given_up_at: number | null;
  readonly request: string;
}

export type DownloadStore = Pick<
  Store,
  | 'insertDownload'
  | 'dueDownloads'
  | 'takeDownload'
  | 'heldDownload'
  | 'putOffDownload'
  | 'endDownload'
  | 'nextDownloadAt'
  | 'giveUpDownload'
  | 'download'
  | 'retryDownload'
  | 'forgetDownload'
  | 'forgetExpiredDownloads'
>;

/** Files that are still to be fetched, and in whose hands each is. */
export function downloadStore(scope: Scope): DownloadStore {
  const { knex, tables, contract } = scope;
  const downloads = () => knex<DownloadRow>(tables.downloads).where({ contract });
  const held = ({ id, owner, attempt }: HeldDownload) => downloads().where({ id, owner, attempts: attempt });
  return {
    async insertDownload({ laneId, ticketKey, messageId, contentId, expiresAt, dueAt, createdAt, request }) {
      await inserting(
        `the file of message ${messageId}`,
        knex(tables.downloads).insert({
          contract,
          lane_id: laneId,
          ticket_key: ticketKey,
          message_id: messageId,
          content_id: contentId,
          attempts: 0,
          expires_at: expiresAt,
          due_at: dueAt,
          created_at: createdAt,
          owner: null,
          reason: null,
          request: JSON.stringify(request),
        }),
      );
    },

    async dueDownloads({ owner, now, limit, except }) {
      const rows = await downloads()
        .where('due_at', '<=', now)
        .whereNull('given_up_at')
        .where((row) => void row.whereNull('owner').orWhere({ owner }).orWhereNotIn('owner', atWork(scope)))
        .whereNotIn('id', except)
        .orderBy(['expires_at', 'id'])
        .limit(limit)
        .select('id');
      return rows.map(({ id }) => id);
    },

    async takeDownload(id, owner) {
      const row = await downloads().where({ id }).forUpdate().first('owner', 'attempts');
      if (row === undefined) return null;
      if (row.owner !== null && row.owner !== owner) {
        if (((await atWork(scope).where({ id: row.owner })) as readonly unknown[]).length > 0) return null;
      }
      const attempt = row.attempts + 1;
      await downloads().where({ id }).update({ owner, attempts: attempt });
      return { id, owner, attempt };
    },

    async heldDownload(hold) {
      const row = await held(hold).forUpdate().first();
      return row === undefined ? null : readDownload(row);
    },

    async putOffDownload(hold, dueAt, reason) {
      await held(hold).update({ due_at: dueAt, reason, owner: null });
    },

    async endDownload(hold) {
      await held(hold).delete();
    },

    async nextDownloadAt() {
      const row = (await downloads().whereNull('given_up_at').min({ next: 'due_at' }).first()) as
        { readonly next: unknown } | undefined;
      const next = row?.next ?? null;
      return next === null ? null : Number(next);
    },

    async giveUpDownload(hold, at, reason) {
      await held(hold).update({ given_up_at: at, reason, owner: null });
    },

    async download(id) {
      const row = await downloads().where({ id }).forUpdate().first();
      return row === undefined ? null : readDownload(row);
    },

    async retryDownload(id, dueAt) {
      await downloads().where({ id }).update({ given_up_at: null, due_at: dueAt });
    },

    async forgetDownload(id) {
      await downloads().where({ id }).delete();
    },

    async forgetExpiredDownloads(now) {
      await downloads().whereNotNull('given_up_at').where('expires_at', '<=', now).delete();
    },
  };
}

const readDownload = (row: DownloadRow): Download => ({
  id: row.id,
  laneId: row.lane_id,
  ticketKey: row.ticket_key,
  messageId: row.message_id,
  contentId: row.content_id,
  attempts: row.attempts,
  expiresAt: row.expires_at,
  dueAt: row.due_at,
  createdAt: row.created_at,
  reason: row.reason,
  givenUpAt: row.given_up_at,
  request: JSON.parse(row.request) as DownloadRequest,
});
