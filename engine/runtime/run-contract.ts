import type { JournalEntry } from '../domain/journal.ts';
import { POLL_MS_MIN, TROUBLE_PAUSE_MS } from '../domain/limits.ts';
import { pollQueue } from './accept.ts';
import { Bell } from './bell.ts';
import { detectChanges } from './detect.ts';
import type { Backlog } from './ports.ts';
import { logEntry, type Runtime } from './step.ts';
import { transact } from './transact.ts';
import { guarded, workLanes } from './work-lanes.ts';

/** How a run ended: asked to, or because the contract's configuration is at fault. */
export type RunEnd = { readonly kind: 'asked' } | { readonly kind: 'stopped'; readonly reason: string };

/**
 * Runs one contract until the signal: polls the queue and the database at its interval, and works the lanes all the
 * while. A start counts as an operator's word: what was parked is tried again, with the rules as they are now.
 *
 * Ends with nothing half done, and one log line that says what waits.
 */
export async function runContract(runtime: Runtime, signal: AbortSignal): Promise<RunEnd> {
  const { contract, ports } = runtime;
  const { clock, log } = ports;
  const woken = await wakeParked(runtime, signal);
  log.info('contract started', { contract: contract.name, parked_tried_again: woken });

  const bell = new Bell(clock);
  const halt = new AbortController();
  const ending = AbortSignal.any([signal, halt.signal]);
  const stopping = async (loop: Promise<string | null>): Promise<string | null> => {
    try {
      return await loop;
    } finally {
      halt.abort();
    }
  };
  // What the queue has to say about a create without an answer is read before that create is sent again.
  const first = await pollOnce(runtime, ending);
  const loops =
    first === null
      ? [stopping(pollAgainAndAgain(runtime, bell, ending)), stopping(workLanes(runtime, bell, ending))]
      : [];
  // Whichever of the two breaks, the other one ends first.
  await Promise.allSettled(loops);
  const reasons = [first, ...(await Promise.all(loops))];
  const reason = reasons.find((candidate) => candidate !== null) ?? null;
  if (reason !== null) await tellStopped(runtime, reason);
  await tellBacklog(runtime);
  return reason === null ? { kind: 'asked' } : { kind: 'stopped', reason };
}

/** A start counts as an operator's word; without the database there is nothing to do but wait for it. */
async function wakeParked(runtime: Runtime, signal: AbortSignal): Promise<number> {
  const { clock, database } = runtime.ports;
  while (!signal.aborted) {
    const woken = await guarded(runtime, () =>
      database.transaction((tx) => tx.store.wakeParkedLanes(clock.now())),
    );
    if (woken !== null) return woken;
    await clock.sleep(TROUBLE_PAUSE_MS, signal);
  }
  return 0;
}

async function pollAgainAndAgain(runtime: Runtime, bell: Bell, signal: AbortSignal): Promise<string | null> {
  const { contract, ports } = runtime;
  for (;;) {
    // A cron expression may ask for more than the provider allows.
    const pause = Math.max(ports.clock.untilNext(contract.bridge.poll), POLL_MS_MIN);
    await ports.clock.sleep(pause, signal);
    if (signal.aborted) return null;
    const reason = await pollOnce(runtime, signal);
    bell.ring();
    if (reason !== null) return reason;
  }
}

/** Looks at both sides once; returns the reason if the contract must stop. */
async function pollOnce(runtime: Runtime, signal: AbortSignal): Promise<string | null> {
  const { contract, ports } = runtime;
  const queue = await guarded(runtime, () => pollQueue(runtime, signal));
  if (queue === null) {
    ports.log.warn('queue left alone', { contract: contract.name, reason: 'the database is away' });
    return null;
  }
  if (queue.kind === 'stop') return queue.reason;
  if (queue.kind === 'not-polled') {
    ports.log.warn('queue left alone', { contract: contract.name, reason: queue.reason });
  }
  await guarded(runtime, () => detectChanges(runtime, signal));
  return null;
}

async function tellStopped(runtime: Runtime, reason: string): Promise<void> {
  const entry: JournalEntry = {
    at: runtime.ports.clock.now(),
    laneId: null,
    clientNumber: null,
    providerTicket: null,
    direction: 'out',
    transaction: 'contract',
    transactionId: null,
    outcome: 'stopped',
    rule: null,
    summary: `the contract stopped, its configuration is at fault: ${reason}`,
    detail: {},
    rules: runtime.rules,
  };
  const journalled = await guarded(runtime, () => transact(runtime, (tx) => tx.store.journal(entry)));
  if (journalled === null) logEntry(runtime.ports.log, runtime.contract, entry);
}

async function tellBacklog(runtime: Runtime): Promise<void> {
  const { contract, ports } = runtime;
  const backlog: Backlog | null = await guarded(runtime, () =>
    ports.database.transaction((tx) => tx.store.backlog()),
  );
  if (backlog === null) return;
  ports.log.info('contract ended', {
    contract: contract.name,
    messages_waiting: backlog.messagesWaiting,
    calls_without_answer: backlog.ambiguous,
    lanes_due: backlog.lanesDue,
    lanes_parked: backlog.parked.length,
    summary:
      backlog.messagesWaiting + backlog.ambiguous + backlog.lanesDue + backlog.parked.length === 0
        ? 'nothing waits'
        : 'all of this is kept, and goes on at the next start',
  });
}
