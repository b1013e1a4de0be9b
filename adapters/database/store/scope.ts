import type { Knex } from 'knex';
import type { EngineTables } from '../engine-tables.ts';
import type { Prepared } from '../prepared.ts';

/** What every part of the store works with: one transaction, one contract. */
export interface Scope {
  readonly knex: Knex;
  readonly kind: 'sqlite' | 'mysql';
  readonly tables: EngineTables;
  readonly contract: string;
  /** For what is asked and written with every message and every ticket. */
  readonly prepared: Prepared;
}
