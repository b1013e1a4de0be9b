import type { FailedCalls, Stopped, Trouble } from '../decide/judge-alarms.ts';
import type { Alarm, QueueSeen } from '../domain/alarm.ts';
import type { Instant, Milliseconds } from '../domain/instant.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { readAnswer, type ReadAnswer } from '../wire/read-answer.ts';
import { readQueueAnswer } from '../wire/read-queue.ts';
import { callOf } from '../wire/requests.ts';
import type { PollEnd } from './accept.ts';
import { NOBODY_OBSERVES, type CallOutcome, type Observer } from './observer.ts';
import type { Bridge, BridgeAnswer, BridgeRequest, Clock } from './ports.ts';

const UNTRIED: FailedCalls = { isKnownToWork: false, count: 0, since: null, reason: '' };

/** What a process knows of a contract's alarms. */
export interface KnownAlarms {
  /** As last read or decided. */
  all: readonly Alarm[];
  /** Decided while the database was away: what is here is newer than what is there. */
  areAhead: boolean;
  /** The ids of alarms that this process has known. */
  seen: ReadonlySet<string>;
  /** Lines for the journal that are not written yet. */
  lines: readonly JournalEntry[];
}

/** What this process has seen of a contract while it runs, also across changes of its rules, and when it begins again. */
export class Vitals {
  readonly observer: Observer;
  /** When something was last looked at: whether the process still lives. */
  beatAt: Instant | null = null;
  beganAt: Instant | null = null;
  lastPollAt: Instant | null = null;
  /** Another process polls for the contract; this one works lanes, and takes over when that one is gone. */
  standsBy = false;
  /** Null: the queue is read. */
  leftAlone: Trouble | null = null;
  queue: QueueSeen | null = null;
  bridgeFailures: FailedCalls = UNTRIED;
  bridgeSkew: Milliseconds | null = null;
  databaseSkew: Milliseconds | null = null;
  databaseAway: Trouble | null = null;
  stopped: Stopped | null = null;
  readonly alarms: KnownAlarms = { all: [], areAhead: false, seen: new Set(), lines: [] };

  constructor(observer: Observer = NOBODY_OBSERVES) {
    this.observer = observer;
  }

  polled(end: PollEnd, now: Instant): void {
    if (end.kind === 'polled') {
      this.lastPollAt = now;
      this.leftAlone = null;
    } else {
      this.leftAlone = { since: this.leftAlone?.since ?? now, reason: end.reason };
    }
    this.queue = end.kind === 'polled' || end.seen.messages > 0 ? end.seen : null;
  }

  /** The same bridge, whose answers are noted. */
  watching(bridge: Bridge, clock: Clock): Bridge {
    return {
      send: async (request) => {
        const from = clock.elapsed();
        const answer = await bridge.send(request);
        this.#answered(request, answer, clock.elapsed() - from, clock.now());
        return answer;
      },
    };
  }

  #answered(request: BridgeRequest, answer: BridgeAnswer, ms: Milliseconds, now: Instant): void {
    const call = callOf(request);
    const read = readAnswer(call, answer);
    this.observer.called(call, outcomeOf(read), ms);
    if (answer.kind === 'answer' && answer.clockSkewMs !== undefined) this.bridgeSkew = answer.clockSkewMs;
    this.bridgeFailures = isUsable(read)
      ? { ...UNTRIED, isKnownToWork: true }
      : {
          isKnownToWork: this.bridgeFailures.isKnownToWork,
          count: this.bridgeFailures.count + 1,
          since: this.bridgeFailures.since ?? now,
          reason: reasonOf(read),
        };
    const queue = call === 'receive' && answer.kind === 'answer' ? readQueueAnswer(answer.body) : null;
    if (queue?.kind === 'messages') {
      this.observer.received(
        queue.messages,
        queue.messages.map(({ sentAt }) => Math.max(0, now - sentAt)),
      );
    }
  }
}

const outcomeOf = (read: ReadAnswer): CallOutcome => (read.kind === 'error' ? read.error : read.kind);

const reasonOf = (read: ReadAnswer): string =>
  read.kind === 'error' ? `${read.status}: ${read.text}` : read.kind === 'no-answer' ? read.reason : '';

/** A no is an answer too: the bridge works. */
const isUsable = (read: ReadAnswer): boolean =>
  read.kind === 'accepted' ||
  (read.kind === 'error' && !['server-failure', 'too-many-requests', 'unclear'].includes(read.error));
