import type { Download, HeldDownload } from '../../../engine/domain/download.ts';
import { LostRace } from '../errors.ts';
import type { DownloadStore } from '../store/downloads.ts';
import { kept } from './kept.ts';
import type { Sequence, UndoLog } from './undo-log.ts';

interface Held {
  readonly download: Download;
  readonly owner: string | null;
}

/** Files that are still to be fetched. */
export class SimulatedDownloads {
  readonly #undo: UndoLog;
  readonly #ids: Sequence = { last: 0 };
  readonly #rows = new Map<number, Held>();

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  hasAny(): boolean {
    return this.#rows.size > 0;
  }

  all(): readonly Download[] {
    return [...this.#rows.values()].map(({ download }) => download);
  }

  #change(id: number, download: Download): void {
    this.#undo.set(this.#rows, id, { download: kept({ ...download }), owner: null });
  }

  /** @param isAtWork whether an instance is. */
  store(isAtWork: (owner: string) => boolean): DownloadStore {
    const isFreeFor = (owner: string, held: Held): boolean =>
      held.owner === null || held.owner === owner || !isAtWork(held.owner);
    const find = ({ id, owner, attempt }: HeldDownload): Download | null => {
      const held = this.#rows.get(id);
      return held?.owner === owner && held.download.attempts === attempt ? held.download : null;
    };
    return {
      insertDownload: async (given) => {
        if (this.all().some(({ messageId }) => messageId === given.messageId))
          throw new LostRace(`the file of message ${given.messageId} is there already`);
        const id = this.#undo.next(this.#ids);
        const download = kept({ ...given, id, attempts: 0, reason: null, givenUpAt: null });
        this.#undo.set(this.#rows, id, { download, owner: null });
      },
      dueDownloads: async ({ owner, now, limit, except }) =>
        [...this.#rows.values()]
          .filter((held) => held.download.givenUpAt === null)
          .filter((held) => held.download.dueAt <= now && isFreeFor(owner, held))
          .map(({ download }) => download)
          .filter(({ id }) => !except.includes(id))
          .sort((one, other) => one.expiresAt - other.expiresAt || one.id - other.id)
          .slice(0, limit)
          .map(({ id }) => id),
      takeDownload: async (id, owner) => {
        const held = this.#rows.get(id);
        if (held === undefined || !isFreeFor(owner, held)) return null;
        const attempt = held.download.attempts + 1;
        this.#undo.set(this.#rows, id, { download: kept({ ...held.download, attempts: attempt }), owner });
        return { id, owner, attempt };
      },
      heldDownload: async (hold) => find(hold),
      putOffDownload: async (hold, dueAt, reason) => {
        const download = find(hold);
        if (download === null) return;
        this.#change(hold.id, { ...download, dueAt, reason });
      },
      endDownload: async (hold) => {
        if (find(hold) !== null) this.#undo.delete(this.#rows, hold.id);
      },
      nextDownloadAt: async () => {
        const due = this.all()
          .filter(({ givenUpAt }) => givenUpAt === null)
          .map(({ dueAt }) => dueAt);
        return due.length === 0 ? null : Math.min(...due);
      },
      giveUpDownload: async (hold, at, reason) => {
        const download = find(hold);
        if (download !== null) this.#change(hold.id, { ...download, givenUpAt: at, reason });
      },
      download: async (id) => this.#rows.get(id)?.download ?? null,
      retryDownload: async (id, dueAt) => {
        const held = this.#rows.get(id);
        if (held !== undefined) this.#change(id, { ...held.download, givenUpAt: null, dueAt });
      },
      forgetDownload: async (id) => {
        if (this.#rows.has(id)) this.#undo.delete(this.#rows, id);
      },
      forgetExpiredDownloads: async (now) => {
        for (const { id, givenUpAt, expiresAt } of this.all())
          if (givenUpAt !== null && expiresAt <= now) this.#undo.delete(this.#rows, id);
      },
    };
  }
}
