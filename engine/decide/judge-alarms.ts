import { durationText } from '../compile/duration.ts';
import {
  type AlarmKind,
  type AlarmTicket,
  type AlarmThresholds,
  type ClockSkews,
  type Finding,
  isDuration,
  PROVIDER_ALARMS,
  type QueueSeen,
  type Standing,
  type WatchedKind,
} from '../domain/alarm.ts';
import type { Instant } from '../domain/instant.ts';
import { minutes, seconds } from '../domain/instant.ts';
import { ALARM_TICKETS_MAX, FILE_EXPIRES_SOON_MS, UNREAD_MS } from '../domain/limits.ts';

/** What is known of a contract at one moment. */
export interface Measures {
  readonly now: Instant;
  /** What the last poll saw; null: it could not read. */
  readonly queue: QueueSeen | null;
  /** When this process last read the queue to its end; null: not yet. */
  readonly lastPollAt: Instant | null;
  /** When this process began. */
  readonly beganAt: Instant;
  readonly bridgeFailures: FailedCalls;
  /** Null: it takes writes. */
  readonly databaseAway: Trouble | null;
  /** Null: not known, because the database is away. */
  readonly standing: Standing | null;
  readonly skews: ClockSkews;
  readonly stopped: Stopped | null;
}

/** Calls in a row without a usable answer. */
export interface FailedCalls {
  /** False before the first usable answer: that few calls have failed yet says nothing then. */
  readonly isKnownToWork: boolean;
  readonly count: number;
  readonly since: Instant | null;
  readonly reason: string;
}

export interface Trouble {
  readonly since: Instant;
  readonly reason: string;
}

/** Why a contract has stopped: its configuration is at fault, or else nobody foresaw it (`isDefect`). */
export interface Stopped extends Trouble {
  readonly isDefect: boolean;
}

/** What a measure says of its alarm just now; `unknown` leaves it as it is. */
export type Judged =
  | { readonly kind: AlarmKind; readonly state: 'up'; readonly finding: Finding }
  | { readonly kind: AlarmKind; readonly state: 'fine' | 'unknown' };

/** A measure, and what people are told if it has reached its threshold. */
interface Measured {
  readonly kind: WatchedKind;
  /** Null: not known. */
  readonly value: number | null;
  /** Below the threshold, it is only not known to be at fault: after a restart it must not clear what was raised before. */
  readonly isUnproven?: boolean;
  readonly since?: Instant | null;
  readonly summary: string;
  readonly advice: string;
  readonly tickets?: readonly AlarmTicket[];
}

/** Holds every measure against its threshold. `folder`: the contract's, for the commands that are named. */
export function judgeAlarms(
  thresholds: AlarmThresholds,
  measures: Measures,
  folder: string,
): readonly Judged[] {
  const measured = [
    ...queueMeasures(measures, folder),
    ...standingMeasures(measures, folder),
    ...fileMeasures(measures, folder),
    ...worldMeasures(measures),
  ];
  return [...measured.map((one) => judge(one, thresholds[one.kind])), judgeStopped(measures)];
}

function judge(measured: Measured, threshold: number | null): Judged {
  const { kind, value } = measured;
  if (threshold === null) return { kind, state: 'fine' };
  if (value === null) return { kind, state: 'unknown' };
  if (value < threshold) return { kind, state: measured.isUnproven === true ? 'unknown' : 'fine' };
  const limit = isDuration(kind) ? durationText(threshold) : String(threshold);
  const theirs = kind in PROVIDER_ALARMS ? '; the provider’s own alarm comes later' : '';
  const finding: Finding = {
    kind,
    value,
    threshold,
    since: measured.since ?? null,
    summary: `${measured.summary} (alarm from ${limit} on${theirs})`,
    advice: measured.advice,
    tickets: measured.tickets ?? [],
  };
  return { kind, state: 'up', finding };
}

/** Since when the queue is not read, where that is the cause, the log says in a line "queue left alone". */
const LOOK_AT_LOG = 'the log’s last line "queue left alone", and whether the engine runs';

function queueMeasures(measures: Measures, folder: string): readonly Measured[] {
  const { now, queue } = measures;
  const lastPollAt = measures.lastPollAt ?? measures.beganAt;
  const age = queue === null ? null : queue.oldestSentAt === null ? 0 : now - queue.oldestSentAt;
  return [
    {
      kind: 'queue-unread',
      value: queue?.unread ?? null,
      since: queue?.oldestSentAt ?? null,
      summary: `${queue?.unread ?? 0} messages had been unread in the queue for ${ageText(UNREAD_MS)} or more when they were read`,
      advice: LOOK_AT_LOG,
    },
    {
      kind: 'queue-age',
      value: age,
      since: queue?.oldestSentAt ?? null,
      summary: `the oldest message in the queue was ${ageText(age ?? 0)} old when it was read`,
      advice: LOOK_AT_LOG,
    },
    {
      kind: 'queue-receives',
      value: queue?.receivesMax ?? null,
      summary: `a message was received ${queue?.receivesMax ?? 0} times; after the 20th the provider gives it up`,
      advice: `the log’s lines "queue message not readable" and "message not deleted yet", and bridgehead journal ${folder}`,
      tickets: queue?.oftenest ? [queue.oftenest] : [],
    },
    {
      kind: 'last-poll',
      value: Math.max(0, now - lastPollAt),
      isUnproven: measures.lastPollAt === null,
      since: lastPollAt,
      summary: `the queue has not been read to its end for ${ageText(now - lastPollAt)}`,
      advice: LOOK_AT_LOG,
    },
  ];
}

function standingMeasures({ now, standing }: Measures, folder: string): readonly Measured[] {
  const { waiting, waitingBehindParked = 0, parked, unansweredCreates: creates } = standing ?? {};
  const behind = waitingBehindParked === 0 ? '' : `, besides ${waitingBehindParked} behind parked tickets`;
  const since = (at: Instant | null | undefined): number | null =>
    standing === null ? null : at === null || at === undefined ? 0 : Math.max(0, now - at);
  const waitingAge = since(waiting?.oldestAt);
  const createAge = since(creates?.oldestAt);
  const inbox = {
    since: waiting?.oldestAt ?? null,
    advice: `whether the log goes on ("turn put off", "turn broken", "database away"), and bridgehead journal ${folder}`,
    tickets: waiting?.oldest ?? [],
  };
  const unanswered = {
    since: creates?.oldestAt ?? null,
    advice: `the log’s lines "bridge did not answer"; whether the provider has these tickets; bridgehead journal ${folder}`,
    tickets: creates?.oldest ?? [],
  };
  return [
    {
      kind: 'waiting',
      value: waiting?.count ?? null,
      summary: `${waiting?.count ?? 0} messages wait in the inbox${behind}`,
      ...inbox,
    },
    {
      kind: 'waiting-age',
      value: waitingAge,
      summary: `the oldest of ${waiting?.count ?? 0} messages has waited in the inbox for ${ageText(waitingAge ?? 0)}${behind}`,
      ...inbox,
    },
    {
      kind: 'parked',
      value: parked?.count ?? null,
      since: parked?.oldestAt ?? null,
      summary: `${parked?.count ?? 0} ${parked?.count === 1 ? 'ticket is' : 'tickets are'} parked`,
      advice: `bridgehead parked list ${folder}`,
      tickets: parked?.oldest ?? [],
    },
    {
      kind: 'unanswered-creates',
      value: creates?.count ?? null,
      summary: `${creates?.count ?? 0} creates lack an answer: the provider may have these tickets or not`,
      ...unanswered,
    },
    {
      kind: 'unanswered-age',
      value: createAge,
      summary: `a create has lacked an answer for ${ageText(createAge ?? 0)}: the provider may have the ticket or not`,
      ...unanswered,
    },
  ];
}

function fileMeasures({ now, standing }: Measures, folder: string): readonly Measured[] {
  const { downloads, uploads, expiring, givenUp } = standing?.files ?? {};
  const dates = [downloads?.oldestAt, uploads?.oldestAt].filter((at) => typeof at === 'number');
  const oldestAt = dates.length === 0 ? null : Math.min(...dates);
  const age = standing === null ? null : oldestAt === null ? 0 : Math.max(0, now - oldestAt);
  const all = [...(downloads?.oldest ?? []), ...(uploads?.oldest ?? [])];
  return [
    {
      kind: 'files-age',
      value: age,
      since: oldestAt,
      summary: `the oldest of ${downloads?.count ?? 0} files to be fetched and ${uploads?.count ?? 0} to be sent has waited for ${ageText(age ?? 0)}`,
      advice: 'the log’s lines "attachment not fetched yet", "file without answer" and "upload put off"',
      tickets: all.sort((one, other) => one.since - other.since).slice(0, ALARM_TICKETS_MAX),
    },
    {
      kind: 'files-expiring',
      value: expiring?.count ?? null,
      since: expiring?.oldestAt ?? null,
      summary: `${expiring?.count ?? 0} ${expiring?.count === 1 ? 'file' : 'files'} could not be fetched yet, and the address expires within ${ageText(FILE_EXPIRES_SOON_MS)}`,
      advice:
        'the log’s lines "attachment not fetched yet": the way to the host that is named, or the place where files are stored',
      tickets: expiring?.oldest ?? [],
    },
    {
      kind: 'files-given-up',
      value: givenUp?.count ?? null,
      since: givenUp?.oldestAt ?? null,
      summary: `${givenUp?.count ?? 0} ${givenUp?.count === 1 ? 'file was' : 'files were'} given up within a day, and nobody has decided on them`,
      advice: `bridgehead parked list ${folder}`,
      tickets: givenUp?.oldest ?? [],
    },
  ];
}

function worldMeasures({ now, bridgeFailures, databaseAway, skews }: Measures): readonly Measured[] {
  const away = databaseAway === null ? 0 : Math.max(0, now - databaseAway.since);
  const known = [skews.bridge, skews.database].filter((skew) => skew !== null);
  const skew = known.length === 0 ? null : Math.max(...known.map(Math.abs));
  const isBridges = skews.bridge !== null && Math.abs(skews.bridge) === skew;
  const ahead = (isBridges ? skews.bridge : skews.database) ?? 0;
  return [
    {
      kind: 'bridge-failures',
      value: bridgeFailures.count,
      isUnproven: !bridgeFailures.isKnownToWork,
      since: bridgeFailures.since,
      summary: `${bridgeFailures.count} calls of the bridge in a row had no usable answer, the last: ${bridgeFailures.reason}`,
      advice: 'the way to the bridge (network, proxy, certificate), and the provider’s status page',
    },
    {
      kind: 'database-away',
      value: away,
      since: databaseAway?.since ?? null,
      summary: `the database has taken no writes for ${ageText(away)}: ${databaseAway?.reason ?? ''}`,
      advice: 'the database server: whether it runs, its disk, whether it is read-only',
    },
    {
      kind: 'clock-skew',
      value: skew,
      summary:
        `the clock of the ${isBridges ? 'bridge' : 'database server'} is ${ageText(Math.abs(ahead))} ` +
        `${ahead > 0 ? 'ahead of' : 'behind'} this machine’s`,
      advice: 'the time synchronisation (NTP) of both machines',
    },
  ];
}

function judgeStopped({ stopped }: Measures): Judged {
  if (stopped === null) return { kind: 'stopped', state: 'fine' };
  const { since, reason, isDefect } = stopped;
  const finding: Finding = {
    kind: 'stopped',
    value: 1,
    threshold: null,
    since,
    summary: `the contract stopped, ${isDefect ? 'something unforeseen broke it' : 'its configuration is at fault'}: ${reason}`,
    advice: isDefect
      ? 'the log’s lines "contract broken": it begins again by itself, and breaks again if the cause is still there'
      : 'key, address and clientName of the bridge; then start it again',
    tickets: [],
  };
  return { kind: 'stopped', state: 'up', finding };
}

/** `45 s`, `12 min`, `3 h`: as people say it. */
export function ageText(ms: number): string {
  if (ms < minutes(2)) return `${Math.round(Math.max(0, ms) / seconds(1))} s`;
  if (ms < minutes(120)) return `${Math.round(ms / minutes(1))} min`;
  return `${Math.round(ms / minutes(60))} h`;
}
