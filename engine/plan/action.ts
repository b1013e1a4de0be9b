import type { CommentPayload, ContinuedField, Payload, TicketType } from '../domain/payload.ts';
import type { ApprovalAnswer } from '../domain/provider-change.ts';
import type { Fields } from './changed-fields.ts';

/** One step of a plan: a call to the bridge, with why. A plan is a list of them, in the order in which they go out. */
export type Action =
  | (Common & {
      readonly kind: 'create';
      readonly ticketType: TicketType;
      readonly payload: Payload;
      readonly comments: readonly ActionComment[];
      /** The provider's ticket that has ended, and that this one is opened instead of; absent: none. */
      readonly instead?: string;
    })
  | (Common & { readonly kind: 'update'; readonly fields: Fields; readonly keepsInternal: boolean })
  | (Common & {
      readonly kind: 'notes';
      readonly comments: readonly ActionComment[];
      /** They carry on a text that is too long for its field; absent: they are people's. */
      readonly continues?: Continues;
    })
  | (Common & { readonly kind: 'resolve' | 'close' | 'cancel'; readonly fields: Fields })
  | (Common & { readonly kind: 'return-number' })
  | (Common & { readonly kind: 'cancel-surplus'; readonly surplus: string; readonly comment: string })
  | UploadAction
  | ApprovalAction;

/** What a lane calls by itself; files are sent beside it. */
export type CallAction = Exclude<Action, UploadAction>;

/** A file that is to be sent: beside the lane, so that it holds up nothing else. */
export type UploadAction = Common & {
  readonly kind: 'attachment';
  /** The ITSM attachment's key. */
  readonly attachment: string;
  /** Its own name. */
  readonly fileName: string;
  /** Under which it is sent. */
  readonly name: string;
  /** It is not going to be sent, and why: a comment on the ticket says so. Null: nothing is known against it yet. */
  readonly refusal: string | null;
};

/** The answer to one approval. */
export type ApprovalAction = Common &
  ApprovalAnswer & {
    readonly approvalId: string;
  };

interface Common {
  /** Plain words for people. */
  readonly because: string;
  /** The rule that led here, as `name (file:line)`; null: the protocol itself. */
  readonly rule: string | null;
}

export interface Continues {
  readonly field: ContinuedField;
  /** Of the rest that they carry. */
  readonly digest: string;
}

export interface ActionComment {
  /** The ITSM comment's key, the same for all parts of one; null: it is none of the ITSM's. */
  readonly key: string | null;
  readonly payload: CommentPayload;
}

/** The ITSM's comments that a call carries, each once. */
export const commentKeys = (comments: readonly ActionComment[]): readonly string[] => [
  ...new Set(comments.flatMap(({ key }) => (key === null ? [] : [key]))),
];

/** What goes out for one ticket now; or why nothing does. */
export type OutboundPlan =
  | { readonly kind: 'actions'; readonly actions: readonly Action[] }
  /** Nothing to say: both sides agree. */
  | { readonly kind: 'nothing' }
  /** There is something, and it is deliberately not sent. */
  | { readonly kind: 'held'; readonly summary: string; readonly rule: string | null }
  /** What is left to be sent comes after files that are on their way. */
  | { readonly kind: 'waits'; readonly summary: string };
