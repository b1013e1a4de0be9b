import type { LedgerEntry } from '../../../engine/domain/lane.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { LostRace } from '../errors.ts';
import { kept } from './kept.ts';
import type { UndoLog } from './undo-log.ts';

type LedgerStore = Pick<Store, 'ledger' | 'insertLedgerEntry'>;

/** Which comments and attachments have crossed, by lane and in the order in which they did. */
export class Ledger {
  readonly #undo: UndoLog;
  readonly #entries = new Map<number, readonly LedgerEntry[]>();

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  forget(laneId: number): void {
    this.#undo.delete(this.#entries, laneId);
  }

  /** @throws LostRace if it has crossed already, by either id. */
  add(entry: LedgerEntry): void {
    const entries = this.#entries.get(entry.laneId) ?? [];
    const isTwice = entries.some(
      ({ kind, clientId, providerId }) =>
        kind === entry.kind &&
        (clientId === entry.clientId || (providerId !== null && providerId === entry.providerId)),
    );
    if (isTwice)
      throw new LostRace(
        `${entry.kind ?? 'comment'} ${entry.clientId} in the ledger of lane ${entry.laneId} is there already`,
      );
    this.#undo.set(this.#entries, entry.laneId, Object.freeze([...entries, kept(entry)]));
  }

  store(): LedgerStore {
    return {
      ledger: async (laneId) => this.#entries.get(laneId) ?? [],
      insertLedgerEntry: async (entry) => this.add(entry),
    };
  }
}
