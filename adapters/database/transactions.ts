import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { DatabaseUnavailable, ItsmRefused } from '../../engine/runtime/ports.ts';
import { driverWords, type Failure, failureOf, LostRace, unavailable } from './errors.ts';

/** Runs of one transaction that deadlocks, loses a race or finds the database busy, before it is given up. */
export const TRANSACTION_ATTEMPTS_MAX = 40;
/** Of these, those that lost a race for an engine row: the winner's row is there at once. */
export const LOST_RACES_MAX = 5;
/** The pause before another run doubles from the one to the other. */
export const RETRY_PAUSE_MS_MIN = 5;
export const RETRY_PAUSE_MS_MAX = 320;
/** No further run is begun this long after the first: a lock that is waited for takes seconds each time. */
export const RETRYING_MS_MAX = 10_000;

/**
 * Runs `work` in one transaction, and again from the start while others stand in its way.
 *
 * A connection that is lost while the server commits leaves open whether it did: the error is DatabaseUnavailable all
 * the same, and whoever tries later reads what is there first.
 * @param jitter uniform in [0, 1): spreads the pauses, so that two rivals do not meet again.
 */
export async function runTransaction<T>(
  runOnce: RunOnce,
  jitter: () => number,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  let lostRaces = 0;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runOnce(work);
    if (outcome.kind === 'committed') return outcome.value;
    const { error } = outcome;
    if (error instanceof ItsmRefused || error instanceof DatabaseUnavailable) throw error;
    if (error instanceof LostRace) {
      // Always losing the same race is no race: the work itself writes a row twice.
      lostRaces += 1;
      if (lostRaces === LOST_RACES_MAX) throw error;
    } else {
      const failure = failureOf(error);
      if (failure === 'unavailable') throw unavailable(error);
      if (failure !== 'contended') throw inShort(error, failure);
      if (attempt === TRANSACTION_ATTEMPTS_MAX || performance.now() - begun > RETRYING_MS_MAX)
        throw new DatabaseUnavailable(
          `the database is too busy: gave up after ${attempt} runs of one transaction (${driverWords(error)})`,
          { cause: error },
        );
    }
    const pause = Math.min(RETRY_PAUSE_MS_MIN * 2 ** (attempt - 1), RETRY_PAUSE_MS_MAX);
    await sleep(pause * (0.5 + jitter()));
  }
}

/** Knex puts the statement with all its values in front of the driver's words; both are the caller's own. */
const inShort = (error: unknown, failure: Failure): unknown =>
  failure === 'unknown' ? error : new Error(driverWords(error), { cause: error });

/** Runs work in one transaction, once. Never rejects. */
export type RunOnce = <T>(work: (transaction: Knex.Transaction) => Promise<T>) => Promise<RunOutcome<T>>;

export type RunOutcome<T> =
  { readonly kind: 'committed'; readonly value: T } | { readonly kind: 'failed'; readonly error: unknown };

/** A transaction of the database for each. */
export const oneByOne =
  (knex: Knex): RunOnce =>
  (work) =>
    runAlone(knex, work);

async function runAlone<T>(
  knex: Knex,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<RunOutcome<T>> {
  // The first error is the one that matters: after a lost connection the rollback fails too, and less clearly.
  let first: { readonly error: unknown } | null = null;
  try {
    const value = await knex.transaction(async (transaction) => {
      // Knex calls this even when BEGIN has failed, and rejects with that error afterwards.
      if (transaction.isCompleted()) throw new Error('the transaction could not begin');
      try {
        return await work(transaction);
      } catch (error) {
        first = { error };
        throw error;
      }
    });
    return { kind: 'committed', value };
  } catch (error) {
    return { kind: 'failed', error: (first as { readonly error: unknown } | null)?.error ?? error };
  }
}
