import type { Knex } from 'knex';
import type { Store } from '../../../engine/runtime/ports.ts';
import type { EngineTables } from '../engine-tables.ts';
import { detectionStore } from './detection.ts';
import { inboxStore } from './inbox.ts';
import { journalStore } from './journal.ts';
import { laneStore } from './lanes.ts';
import { ledgerStore } from './ledger.ts';

/** What every part of the store works with: one transaction, one contract. */
export interface Scope {
  readonly knex: Knex;
  readonly tables: EngineTables;
  readonly contract: string;
}

export const openStore = (scope: Scope): Store => ({
  ...inboxStore(scope),
  ...laneStore(scope),
  ...ledgerStore(scope),
  ...detectionStore(scope),
  ...journalStore(scope),
});
