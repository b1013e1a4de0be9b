import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { RulesVersion } from './rules-version.ts';

/** How a transaction ended, or what it waits for. Every transaction seen has one. */
export type Outcome =
  | 'applied' // a message's effect is in the ITSM
  | 'sent' // the provider accepted a call
  | 'dropped' // a message was out of contract, by the named rule; or an operator took the ticket out
  | 'duplicate' // seen before: no effect
  | 'waiting' // until the instant in `detail.until`
  | 'refused' // the provider said no; what happens next is in `detail`
  | 'parked' // the lane stands still; the cause is in `detail`
  | 'retried' // the lane is tried again: an operator said so, the bridge answers again, or it is another ticket's than was thought
  | 'skipped' // an operator passed over the one transaction that failed
  | 'held' // deliberately not sent: a closed ticket, a trigger that did not match
  | 'not-handled' // recognised, kept in the inbox, no effect
  | 'stopped' // the contract stopped: its configuration is at fault
  | 'rules-changed' // the contract goes on with other rules
  | 'alarm-raised' // something is not as it should be with the contract
  | 'alarm-cleared'; // it is again

/** One line of the journal, which says later why a ticket did or did not travel. */
export interface JournalEntry {
  readonly at: Instant;
  readonly laneId: number | null;
  readonly clientNumber: string | null;
  readonly providerTicket: string | null;
  readonly direction: 'in' | 'out';
  /** A TransactionType of the queue, or the kind of action sent. */
  readonly transaction: string;
  /** The message id, or the intent id. */
  readonly transactionId: string | null;
  readonly outcome: Outcome;
  /** The rule that decided, as `name (file:line)`. */
  readonly rule: string | null;
  /** Plain words for people. */
  readonly summary: string;
  readonly detail: JsonObject;
  /** The rules that decided. Whoever commits the line puts them in; null: they are not known. */
  readonly rules: RulesVersion | null;
}
