import type { Instant, Milliseconds } from '../../domain/instant.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { ActionKind } from '../../domain/lane.ts';
import type { Place } from '../../domain/place.ts';
import type { Ticket } from '../../domain/ticket.ts';

/** One test of a contract, or one case of a table: what is given, and what must come of it. */
export interface ContractTest {
  /** Unique in the contract; of a case, the test's with the case's behind it. */
  readonly name: string;
  readonly place: Place;
  readonly now: Instant;
  /** How long the test looks on. */
  readonly lastsMs: Milliseconds;
  /** As the ITSM has it now, a ticket or a change; null: it has none. */
  readonly ticket: Ticket | null;
  /** As both sides last agreed on it; null: the provider does not have it. */
  readonly agreed: Ticket | null;
  readonly receives: readonly TestMessage[];
  /** The provider sends everything back as it got it. */
  readonly isRoundTrip: boolean;
  readonly answers: readonly TestAnswer[];
  readonly expected: Expectation;
}

export interface TestMessage {
  readonly transactionType: string;
  /** As written: texts as people write them. */
  readonly body: JsonObject;
  /** The names in the message's `changed`; null: every field of `body`. */
  readonly changed: readonly string[] | null;
}

export type TestAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  | { readonly kind: 'no-answer'; readonly reached: boolean };

/** What must come of it: what is not expected must not happen. */
export interface Expectation {
  readonly calls: readonly ExpectedCall[];
  /** The ticket's fields that are written; null: none. */
  readonly writes: JsonObject | null;
  /** The ticket that is opened here; null: none. */
  readonly opens: JsonObject | null;
  readonly addsComments: readonly JsonObject[];
  /** With `name`, `content_type` and `size`. */
  readonly addsAttachments: readonly JsonObject[];
  /** The same of the client's changes, and of the approvals of one. */
  readonly writesChange: JsonObject | null;
  readonly opensChange: JsonObject | null;
  readonly addsChangeComments: readonly JsonObject[];
  readonly addsChangeAttachments: readonly JsonObject[];
  readonly addsApprovals: readonly JsonObject[];
  readonly writesApproval: JsonObject | null;
  /** Only the fields that are named above are compared. */
  readonly isPartial: boolean;
  /** Of each message; empty: not compared. */
  readonly outcomes: readonly string[];
  readonly deleted: boolean;
  /** Rules that decided something, by name. */
  readonly because: readonly string[];
  readonly saying: string | null;
  readonly held: boolean;
  readonly waits: { readonly min: Milliseconds; readonly max: Milliseconds } | null;
  readonly parked: string | null;
  readonly stopped: boolean;
}

export interface ExpectedCall {
  readonly kind: ActionKind;
  /** Its fields, or its comments; an empty object for a kind that carries nothing of the contract's. */
  readonly content: Json;
}
