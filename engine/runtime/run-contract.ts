import { errorWords } from '../domain/error-words.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { Bell } from './bell.ts';
import { BridgeTime } from './bridge-time.ts';
import { Membership } from './membership.ts';
import { pollAgainAndAgain, type Polls } from './poll-again-and-again.ts';
import type { Backlog } from './ports.ts';
import { ReadingGate } from './reading-gate.ts';
import { ReadingTold } from './reading-told.ts';
import { logEntry, type Runtime } from './step.ts';
import { takeUpRules } from './take-up-rules.ts';
import { transact } from './transact.ts';
import { Vitals } from './vitals.ts';
import { Watch } from './watch.ts';
import { workDownloads } from './work-downloads.ts';
import { guarded, workLanes } from './work-lanes.ts';
import { workUploads } from './work-uploads.ts';

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
 * while. What is parked stays so at a start, unless other rules have come or its cause clears: the word of an operator is
 * given by `parked`. Several processes may do so at once: they share the lanes, and one of them polls. `place` says where
 * this one runs, for people.
 *
 * Other rules take over between two steps of every lane: the steps under way end with the rules they began with, and
 * only then does the first step with the new ones begin. Until then no lane begins a step, at most for as long as a call
 * may take.
 *
 * Ends with nothing half done, and one log line that says what waits. Rejects with what nobody foresaw; its alarm is raised
 * then, and the contract may begin again.
 */
export async function runContract(
  first: Runtime,
  signal: AbortSignal,
  changes: RulesChanges = NO_CHANGES,
  vitals: Vitals = new Vitals(),
  place = '',
): Promise<RunEnd> {
  const { clock } = first.ports;
  const bridgeTime = new BridgeTime(clock);
  const watched = (runtime: Runtime): Runtime => ({
    ...runtime,
    bridgeTime,
    ports: {
      ...runtime.ports,
      bridge: bridgeTime.listening(vitals.watching(runtime.ports.bridge, clock)),
    },
  });
  const current = { runtime: watched(first) };
  const membership = new Membership(first, place);
  const watch = new Watch(vitals, () => {
    if (membership.duty !== null || membership.isAway || vitals.stopped !== null) return 'judges';
    return membership.standing === null ? 'outside' : 'stands-by';
  });
  const over = new AbortController();
  const broken = new AbortController();
  const ending = AbortSignal.any([signal, broken.signal]);
  vitals.beganAt = clock.now();
  vitals.stopped = null;
  // The lease is kept for as long as there is work; a lease that cannot be kept ends the work.
  const lease = membership.keep(over.signal).finally(() => broken.abort());
  const watching = watch.run(() => current.runtime, AbortSignal.any([signal, over.signal]));
  const work = runAtWork(current, membership, ending, changes, { vitals, watch, watched }).finally(() =>
    over.abort(),
  );
  const stopped = async (reason: string, isDefect: boolean): Promise<void> => {
    vitals.stopped = { since: clock.now(), reason, isDefect };
    await watch.look(() => current.runtime);
  };
  await Promise.allSettled([lease, work, watching]);
  try {
    const reason = await work;
    if (reason !== null) {
      await stopped(reason, false);
      await tellStopped(current.runtime, reason);
    }
    await lease;
    await membership.leave();
    await tellBacklog(current.runtime);
    return reason === null ? { kind: 'asked' } : { kind: 'stopped', reason };
  } catch (error) {
    await stopped(errorWords(error), true);
    throw error;
  } finally {
    await membership.leave();
  }
}

interface Watching {
  readonly vitals: Vitals;
  readonly watch: Watch;
  /** The same runtime, of whose answers is taken note. */
  readonly watched: (runtime: Runtime) => Runtime;
}

/**
 * Runs with these rules and with those that come after, as one of those at work; returns the reason if the contract must
 * stop.
 */
async function runAtWork(
  current: { runtime: Runtime },
  membership: Membership,
  signal: AbortSignal,
  changes: RulesChanges,
  { vitals, watch, watched }: Watching,
): Promise<string | null> {
  const first = current.runtime;
  const { clock, log } = first.ports;
  const woken = await takeUpRules(first, signal);
  log.info('contract started', {
    contract: first.contract.name,
    rules: first.rules?.hash ?? null,
    commit: first.rules?.commit ?? null,
    parked_tried_again: woken,
  });
  const polls: Polls = {
    lastAt: 0,
    lookedUpTo: 0,
    duty: null,
    gate: new ReadingGate(),
    told: new ReadingTold(),
    began: () => {
      vitals.beganAt = clock.now();
      watch.ring();
    },
    polled: (end) => {
      vitals.polled(end, clock.now());
      watch.ring();
    },
  };
  while (!signal.aborted) {
    const before = current.runtime;
    const end = await runUntilChanged(before, membership, polls, signal, changes);
    if (end.kind === 'over') return end.reason;
    current.runtime = watched(end.next);
    await membership.goOnWith(current.runtime);
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
  membership: Membership,
  polls: Polls,
  signal: AbortSignal,
  changes: RulesChanges,
): Promise<RulesEnd> {
  const bell = new Bell(runtime.ports.clock);
  const dutyBell = new Bell(runtime.ports.clock);
  const uploadBell = new Bell(runtime.ports.clock);
  const downloadBell = new Bell(runtime.ports.clock);
  const fetching: Runtime = { ...runtime, wakeDownloads: () => downloadBell.ring() };
  membership.onNews = () => {
    bell.ring();
    downloadBell.ring();
    dutyBell.ring();
    uploadBell.ring();
  };
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
    stopping(pollAgainAndAgain(runtime, membership, polls, { dutyBell, bell }, ending)),
    stopping(workLanes(fetching, membership, bell, ending, hurry, () => uploadBell.ring())),
    stopping(workDownloads(runtime, membership, downloadBell, ending)),
    ...(runtime.contract.outbound.attachments === null
      ? []
      : [stopping(workUploads(runtime, membership, { uploads: uploadBell, lanes: bell }, ending, hurry))]),
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
