import type { Instant } from '../../engine/domain/instant.ts';
import type { JournalEntry, Outcome } from '../../engine/domain/journal.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { ActionKind, Lane, Parked } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { BridgeRequest } from '../../engine/wire/exchange.ts';
import type { SituationAnswer } from './situation.ts';

/** What would happen: the plan as the engine itself makes it, performed on nothing real. */
export interface Rehearsal {
  /** In the order in which they went out. */
  readonly calls: readonly RehearsedCall[];
  /** What was written to the ITSM's tables, in order. */
  readonly writes: readonly ItsmWrite[];
  readonly messages: readonly RehearsedMessage[];
  readonly journal: readonly JournalEntry[];
  readonly end: RehearsalEnd;
  /** As they are afterwards. */
  readonly lane: Lane | null;
  readonly ticket: Ticket | null;
}

/** A call about a ticket; those of the queue are not among them (`RehearsedMessage.deleted`). */
export interface RehearsedCall {
  readonly kind: ActionKind;
  readonly at: Instant;
  /** Exactly as it goes over the wire: texts are escaped twice. */
  readonly request: BridgeRequest;
  /** The update fields it carries, as mapped. */
  readonly fields: JsonObject;
  /** Why, and by which rule (`name (file:line)`). */
  readonly because: string;
  readonly rule: string | null;
  readonly answer: SituationAnswer;
}

/** In the names of itsm.yaml. */
export type ItsmWrite =
  | { readonly kind: 'insert-ticket'; readonly key: string; readonly fields: JsonObject }
  /** One of the client's changes. */
  | { readonly kind: 'insert-change'; readonly key: string; readonly fields: JsonObject }
  | { readonly kind: 'update-ticket'; readonly key: string; readonly fields: JsonObject }
  | { readonly kind: 'set-provider-number'; readonly key: string; readonly providerNumber: string | null }
  | {
      readonly kind: 'insert-comment';
      readonly key: string;
      readonly ticketKey: string;
      readonly fields: JsonObject;
    }
  /** With its content, which is not shown. */
  | {
      readonly kind: 'insert-attachment';
      readonly key: string;
      readonly ticketKey: string;
      readonly file: { readonly name: string; readonly contentType: string | null; readonly size: number };
      readonly fields: JsonObject;
    }
  | {
      readonly kind: 'insert-approval';
      readonly key: string;
      readonly ticketKey: string;
      readonly approvalId: string;
      readonly fields: JsonObject;
    }
  | {
      readonly kind: 'update-approval';
      readonly key: string;
      readonly ticketKey: string;
      readonly fields: JsonObject;
    };

export interface RehearsedMessage {
  readonly id: string;
  readonly transactionType: string;
  readonly deleted: boolean;
  /** Null: it still waits. */
  readonly outcome: Outcome | null;
  readonly summary: string;
  readonly rule: string | null;
}

export type RehearsalEnd =
  /** Nothing is left to do. */
  | { readonly kind: 'rests' }
  /** For a resend, until at most `until`. */
  | { readonly kind: 'waits'; readonly until: Instant }
  | { readonly kind: 'parked'; readonly parked: Parked }
  | { readonly kind: 'stopped'; readonly reason: string };
