import { OUTCOME_COMMITS_MAX, OUTCOME_COMMIT_PAUSE_MS } from '../domain/limits.ts';
import { DatabaseUnavailable, type Transaction } from './ports.ts';
import type { Runtime } from './step.ts';
import { transact } from './transact.ts';

/**
 * An outcome that is not committed makes a clear answer an unclear one (and a create that went well a second ticket),
 * so a database that is away is waited for: until `hurry`, and a little longer.
 */
export async function commitOutcome<T>(
  runtime: Runtime,
  work: (tx: Transaction) => Promise<T>,
  hurry: AbortSignal,
): Promise<T> {
  const { contract, ports } = runtime;
  let hurriedTries = 0;
  for (let attempt = 1; ; attempt += 1) {
    if (hurry.aborted) hurriedTries += 1;
    try {
      return await transact(runtime, work);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || hurriedTries >= OUTCOME_COMMITS_MAX) throw error;
      ports.log.warn('outcome not committed yet', {
        contract: contract.name,
        attempt,
        reason: error.message,
      });
      await ports.clock.sleep(OUTCOME_COMMIT_PAUSE_MS, new AbortController().signal);
    }
  }
}
