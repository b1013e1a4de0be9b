import type { LedgerEntry } from '../../../engine/domain/lane.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { inserting } from './inserting.ts';
import type { Scope } from './scope.ts';

interface LedgerRow {
  readonly id: number;
  readonly contract: string;
  readonly lane_id: number;
  readonly client_id: string;
  readonly provider_id: string | null;
  readonly origin: LedgerEntry['origin'];
  readonly at: number;
}

type LedgerStore = Pick<Store, 'ledger' | 'insertLedgerEntry'>;

export function ledgerStore({ knex, tables, contract, prepared }: Scope): LedgerStore {
  return {
    ledger(laneId) {
      return prepared.rows(
        'ledger',
        { laneId },
        (given) => knex(tables.ledger).where({ contract, lane_id: given.laneId }).orderBy('id'),
        (row: LedgerRow) => ({
          laneId: row.lane_id,
          clientId: row.client_id,
          providerId: row.provider_id,
          origin: row.origin,
          at: row.at,
        }),
      );
    },

    async insertLedgerEntry(entry) {
      await inserting(
        `comment ${entry.clientId} in the ledger of lane ${entry.laneId}`,
        prepared.inserted(
          'insert into the ledger',
          {
            lane_id: entry.laneId,
            client_id: entry.clientId,
            provider_id: entry.providerId,
            origin: entry.origin,
            at: entry.at,
          },
          (given) => knex(tables.ledger).insert({ contract, ...given }),
        ),
      );
    },
  };
}
