import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { KeptTexts } from './kept-text.ts';
import type { ProviderChange } from './provider-change.ts';
import { hasEnded, type AnyTicketType, type ContinuedField, type UpdateField } from './payload.ts';
import { EMPTY_SHADOW, type BeforeCall, type Shadow } from './shadow.ts';

/**
 * One ticket, one lane: everything that happens to a ticket is handled here, strictly one after another.
 * A lane is also the link between the two sides: it holds the client's ticket, the provider's, or both.
 *
 * How the link comes about:
 *
 *   unlinked ──▶ (intent: create) ──▶ linked          the provider answered with its number
 *                      │
 *                      └─ no answer ─▶ unknown ─▶ linked    a ReturnEnsonoNum named this ticket
 *                                        └─────▶ (intent: create) again, 60–120 s after the last send
 *   unlinked ──▶ linked                               the provider opened the ticket; our number goes back to it
 *   linked ────▶ unlinked                             the provider's is closed, ours goes on there as another one
 *   linked ────▶ replaced                             the provider's ticket goes on as a new one of ours
 */
export interface Lane {
  readonly id: number;
  /** The ITSM row's key, once the client has a ticket. Unique within a contract. */
  readonly clientTicket: string | null;
  /** The client's ticket number (`clientTicketNumber`). */
  readonly clientNumber: string | null;
  /** The provider's ticket number, once known. Unique within a contract. */
  readonly providerTicket: string | null;
  readonly state: LaneState;
  /** Counts the reasons to look at this lane; a step that saw an older count leaves `dueAt` alone. */
  readonly wanted: number;
  /** When the lane is to be looked at next; null: when something happens to it. */
  readonly dueAt: Instant | null;
  /** Look once more then, whatever happens: a commit may have come late (the change source's overlap). */
  readonly recheckAt: Instant | null;
  /** Why the lane stands still; null: it does not. */
  readonly parked: Parked | null;
}

/** The part of a lane that only its own steps read and write. */
export interface LaneState {
  readonly link: 'unlinked' | 'unknown' | 'linked' | 'replaced';
  /** Which side opened the ticket. */
  readonly origin: 'client' | 'provider' | null;
  readonly ticketType: AnyTicketType | null;
  readonly shadow: Shadow;
  /** The call that is under way, or was when the engine stopped: committed before it is made. */
  readonly intent: Intent | null;
  /** Sends without a usable answer since the last good one. */
  readonly attempts: number;
  /** Nothing is sent before this. */
  readonly resendAt: Instant | null;
  /** The provider has been told that the client works the ticket itself. */
  readonly keptInternal: boolean;
  /** The provider has re-opened a ticket that we leave resolved (`reopen: comments-only`): a close must resolve it anew. */
  readonly reopenedThere: boolean;
  /** The provider opened the ticket and has not been told our number yet. */
  readonly numberOwed: boolean;
  /** Our ticket that has taken this one's place (`replaced`); null: none has. */
  readonly replacedBy: string | null;
  /** Other provider tickets that turned out to be ours: to be cancelled there. */
  readonly surplus: readonly string[];
  /** Provider tickets that had ended when ours went on there as another one, the oldest first. */
  readonly former: readonly string[];
  /** The provider refused a call because its ticket had ended so, and no message has said that yet; null: it did not. */
  readonly endedThere: 'closed' | 'cancelled' | null;
  /**
   * The provider's ticket is one too many, or a former one, of a ticket of ours: whose lane has all that is said of it; null: it
   * is not.
   */
  readonly surplusOf: number | null;
  /** Values the provider refused, and what the contract sends instead. */
  readonly substitutes: readonly Substitute[];
  /** The out-of-scope rule by which the provider's ticket was dropped, so that its later messages are too. */
  readonly outOfScope: string | null;
  /**
   * The date that our last write of a message left in the row, and the one that it had from people; null: none was written,
   * or the row shows no date.
   */
  readonly dated: { readonly left: Instant; readonly found: Instant | null } | null;
  /** The last word on whether the ticket travels, so that the same word is not journalled twice. */
  readonly verdict: string | null;
  /** An operator took the ticket out of Bridgehead's hands: nothing travels either way; null: nobody did. */
  readonly dropped: Dropped | null;
  /** What is known of the provider's change; null: nothing, or the lane is a case's. */
  readonly change: ProviderChange | null;
  /** Texts that go on in a comment: a digest of what the provider has of each rest; `''`: it had one, and needs none now. */
  readonly continued: { readonly [field in ContinuedField]?: string };
  /** Texts of the provider's that our columns do not take as they are. */
  readonly kept: KeptTexts;
}

/** Who took a ticket out, and why. */
export interface Dropped {
  readonly at: Instant;
  readonly by: string;
  readonly because: string;
}

export interface Substitute {
  readonly field: UpdateField;
  readonly refused: string;
  readonly instead: string;
  /** The error rule that said so. */
  readonly rule: string;
}

export type ActionKind =
  | 'create'
  | 'update'
  | 'notes'
  | 'resolve'
  | 'close'
  | 'cancel'
  | 'return-number'
  | 'cancel-surplus'
  | 'approve'
  | 'reject'
  | 'attachment';

export interface Intent {
  /** Unique within the contract; names the transaction in the journal and the log. */
  readonly id: string;
  readonly kind: ActionKind;
  readonly at: Instant;
  /** When the first call of this kind was made whose answer is still missing; absent: this is it. */
  readonly firstAt?: Instant;
  /** The update fields the call carries, as mapped (not escaped). */
  readonly fields: { readonly [field in UpdateField]?: string };
  readonly before: BeforeCall;
  /** The client's comments the call carries, by key. */
  readonly comments: readonly string[];
  /** The provider ticket to be cancelled, for `cancel-surplus`. */
  readonly surplus: string | null;
  /** The approval that the call answers; absent: none. */
  readonly approval?: string;
}

/** The code of a lane whose calls stayed without a usable answer: tried again by itself. */
export const NO_ANSWER = 'no-answer';

export interface Parked {
  readonly at: Instant;
  /** A word for machines: `payload-refused`, `bridge-refused`, `no-answer`, `rule-failed`, `itsm-refused`, `unknown-ticket`, `defect`, … */
  readonly code: string;
  /** What happened, where, and what helps, for people. */
  readonly reason: string;
  /** The rule that led here: `name (file:line)`; null if none did. */
  readonly rule: string | null;
  /** What wakes the lane: any change of the ticket, or only an operator. */
  readonly until: 'change' | 'operator';
  /** The message at which the lane stands; null: it stands at what goes out. */
  readonly messageId: string | null;
  /** Tried again by itself from then on, once the bridge answers calls; null: not by itself, or it is being tried. */
  readonly retryAt: Instant | null;
}

/** Which comments and attachments have crossed, in which direction: each crosses once. */
export interface LedgerEntry {
  readonly laneId: number;
  /** Absent: a comment. Their keys are of different tables. */
  readonly kind?: 'attachment';
  /** The key of the comment or the attachment in the ITSM. */
  readonly clientId: string;
  /** The provider's id of it, where it gave one; of an attachment what its address comes to. */
  readonly providerId: string | null;
  readonly origin: 'client' | 'provider';
  readonly at: Instant;
}

/** Linked to a ticket of the client's that has not ended at the provider, and not parked. */
export const isLive = ({ clientTicket, providerTicket, parked, state }: Lane): boolean =>
  clientTicket !== null &&
  providerTicket !== null &&
  parked === null &&
  state.link === 'linked' &&
  !hasEnded(state.shadow.fields.status);

/** A call of the lane lacks its answer: it may have happened. */
export const isAmbiguous = ({ state }: Pick<Lane, 'state'>): boolean =>
  state.intent !== null || state.link === 'unknown';

/** Since when the provider may have this ticket without our knowing its number; null: that is not so. */
export const unansweredCreate = ({ state: { intent, link } }: Pick<Lane, 'state'>): Instant | null =>
  intent?.kind === 'create' && link !== 'linked' ? (intent.firstAt ?? intent.at) : null;

export const NEW_LANE_STATE: LaneState = {
  link: 'unlinked',
  origin: null,
  ticketType: null,
  shadow: EMPTY_SHADOW,
  intent: null,
  attempts: 0,
  resendAt: null,
  keptInternal: false,
  reopenedThere: false,
  numberOwed: false,
  replacedBy: null,
  surplus: [],
  former: [],
  endedThere: null,
  surplusOf: null,
  substitutes: [],
  outOfScope: null,
  dated: null,
  verdict: null,
  dropped: null,
  change: null,
  continued: {},
  kept: {},
};

/** A message that was accepted: its row is in the inbox until it has an outcome, and after. */
export interface InboxMessage {
  readonly rowId: number;
  readonly laneId: number;
  readonly messageId: string;
  readonly group: string;
  readonly transactionType: string;
  readonly sentAt: Instant;
  readonly sequence: string;
  readonly clientReferenceAvailable: boolean;
  readonly body: JsonObject;
}
