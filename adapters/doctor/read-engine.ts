import type { Contract } from '../../engine/domain/contract.ts';
import type { Itsm, Store } from '../../engine/runtime/ports.ts';
import { engineTables } from '../database/engine-tables.ts';
import { openItsm } from '../database/itsm/itsm.ts';
import { readOnly, type ReadOnlyDatabase } from '../database/read-only.ts';
import { openStore } from '../database/store/store.ts';

/** The contract's database as the engine sees it, in a transaction in which the server refuses every write. */
export interface ReadEngine {
  readonly database: ReadOnlyDatabase;
  readonly itsm: Itsm;
  readonly store: Store;
}

/** @throws DatabaseMisconfigured, DatabaseUnavailable */
export const readEngine = <T>(
  { name, itsm }: Contract,
  connection: string,
  work: (engine: ReadEngine) => Promise<T>,
): Promise<T> =>
  readOnly(connection, (database) => {
    const { knex, kind } = database;
    const tables = engineTables(kind === 'mysql' ? itsm.database.engineSchema : null);
    return work({
      database,
      itsm: openItsm(knex, itsm),
      store: openStore({ knex, kind, tables, contract: name }),
    });
  });
