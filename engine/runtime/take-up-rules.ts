import type { JournalEntry } from '../domain/journal.ts';
import { TROUBLE_PAUSE_MS } from '../domain/limits.ts';
import { rulesText } from '../domain/rules-version.ts';
import type { TakenUp } from './ports.ts';
import type { Runtime } from './step.ts';
import { transact } from './transact.ts';
import { guarded } from './work-lanes.ts';

/**
 * From now on these rules are in force. What other rules may change is looked at again, once: parked lanes, and linked
 * ones, whose differences go out. It is written down together with that, so that a process that dies on the way leaves
 * it to the next one. Returns how many parked lanes are tried again.
 */
export function takeUpRules(runtime: Runtime, signal: AbortSignal): Promise<number> {
  return untilDone(runtime, signal, async () => (await takeUp(runtime)).triedAgain);
}

/** Without the database there is nothing to do but wait for it. */
async function untilDone(
  runtime: Runtime,
  signal: AbortSignal,
  work: () => Promise<number>,
): Promise<number> {
  while (!signal.aborted) {
    const count = await guarded(runtime, work);
    if (count !== null) return count;
    await runtime.ports.clock.sleep(TROUBLE_PAUSE_MS, signal);
  }
  return 0;
}

async function takeUp(runtime: Runtime): Promise<Pick<TakenUp, 'triedAgain'>> {
  const { rules, ports } = runtime;
  if (rules === null) return { triedAgain: 0 };
  return transact(runtime, async ({ store }) => {
    const now = ports.clock.now();
    const { before, triedAgain, compared } = await store.takeUpRules(rules, now);
    if (before === null || before.hash === rules.hash) return { triedAgain };
    const entry: JournalEntry = {
      at: now,
      laneId: null,
      clientNumber: null,
      providerTicket: null,
      direction: 'in',
      transaction: 'contract',
      transactionId: null,
      outcome: 'rules-changed',
      rule: null,
      summary:
        `rules changed: ${rulesText(before)} → ${rulesText(rules)}; ` +
        `parked tickets tried again: ${triedAgain}, linked ones compared again: ${compared}`,
      detail: { before: { ...before }, triedAgain, compared },
      rules,
    };
    await store.journal(entry);
    return { triedAgain };
  });
}
