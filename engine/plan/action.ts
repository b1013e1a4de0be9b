import type { CommentPayload, Payload, TicketType } from '../domain/payload.ts';
import type { ApprovalAnswer } from '../domain/provider-change.ts';
import type { Fields } from './changed-fields.ts';

/** One step of a plan: a call to the bridge, with why. A plan is a list of them, in the order in which they go out. */
export type Action =
  | (Common & {
      readonly kind: 'create';
      readonly ticketType: TicketType;
      readonly payload: Payload;
      readonly comments: readonly ActionComment[];
    })
  | (Common & { readonly kind: 'update'; readonly fields: Fields; readonly keepsInternal: boolean })
  | (Common & { readonly kind: 'notes'; readonly comments: readonly ActionComment[] })
  | (Common & { readonly kind: 'resolve' | 'close' | 'cancel'; readonly fields: Fields })
  | (Common & { readonly kind: 'return-number' })
  | (Common & { readonly kind: 'cancel-surplus'; readonly surplus: string; readonly comment: string })
  | ApprovalAction;

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

export interface ActionComment {
  /** The ITSM comment's key. */
  readonly key: string;
  readonly payload: CommentPayload;
}

/** What goes out for one ticket now; or why nothing does. */
export type OutboundPlan =
  | { readonly kind: 'actions'; readonly actions: readonly Action[] }
  /** Nothing to say: both sides agree. */
  | { readonly kind: 'nothing' }
  /** There is something, and it is deliberately not sent. */
  | { readonly kind: 'held'; readonly summary: string; readonly rule: string | null };
