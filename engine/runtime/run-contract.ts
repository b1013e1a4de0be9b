import type { Instant, Milliseconds } from '../domain/instant.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { POLL_MS_MIN } from '../domain/limits.ts';
import { pollQueue, type PollEnd } from './accept.ts';
import { Bell } from './bell.ts';
import { detectChanges } from './detect.ts';
import type { Backlog } from './ports.ts';
import { ReadingGate } from './reading-gate.ts';
import { ReadingTold } from './reading-told.ts';
import { logEntry, type Runtime } from './step.ts';
import { startWithRules, takeUpRules } from './take-up-rules.ts';
import { transact } from './transact.ts';
import { Vitals } from './vitals.ts';
import { Watch } from './watch.ts';
import { guarded, workLanes } from './work-lanes.ts';

/** How a run ended: asked to, or because the contract's configuration is at fault. */
export type RunEnd = { readonly kind: 'asked' } | { readonly kind: 'stopped'; readonly reason: string };

/** Where changed rules come from. */
export interface RulesChanges {
  /** Waits for other rules, compiled and their ports open; null when the signal comes first. */
  next(signal: AbortSignal): Promise<Runtime | null>;
  /** No step uses this runtime any more. */
  retire(runtime: Runtime): Promise<void>;
}

/** The rules stay as they are. */
const NO_CHANGES: RulesChanges = {
  next: (signal) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve(null);
      else signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  retire: async () => undefined,
};

/**
 * Runs one contract until the signal: polls the queue and the database at its interval, and works the lanes all the
 * while. A start counts as an operator's word: what was parked is tried again, with the rules as they are now.
 *
 * Other rules take over between two steps of every lane: the steps under way end with the rules they began with, and
 * only then does the first step with the new ones begin. Until then no lane begins a step, at most for as long as a call
 * may take.
 *
 * Ends with nothing half done, and one log line that says what waits.
 */
export async function runContract(
  first: Runtime,
  signal: AbortSignal,
  changes: RulesChanges = NO_CHANGES,
  vitals: Vitals = new Vitals(),
): Promise<RunEnd> {
  const { clock } = first.ports;
  const watch = new Watch(vitals);
  const watched = (runtime: Runtime): Runtime => ({
    ...runtime,
    ports: { ...runtime.ports, bridge: vitals.watching(runtime.ports.bridge, clock) },
  });
  const current = { runtime: watched(first) };
  const over = new AbortController();
  vitals.beganAt = clock.now();
  const watching = watch.run(() => current.runtime, AbortSignal.any([signal, over.signal]));
  try {
    const reason = await runWatched(current, signal, changes, { vitals, watch, watched });
    if (reason !== null) {
      vitals.stopped = { since: clock.now(), reason };
      await watch.look(() => current.runtime);
      await tellStopped(current.runtime, reason);
    }
    await tellBacklog(current.runtime);
    return reason === null ? { kind: 'asked' } : { kind: 'stopped', reason };
  } finally {
    over.abort();
    await watching;
  }
}

interface Watching {
  readonly vitals: Vitals;
  readonly watch: Watch;
  /** The same runtime, of whose answers is taken note. */
  readonly watched: (runtime: Runtime) => Runtime;
}

/** Runs with these rules and with those that come after; returns the reason if the contract must stop. */
async function runWatched(
  current: { runtime: Runtime },
  signal: AbortSignal,
  changes: RulesChanges,
  { vitals, watch, watched }: Watching,
): Promise<string | null> {
  const first = current.runtime;
  const { clock, log } = first.ports;
  const woken = await startWithRules(first, signal);
  log.info('contract started', {
    contract: first.contract.name,
    rules: first.rules?.hash ?? null,
    commit: first.rules?.commit ?? null,
    parked_tried_again: woken,
  });
  // What the queue has to say about a create without an answer is read before that create is sent again.
  const polls: Polls = {
    lastAt: clock.now(),
    gate: new ReadingGate(),
    told: new ReadingTold(),
    polled: (end) => {
      vitals.polled(end, clock.now());
      watch.ring();
    },
  };
  const reason = await pollOnce(first, polls, signal);
  if (reason !== null) return reason;
  while (!signal.aborted) {
    const before = current.runtime;
    const end = await runUntilChanged(before, polls, signal, changes);
    if (end.kind === 'over') return end.reason;
    current.runtime = watched(end.next);
    await watch.idle();
    await changes.retire(before);
    await takeUpRules(current.runtime, signal);
  }
  return null;
}

type RulesEnd =
  | { readonly kind: 'over'; readonly reason: string | null }
  | { readonly kind: 'changed'; readonly next: Runtime };

/** Runs with one contract and one set of ports, until there are others, the signal comes or the contract must stop. */
async function runUntilChanged(
  runtime: Runtime,
  polls: Polls,
  signal: AbortSignal,
  changes: RulesChanges,
): Promise<RulesEnd> {
  const bell = new Bell(runtime.ports.clock);
  const halt = new AbortController();
  const giveUp = new AbortController();
  const ending = AbortSignal.any([signal, halt.signal]);
  const hurry = AbortSignal.any([signal, giveUp.signal]);
  const change = { next: null as Runtime | null };
  const noticing = async (): Promise<null> => {
    change.next = await changes.next(ending);
    return null;
  };
  const stopping = async (loop: Promise<string | null>): Promise<string | null> => {
    try {
      return await loop;
    } finally {
      // The outcome of a call is waited for until the database is back, unless there is another one now.
      if (change.next?.ports.database !== runtime.ports.database) giveUp.abort();
      halt.abort();
    }
  };
  const loops = [
    stopping(pollAgainAndAgain(runtime, polls, bell, ending)),
    stopping(workLanes(runtime, bell, ending, hurry)),
    stopping(noticing()),
  ];
  // Whichever of them breaks, the others end first.
  await Promise.allSettled(loops);
  const reason = (await Promise.all(loops)).find((candidate) => candidate !== null) ?? null;
  const { next } = change;
  if (next === null || signal.aborted) return { kind: 'over', reason };
  // What was at fault in the old rules need not be in the new ones.
  if (reason !== null) {
    runtime.ports.log.warn('stopped under the old rules, goes on with the new', {
      contract: runtime.contract.name,
      reason,
    });
  }
  return { kind: 'changed', next };
}

/** What one poll leaves to the next, also under other rules. */
interface Polls {
  /** When both sides were last looked at: other rules do not shorten the interval. */
  lastAt: Instant;
  readonly gate: ReadingGate;
  readonly told: ReadingTold;
  readonly polled: (end: PollEnd) => void;
}

async function pollAgainAndAgain(
  runtime: Runtime,
  polls: Polls,
  bell: Bell,
  signal: AbortSignal,
): Promise<string | null> {
  for (;;) {
    await runtime.ports.clock.sleep(untilNextPoll(runtime, polls), signal);
    if (signal.aborted) return null;
    const reason = await pollOnce(runtime, polls, signal);
    bell.ring();
    if (reason !== null) return reason;
  }
}

function untilNextPoll({ contract, ports: { clock } }: Runtime, { lastAt }: Polls): Milliseconds {
  const { poll } = contract.bridge;
  const passed = clock.now() - lastAt;
  const pause = poll.kind === 'every' ? poll.ms - passed : clock.untilNext(poll);
  // A cron expression may ask for more than the provider allows.
  return Math.max(pause, POLL_MS_MIN - passed);
}

/** Looks at both sides once; returns the reason if the contract must stop. */
async function pollOnce(runtime: Runtime, polls: Polls, signal: AbortSignal): Promise<string | null> {
  const end = await pollQueue(runtime, signal, polls.gate);
  polls.told.tell(runtime, end);
  polls.polled(end);
  if (end.kind !== 'stop') await guarded(runtime, () => detectChanges(runtime, signal));
  polls.lastAt = runtime.ports.clock.now();
  return end.kind === 'stop' ? end.reason : null;
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
