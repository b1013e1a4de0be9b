import type { Instant } from '../domain/instant.ts';
import { UNANSWERED_PROBES } from '../domain/limits.ts';
import type { Transaction } from './ports.ts';
import { outboundEntry, type Runtime } from './step.ts';
import { transact } from './transact.ts';

/**
 * Lanes that were parked because nothing answered their calls are tried again, a few at a time: after a call of another
 * lane was answered, UNANSWERED_EVERY_MS after the last time at the soonest, and, one by one, as long as the queue answers.
 * Each that is answered has the next ones tried.
 */
export async function tryUnanswered({ store }: Transaction, now: Instant, limit: number): Promise<void> {
  for (const lane of await store.wakeUnanswered(now, limit)) {
    const summary = 'the bridge answers again: tried again by itself';
    await store.journal(outboundEntry(lane, 'plan', now, { outcome: 'retried', summary }));
  }
}

/** The queue has answered: one lane may find out whether calls are answered too. */
export const probeUnanswered = (runtime: Runtime): Promise<void> =>
  transact(runtime, (tx) => tryUnanswered(tx, runtime.ports.clock.now(), UNANSWERED_PROBES));
