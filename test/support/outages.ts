import type { Instant } from '../../engine/domain/instant.ts';
import {
  type Clock,
  type Database,
  DatabaseUnavailable,
  type Itsm,
  type Store,
  type Transaction,
} from '../../engine/runtime/ports.ts';

/** What a database does while it is out: not answer at all, refuse every write, or take updates and no new rows. */
export type OutageKind = 'down' | 'read-only' | 'full';

export interface Outage {
  readonly kind: OutageKind;
  readonly from: Instant;
  readonly until: Instant;
}

const STORE_WRITES = [
  'acceptMessage',
  'settleMessage',
  'insertLane',
  'saveLane',
  'wakeLane',
  'wakeLanes',
  'restLane',
  'mergeLane',
  'wakeUnanswered',
  'takeUpRules',
  'insertLedgerEntry',
  'setCursor',
  'markRowsSeen',
  'forgetRowsBefore',
  'journal',
  'saveAlarm',
  'forgetAlarm',
  'proveWritable',
] as const satisfies readonly (keyof Store)[];
/** What takes room in a database that has none left. */
const STORE_INSERTS = ['acceptMessage', 'insertLane', 'insertLedgerEntry', 'journal', 'saveAlarm'] as const;
const ITSM_WRITES = ['insertTicket', 'updateTicket', 'setProviderNumber', 'insertComment'] as const;
const ITSM_INSERTS = ['insertTicket', 'insertComment'] as const;

/** The bytes that a full database still takes: rows of the size that is there already, and nothing to speak of. */
const FULL_BYTES_MAX = 100;

/** The same database with times at which it does not do what it should. */
export function withOutages(
  database: Database,
  clock: Pick<Clock, 'now'>,
  outages: readonly Outage[],
): Database {
  const current = (): OutageKind | null => {
    const now = clock.now();
    return outages.find(({ from, until }) => from <= now && now < until)?.kind ?? null;
  };
  return {
    transaction: async (work) => {
      const kind = current();
      if (kind === 'down') throw new DatabaseUnavailable('connect ECONNREFUSED');
      const result = await database.transaction(async (tx) => {
        const end = await work(kind === null ? tx : refusing(tx, kind));
        // A server that dies under a transaction has committed nothing of it.
        if (kind === null && current() === 'down') throw new DatabaseUnavailable('Connection lost');
        return end;
      });
      return result;
    },
  };
}

function refusing(tx: Transaction, kind: 'read-only' | 'full'): Transaction {
  const words = kind === 'full' ? 'the disk is full' : 'the server is read-only';
  const refuse = (): Promise<never> => Promise.reject(new DatabaseUnavailable(words));
  const store: Store = { ...tx.store };
  for (const name of kind === 'full' ? STORE_INSERTS : STORE_WRITES) Object.assign(store, { [name]: refuse });
  if (kind === 'full') {
    const proveWritable: Store['proveWritable'] = (bytes, at) =>
      bytes > FULL_BYTES_MAX ? refuse() : tx.store.proveWritable(bytes, at);
    Object.assign(store, { proveWritable });
  }
  const itsm: Itsm = { ...tx.itsm };
  for (const name of kind === 'full' ? ITSM_INSERTS : ITSM_WRITES) Object.assign(itsm, { [name]: refuse });
  return { itsm, store };
}
