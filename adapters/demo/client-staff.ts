import { setTimeout as wait } from 'node:timers/promises';
import type { Instant } from '../../engine/domain/instant.ts';
import { connect } from '../database/connect.ts';
import { localDate } from '../database/dates.ts';
import type { SampleClient } from './load-sample-itsm.ts';

/** The people of a sample client, who know nothing of Bridgehead: they write into their own ITSM tables. */
export interface ClientStaff {
  /** Statements with `:now` (the moment, in the client's time zone) and `?` for values. */
  write(statement: string, ...values: readonly (string | number)[]): Promise<void>;
  leave(): Promise<void>;
}

const TIME_ZONES: Readonly<Record<SampleClient, string>> = { acme: 'UTC', globex: 'Europe/Berlin' };

const TRIES_MAX = 100;
const TRY_AGAIN_MS = 20;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');

export function clientStaff(client: SampleClient, connection: string, now: () => Instant): ClientStaff {
  const { knex } = connect(connection);
  return {
    write: async (statement, ...values) => {
      const dated = statement.replaceAll(':now', `'${localDate(now(), TIME_ZONES[client])}'`);
      for (let tries = 1; ; tries += 1) {
        try {
          await knex.raw(dated, [...values]);
          return;
        } catch (error) {
          // The engine is writing into the same SQLite file just now.
          if (!isBusy(error) || tries >= TRIES_MAX) throw error;
          await wait(TRY_AGAIN_MS);
        }
      }
    },
    leave: () => knex.destroy(),
  };
}
