import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { JournalEntry, Outcome } from '../domain/journal.ts';
import { PATIENCE_MS_MAX, PATIENCE_MS_MIN } from '../domain/limits.ts';
import type { InboxMessage, Intent, Lane, LaneState, Parked } from '../domain/lane.ts';
import type { RulesVersion } from '../domain/rules-version.ts';
import type { Action } from '../plan/action.ts';
import type { BridgeTime } from './bridge-time.ts';
import type { Log, Ports, Random } from './ports.ts';

/** What every part of the runtime works with: the contract, which rules it was compiled from, and the world outside. */
export interface Runtime {
  readonly contract: Contract;
  /** Named in every journal line; null: they were not read from files. */
  readonly rules: RulesVersion | null;
  readonly ports: Ports;
  /** Is told of every call just before it is made, with why: for rehearsals. */
  readonly announce?: (action: Action, intent: Intent) => void;
  /** The same of a file that is about to be sent. */
  readonly announceUpload?: (rule: string, fileName: string) => void;
  /** Is called when there is a file to be fetched. */
  readonly wakeDownloads?: () => void;
  /** What time it is at the bridge; absent: this process's clock is believed. */
  readonly bridgeTime?: BridgeTime;
}

/** What an operator's word needs: it calls nobody, and no file is looked at. */
export type OfflineRuntime = Pick<Runtime, 'contract' | 'rules'> & {
  readonly ports: Omit<Ports, 'bridge' | 'files' | 'downloads'>;
};

/** How one step of a lane ended. */
export type StepEnd =
  /** Something was done; there may be more. */
  | {
      readonly kind: 'again';
      /** There is a file to be fetched. */
      readonly fetches?: true;
      /** The lane as the step has saved it, if nothing woke it and nothing came to it meanwhile. Absent: it must be read. */
      readonly saved?: Lane;
    }
  /** Nothing to do before `dueAt`; null: before something happens. */
  | { readonly kind: 'rest'; readonly dueAt: Instant | null }
  /** The lane is gone, or another process has it now: whatever is still to be done is not this turn's. */
  | { readonly kind: 'lost' }
  /** The contract's configuration is at fault: nothing more is called. */
  | { readonly kind: 'stop'; readonly reason: string };

export const withState = (lane: Lane, change: Partial<LaneState>): Lane => ({
  ...lane,
  state: { ...lane.state, ...change },
});

/** Nothing ambiguous is sent again sooner than this after it was sent. */
export const patienceEnds = (sentAt: Instant, random: Random): Instant =>
  Math.round(sentAt + PATIENCE_MS_MIN + random.next() * (PATIENCE_MS_MAX - PATIENCE_MS_MIN));

type EntryPart = Pick<JournalEntry, 'outcome' | 'summary'> &
  Partial<Pick<JournalEntry, 'transactionId' | 'rule' | 'detail'>>;

/** A journal line about something that came in. */
export const inboundEntry = (
  lane: Lane | null,
  message: Pick<InboxMessage, 'messageId' | 'group' | 'transactionType'>,
  at: Instant,
  part: EntryPart,
): JournalEntry => ({
  at,
  laneId: lane?.id ?? null,
  clientNumber: lane?.clientNumber ?? null,
  providerTicket: message.group,
  direction: 'in',
  transaction: message.transactionType,
  transactionId: message.messageId,
  rule: null,
  detail: {},
  rules: null,
  ...part,
});

/** A journal line about something that goes out. */
export const outboundEntry = (
  lane: Lane,
  transaction: string,
  at: Instant,
  part: EntryPart,
): JournalEntry => ({
  at,
  laneId: lane.id,
  clientNumber: lane.clientNumber,
  providerTicket: lane.providerTicket,
  direction: 'out',
  transaction,
  transactionId: null,
  rule: null,
  detail: {},
  rules: null,
  ...part,
});

/** What somebody may have to look at. */
const TROUBLE: ReadonlySet<Outcome> = new Set(['parked', 'not-handled', 'refused']);

/** One log line per journal line, with the same words. */
export function logEntry(log: Log, contract: Contract, entry: JournalEntry): void {
  const fields: JsonObject = {
    contract: contract.name,
    lane: entry.laneId,
    ticket: entry.clientNumber,
    provider_ticket: entry.providerTicket,
    direction: entry.direction,
    transaction: entry.transaction,
    transaction_id: entry.transactionId,
    outcome: entry.outcome,
    rule: entry.rule,
    rules: entry.rules?.hash ?? null,
    commit: entry.rules?.commit ?? null,
    summary: entry.summary,
    ...(Object.keys(entry.detail).length > 0 ? { detail: entry.detail } : {}),
  };
  if (entry.outcome === 'stopped') log.error('lane', fields);
  else if (TROUBLE.has(entry.outcome)) log.warn('lane', fields);
  else log.info('lane', fields);
}

export const sameParking = (a: Parked | null, b: Pick<Parked, 'code' | 'reason'>): boolean =>
  a !== null && a.code === b.code && a.reason === b.reason;
