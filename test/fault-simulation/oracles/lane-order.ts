import { minutes, seconds, type Instant, type Milliseconds } from '../../../engine/domain/instant.ts';
import { bareNumber } from '../provider-numbers.ts';
import { isWrite, type Evidence, type Oracle, type Settled } from '../evidence.ts';
import type { Call } from '../history.ts';
import type { FaultKind } from '../settings.ts';

/** A ticket's messages take effect in SentTimestamp, SequenceNumber order; no ticket waits for another. */
export const laneOrder: Oracle = {
  name: 'lane-order',
  check: (evidence) => [...outOfOrder(evidence), ...waitsForOthers(evidence)],
};

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

function outOfOrder({ settlements }: Evidence): readonly Fault[] {
  const last = new Map<string, Settled>();
  const faults: Fault[] = [];
  for (const settled of settlements) {
    const group = bareNumber(settled.message.group);
    const before = last.get(group);
    if (before !== undefined && !isLater(settled, before)) {
      const [one, other] = [settled, before].map(
        ({ message }) => `${message.transactionType} ${message.sequence}`,
      );
      faults.push({
        tickets: [settled.message.group],
        words: `${one ?? ''} takes effect after ${other ?? ''}, which was sent later`,
      });
    }
    last.set(group, settled);
  }
  return faults;
}

function isLater({ message: one }: Settled, { message: other }: Settled): boolean {
  if (one.sentAt !== other.sentAt) return one.sentAt > other.sentAt;
  return BigInt(one.sequence) > BigInt(other.sequence);
}

/** A message that was kept waits for no more than its own ticket's call; for others' not nearly so long. */
const WAIT_MS_MAX = seconds(45);
/** Processes and databases in trouble make everything wait. So long before, their trouble may have begun. */
const TROUBLE_MS_MAX = minutes(7);
const TROUBLE: ReadonlySet<FaultKind | null> = new Set<FaultKind>([
  'deadlock',
  'lost connection',
  'lost acknowledgement',
  'database away',
  'clock jump',
  'crash',
  'restart',
  'freeze',
]);

/** While hardly anything was called, and nothing for their own ticket, messages waited in the inbox all the same. */
function waitsForOthers(evidence: Evidence): readonly Fault[] {
  const { world, settled, accepted, journal } = evidence;
  if (evidence.clocksDisagree) return [];
  const troubles = world.history.notes.filter(({ fault }) => TROUBLE.has(fault));
  return [...settled.values()].flatMap(({ order, at, message }) => {
    const from = accepted.get(message.messageId)?.at ?? at;
    if (at - from < WAIT_MS_MAX) return [];
    if (troubles.some((trouble) => trouble.at >= from - TROUBLE_MS_MAX && trouble.at <= at)) return [];
    if (
      journal.some(
        (entry) => entry.outcome === 'parked' && entry.laneId === message.laneId && entry.order < order,
      )
    )
      return [];
    const ms = idleMs(evidence, message.group, from, at);
    if (ms < WAIT_MS_MAX) return [];
    const words = `${message.transactionType} ${message.messageId} has waited in the inbox for ${ms} ms, although its own ticket had nothing to wait for`;
    return [{ tickets: [message.group], words }];
  });
}

/**
 * What ours says goes before another takes its place, and if it could not be said, it is said again: after the longest
 * patience, or as long as the bridge asks for, and a little for the way.
 */
function waitAfter(evidence: Evidence, call: Call): Milliseconds {
  const providerTicket = call.providerTicket ?? '';
  const isReplaced =
    evidence.world.tenant.change(providerTicket) !== undefined ||
    evidence.ticketsOf(providerTicket).length > 1;
  if (!isReplaced || evidence.endOf(call) === 'acknowledged') return 0;
  const { answer } = call;
  return Math.max(seconds(120), answer?.kind === 'answer' ? (answer.retryAfterMs ?? 0) : 0) + seconds(5);
}

/** For how long no call of this ticket was under way, and no more than one of all others. */
function idleMs(evidence: Evidence, group: string, from: Instant, to: Instant): Milliseconds {
  const { world, all } = evidence;
  const { timeoutMs } = world.contract.bridge;
  const bare = bareNumber(group);
  const number = all.find(({ providerNumber }) => bareNumber(providerNumber ?? '') === bare)?.number;
  const spans = world.history.calls
    .filter(isWrite)
    .map((call) => ({
      from: Math.max(call.at, from),
      to: Math.min((call.answered?.at ?? call.at + timeoutMs) + waitAfter(evidence, call), to),
      weight:
        (number !== undefined && call.clientNumber === number) ||
        bareNumber(call.providerTicket ?? '') === bare
          ? 2
          : 1,
    }))
    .filter((span) => span.from < span.to);
  const moments = [...new Set([from, to, ...spans.flatMap((span) => [span.from, span.to])])].sort(
    (one, other) => one - other,
  );
  let idle = 0;
  for (const [index, begin] of moments.slice(0, -1).entries()) {
    const end = moments[index + 1] ?? begin;
    const busy = spans
      .filter((span) => span.from <= begin && span.to >= end)
      .reduce((sum, { weight }) => sum + weight, 0);
    if (busy < 2) idle += end - begin;
  }
  return idle;
}
