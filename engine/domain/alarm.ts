import { minutes, seconds, type Instant, type Milliseconds } from './instant.ts';
import type { Setting } from './setting.ts';

/**
 * What an operator is told of before the provider is: one alarm for each kind at most is up in a contract.
 *
 *   fine ──▶ up          the measure has reached its threshold: raised, told once
 *   up ────▶ calming     the measure is below the threshold again
 *   calming ▶ up         it has reached it again meanwhile: nothing is told
 *   calming ▶ fine       ALARM_CALM_MS long it stayed below: cleared, told once
 */
export const ALARM_KINDS = [
  /** Messages that were unread for long when a poll saw them, as the provider counts them. */
  'queue-unread',
  /** The age of the oldest message that a poll saw. */
  'queue-age',
  /** How often one message was received: after the 20th time the provider gives it up. */
  'queue-receives',
  /** How long ago the queue was last read to its end. */
  'last-poll',
  /** Messages in the inbox, behind parked tickets not counted. */
  'waiting',
  /** How long the oldest of these has waited. */
  'waiting-age',
  /** Tickets that stand still. */
  'parked',
  /** Creates whose answer is missing: the provider may have the ticket or not. */
  'unanswered-creates',
  /** How long the oldest of these has been so. */
  'unanswered-age',
  /** How long the oldest file has been on its way, either way. */
  'files-age',
  /** Files of the provider's that could not be had yet, and whose addresses soon expire. */
  'files-expiring',
  /** Files that were given up lately, either way, and on which nobody has decided. */
  'files-given-up',
  /** Calls of the bridge in a row without a usable answer. */
  'bridge-failures',
  /** How long the database has not taken writes. */
  'database-away',
  /** How far another clock is away from ours: the bridge's, or the database server's. */
  'clock-skew',
  /** The contract's configuration is at fault, and it stopped by itself. */
  'stopped',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** A kind that has a threshold: all but `stopped`, which is always an alarm. */
export type WatchedKind = Exclude<AlarmKind, 'stopped'>;

/** A number: the alarm is up from it on. Milliseconds where the kind is a length of time. Null: never. */
export type AlarmThresholds = { readonly [kind in WatchedKind]: number | null };

/** Where a contract says nothing: below the provider's own alarms, where it has such. */
export const ALARM_THRESHOLDS: AlarmThresholds = {
  'queue-unread': 5,
  'queue-age': minutes(30),
  'queue-receives': 10,
  'last-poll': minutes(15),
  waiting: 500,
  'waiting-age': minutes(15),
  parked: 1,
  'unanswered-creates': 5,
  'unanswered-age': minutes(15),
  'files-age': minutes(30),
  'files-expiring': 1,
  'files-given-up': 10,
  'bridge-failures': 5,
  'database-away': minutes(5),
  'clock-skew': seconds(60),
};

/**
 * From here on an alarm would not come before the provider's own: it is raised when more than 10 messages are unread
 * for 30 minutes, or when messages are an hour old on average; after 20 receives a message is given up (client guide v1.2).
 */
export const PROVIDER_ALARMS: { readonly [kind in WatchedKind]?: number } = {
  'queue-unread': 11,
  'queue-age': minutes(60),
  'queue-receives': 20,
  'last-poll': minutes(30),
};

export interface AlarmSettings {
  readonly thresholds: AlarmThresholds;
  /** Where alarms are posted to; null: nowhere. */
  readonly webhook: Setting | null;
  /** A program and its arguments that is run for each alarm; null: none. */
  readonly command: readonly [string, ...(readonly string[])] | null;
}

/** What a measure has to say. */
export interface Finding {
  readonly kind: AlarmKind;
  readonly value: number;
  /** Null for what has none. */
  readonly threshold: number | null;
  /** Since when it has been so, where that is known. */
  readonly since: Instant | null;
  /** What is wrong and how much of it, for people. */
  readonly summary: string;
  /** What to look at: a command, a place. */
  readonly advice: string;
  /** The worst of them, ALARM_TICKETS_MAX at most. */
  readonly tickets: readonly AlarmTicket[];
}

export interface AlarmTicket {
  readonly clientNumber: string | null;
  readonly providerTicket: string | null;
  readonly since: Instant;
  readonly reason: string;
}

export type AlarmEvent = 'raised' | 'cleared';
export const ALARM_SINKS = ['webhook', 'command'] as const;
export type SinkName = (typeof ALARM_SINKS)[number];

/** An alarm that is up, or whose end was not told to everybody yet. */
export interface Alarm {
  readonly id: string;
  readonly raisedAt: Instant;
  readonly clearedAt: Instant | null;
  /** Since when the measure has been below the threshold again; null: it is not. */
  readonly calmSince: Instant | null;
  /** As it was when it was raised. */
  readonly finding: Finding;
  /** What is still to be told to whom, in this order. */
  readonly pending: readonly PendingNotice[];
}

export interface PendingNotice {
  readonly sink: SinkName;
  readonly event: AlarmEvent;
  /** Tries so far. */
  readonly attempts: number;
  /** Not tried before this. */
  readonly dueAt: Instant;
}

/** Whether a kind measures a length of time. */
export const isDuration = (kind: AlarmKind): boolean => DURATIONS.has(kind);
const DURATIONS: ReadonlySet<AlarmKind> = new Set<AlarmKind>([
  'queue-age',
  'last-poll',
  'waiting-age',
  'unanswered-age',
  'files-age',
  'database-away',
  'clock-skew',
]);

/** What stands still or waits in the engine's tables. */
export interface Standing {
  /** Messages that wait in lanes that are not parked. */
  readonly waiting: Standings;
  readonly waitingBehindParked: number;
  readonly parked: Standings;
  readonly unansweredCreates: Standings;
  readonly files: FilesStanding;
}

/** Files on their way, and those that did not get there. */
export interface FilesStanding {
  readonly downloads: Standings;
  readonly uploads: Standings;
  /** Of the downloads: tried in vain, and their addresses expire before `expiringBefore`. */
  readonly expiring: Standings;
  /** Since `givenUpSince`, either way. */
  readonly givenUp: Standings;
}

/** From when on what stands still counts. */
export interface StandingSearch {
  readonly unansweredBefore: Instant;
  readonly expiringBefore: Instant;
  readonly givenUpSince: Instant;
}

export interface Standings {
  readonly count: number;
  readonly oldestAt: Instant | null;
  /** The oldest of them, ALARM_TICKETS_MAX at most. */
  readonly oldest: readonly AlarmTicket[];
}

/** What one poll saw in the queue. */
export interface QueueSeen {
  /** Messages that were received, each time counted. */
  readonly messages: number;
  /** Of these, those that had been unread for UNREAD_MS. */
  readonly unread: number;
  readonly oldestSentAt: Instant | null;
  /** The most often that one of them was received, and which. */
  readonly receivesMax: number;
  readonly oftenest: AlarmTicket | null;
}

export const NOTHING_SEEN: QueueSeen = {
  messages: 0,
  unread: 0,
  oldestSentAt: null,
  receivesMax: 0,
  oftenest: null,
};

/** A clock beside ours. */
export interface ClockSkews {
  /** How far the bridge's clock is ahead of ours; null: not known. */
  readonly bridge: Milliseconds | null;
  readonly database: Milliseconds | null;
}
