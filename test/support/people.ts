import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../adapters/database/connect.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The people of a client: SQL on their own tables, from a process that is not the engine's. */
export interface People {
  /** Statements with `:now` (the moment, on their wall clock) and `?` for values. */
  write(statement: string, ...values: readonly (string | number)[]): Promise<void>;
  read(statement: string, ...values: readonly (string | number)[]): Promise<readonly Row[]>;
  leave(): Promise<void>;
}

const TRIES_MAX = 500;
const TRY_AGAIN_MS = 20;

/** What the clocks on the walls of a time zone show: `2026-11-23 14:05:00`. */
export const wallClockText = (instant: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant);

export function people(connection: string, timeZone: string, now: () => number): People {
  const { knex, kind } = connect(connection);
  const run = async (statement: string, values: readonly (string | number)[]): Promise<readonly Row[]> => {
    const dated = statement.replaceAll(':now', `'${wallClockText(now(), timeZone)}'`);
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await knex.raw<readonly unknown[]>(dated, [...values]);
        return (kind === 'mysql' ? result[0] : result) as readonly Row[];
      } catch (error) {
        if (!isBusy(error) || tries >= TRIES_MAX) throw error;
        await wait(TRY_AGAIN_MS);
      }
    }
  };
  return {
    write: async (statement, ...values) => {
      await run(statement, values);
    },
    read: (statement, ...values) => run(statement, values),
    leave: () => knex.destroy(),
  };
}

/** The engine is writing into the same SQLite file just now. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
