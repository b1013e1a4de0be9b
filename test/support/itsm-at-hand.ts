import { afterAll, beforeAll } from 'vitest';
import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Itsm } from '../../engine/runtime/ports.ts';
import { type DatabaseKind, type SampleDatabase, sampleDatabase } from './databases.ts';

export const NOW = Date.parse('2026-06-01T12:00:00Z');
export const LATER = Date.parse('2026-06-01T12:30:00.900Z');

export const HOSTILE = `O'Brien said "x\\n" \\ \\' ? ?? :a '; DROP TABLE tickets; -- 🛠️`;

export interface ItsmAtHand {
  readonly sample: Pick<SampleDatabase, 'connection' | 'itsm' | 'database' | 'knex'>;
  /** Runs its work in a transaction. */
  readonly run: <T>(work: (itsm: Itsm) => Promise<T>) => Promise<T>;
  readonly fieldsOf: (key: string) => Promise<JsonObject>;
}

/** A client's tables, which live as long as the tests of the `describe` that calls it, in a process far from its zone. */
export function useItsm(kind: DatabaseKind, client: SampleItsm, mysqlUrl: () => string): ItsmAtHand {
  let opened: SampleDatabase | null = null;
  beforeAll(async () => {
    process.env.TZ = 'Asia/Tokyo';
    opened = await sampleDatabase(kind, client, NOW, mysqlUrl);
  });
  afterAll(async () => opened?.end());

  const own = (): SampleDatabase => {
    if (opened === null) throw new Error('the tables are made in beforeAll; ask for them later');
    return opened;
  };
  const run: ItsmAtHand['run'] = (work) => own().database.transaction((tx) => work(tx.itsm));
  return {
    sample: {
      get connection() {
        return own().connection;
      },
      get itsm() {
        return own().itsm;
      },
      get database() {
        return own().database;
      },
      get knex() {
        return own().knex;
      },
    },
    run,
    fieldsOf: async (key) => (await run((itsm) => itsm.ticket(key, false)))?.fields ?? {},
  };
}
