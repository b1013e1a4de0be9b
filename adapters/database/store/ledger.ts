import type { LedgerEntry } from '../../../engine/domain/lane.ts';
import { groupedBy, numbered, roundedUp } from '../prepared.ts';
import { inserting } from './inserting.ts';
import type { Scope } from './scope.ts';
import type { BulkStore } from './write-behind.ts';

interface LedgerRow {
  readonly id: number;
  readonly contract: string;
  readonly lane_id: number;
  readonly client_id: string;
  readonly provider_id: string | null;
  readonly origin: LedgerEntry['origin'];
  readonly at: number;
}

type LedgerStore = Pick<BulkStore, 'ledger' | 'ledgersOf' | 'insertLedgerEntry'>;

export function ledgerStore({ knex, tables, contract, prepared }: Scope): LedgerStore {
  return {
    ledger(laneId) {
      return prepared.rows(
        'ledger',
        { laneId },
        (given) => knex(tables.ledger).where({ contract, lane_id: given.laneId }).orderBy('id'),
        readEntry,
      );
    },

    async ledgersOf(laneIds) {
      if (laneIds.length === 0) return new Map();
      const asked = roundedUp(laneIds);
      const found = await prepared.rows(
        `ledgers of ${asked.length}`,
        numbered('lane', asked),
        (given) =>
          knex(tables.ledger).where({ contract }).whereIn('lane_id', Object.values(given)).orderBy('id'),
        readEntry,
      );
      return groupedBy(found, ({ laneId }) => laneId);
    },

    async insertLedgerEntry(entry) {
      await inserting(
        `${entry.kind ?? 'comment'} ${entry.clientId} in the ledger of lane ${entry.laneId}`,
        prepared.inserted(
          'insert into the ledger',
          {
            lane_id: entry.laneId,
            ...columnsOf(entry),
            origin: entry.origin,
            at: entry.at,
          },
          (given) => knex(tables.ledger).insert({ contract, ...given }),
        ),
      );
    },
  };
}

const readEntry = (row: LedgerRow): LedgerEntry => ({
  laneId: row.lane_id,
  ...namesOf(row),
  origin: row.origin,
  at: row.at,
});

/** Keys of attachments begin so here; no key of a comment does, because the database makes them. */
const ATTACHMENT = 'attachment:';

const columnsOf = ({
  kind,
  clientId,
  providerId,
}: LedgerEntry): Pick<LedgerRow, 'client_id' | 'provider_id'> =>
  kind === undefined
    ? { client_id: clientId, provider_id: providerId }
    : {
        client_id: ATTACHMENT + clientId,
        provider_id: providerId === null ? null : ATTACHMENT + providerId,
      };

const namesOf = ({
  client_id: clientId,
  provider_id: providerId,
}: LedgerRow): Pick<LedgerEntry, 'kind' | 'clientId' | 'providerId'> =>
  clientId.startsWith(ATTACHMENT)
    ? {
        kind: 'attachment',
        clientId: clientId.slice(ATTACHMENT.length),
        providerId: providerId === null ? null : providerId.slice(ATTACHMENT.length),
      }
    : { clientId, providerId };
