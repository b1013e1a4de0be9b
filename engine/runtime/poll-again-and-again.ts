import type { Milliseconds } from '../domain/instant.ts';
import { LEASE_MS, POLL_MS_MIN } from '../domain/limits.ts';
import { pollQueue, type PollEnd } from './accept.ts';
import type { Bell } from './bell.ts';
import { detectDeleted } from './detect-deleted.ts';
import { detectChanges } from './detect.ts';
import type { Membership, PollDuty } from './membership.ts';
import type { ReadingGate } from './reading-gate.ts';
import type { ReadingTold } from './reading-told.ts';
import type { Runtime } from './step.ts';
import { probeUnanswered } from './try-unanswered.ts';
import { guarded } from './work-lanes.ts';

/** What one poll leaves to the next, also under other rules. */
export interface Polls {
  /** When both sides were last looked at, by `elapsed()`: neither other rules nor a clock that is set alter the interval. */
  lastAt: Milliseconds;
  /** The duty under which it did; null: it has not yet. */
  duty: PollDuty | null;
  /** The lane up to which it was looked for deleted tickets. */
  lookedUpTo: number;
  readonly gate: ReadingGate;
  readonly told: ReadingTold;
  /** Called when the duty has come to this process. */
  readonly began: () => void;
  readonly polled: (end: PollEnd) => void;
}

interface NextPoll {
  readonly duty: PollDuty;
  /** By `elapsed()`. */
  readonly at: Milliseconds;
}

interface Bells {
  /** Rings when the duty may have come or gone. */
  readonly dutyBell: Bell;
  /** Rung when there may be more to do. */
  readonly bell: Bell;
}

/**
 * Looks at both sides at the contract's interval while this process has the duty, and waits for the duty otherwise.
 * Who takes the duty over looks at once, or as soon as the last look of another allows it. That two processes do so at the
 * same time for a moment does no harm: a message is accepted once, and a lane that is woken twice is looked at.
 *
 * Returns the reason if the contract must stop.
 */
export async function pollAgainAndAgain(
  runtime: Runtime,
  membership: Membership,
  polls: Polls,
  { dutyBell, bell }: Bells,
  signal: AbortSignal,
): Promise<string | null> {
  const { clock, database } = runtime.ports;
  let next = null as NextPoll | null;
  while (!signal.aborted) {
    const { duty } = membership;
    if (duty === null) next = null;
    else if (next?.duty !== duty) {
      if (polls.duty !== duty) polls.began();
      next = { duty, at: clock.elapsed() + untilNextPoll(runtime, polls, duty) };
    }
    const left = next === null ? LEASE_MS : next.at - clock.elapsed();
    if (next === null || left > 0) {
      await dutyBell.wait(left, signal);
      continue;
    }
    next = null;
    await guarded(runtime, () => database.transaction(({ store }) => store.notePoll(clock.now())));
    const reason = await pollOnce(runtime, polls, signal);
    Object.assign(polls, { lastAt: clock.elapsed(), duty });
    bell.ring();
    if (reason !== null) return reason;
  }
  return null;
}

function untilNextPoll(
  { contract, ports: { clock } }: Runtime,
  { lastAt, duty: before }: Polls,
  duty: PollDuty,
): Milliseconds {
  if (before !== duty) return duty.firstPollAt - clock.elapsed();
  const { poll } = contract.bridge;
  const passed = clock.elapsed() - lastAt;
  const pause = poll.kind === 'every' ? poll.ms - passed : clock.untilNext(poll);
  // A cron expression may ask for more than the provider allows.
  return Math.max(pause, POLL_MS_MIN - passed);
}

/** Looks at both sides once; returns the reason if the contract must stop. */
async function pollOnce(runtime: Runtime, polls: Polls, signal: AbortSignal): Promise<string | null> {
  const end = await pollQueue(runtime, signal, polls.gate);
  polls.told.tell(runtime, end);
  polls.polled(end);
  if (end.kind === 'polled') await guarded(runtime, () => probeUnanswered(runtime));
  if (end.kind !== 'stop') {
    await guarded(runtime, () => detectChanges(runtime, signal));
    polls.lookedUpTo =
      (await guarded(runtime, () => detectDeleted(runtime, polls.lookedUpTo))) ?? polls.lookedUpTo;
  }
  return end.kind === 'stop' ? end.reason : null;
}
