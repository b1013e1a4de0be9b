import type { Instant } from '../../engine/domain/instant.ts';
import type { BridgeStatus, TicketType } from '../../engine/domain/payload.ts';

/** A case as the provider keeps it: the ground truth. Names are the wire's; texts are plain, un-escaped once. */
export interface ProviderTicket {
  readonly ticketNumber: string;
  /** `""` until the client has returned it. */
  readonly clientTicketNumber: string;
  readonly ticketType: TicketType;
  readonly status: BridgeStatus;
  /** `pending-client`, `pending-vendor`, `pending-change`, `pending-caller` or `""`. */
  readonly statusNextAction: string;
  readonly offHoldDate: string;
  readonly description: string;
  readonly shortDescription: string;
  /** The mapped name. */
  readonly group: string;
  /** The provider's own name. */
  readonly ensonoGroup: string;
  readonly priority: string;
  readonly impact: string;
  readonly urgency: string;
  readonly cis: string;
  readonly category: string;
  readonly origin: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly contactPhone: string;
  readonly openedBy: Side;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  /** Null unless the status is `resolved`. */
  readonly resolvedAt: Instant | null;
  readonly closureCategory: string;
  /** `resolved`, `unresolved`, `cancelled`, `resolved*`, `unresolved*` or `""`. */
  readonly closeCode: string;
  readonly closeNotes: string;
  /** Oldest first. */
  readonly comments: readonly ProviderComment[];
}

export type Side = 'client' | 'provider';

export interface ProviderComment {
  readonly id: string;
  readonly by: Side;
  readonly at: Instant;
  readonly body: string;
  readonly commenter: string;
  readonly commentTime: string;
  readonly commenterEmail: string;
  readonly commenterPhone: string;
}

/** Nothing more is taken for the ticket. */
export const hasEnded = (ticket: ProviderTicket): boolean =>
  ticket.status === 'closed' || ticket.status === 'cancelled';

/** What the provider shows of a comment: the commenter fields are put behind the body there. */
export function shownComment(comment: ProviderComment): string {
  if (comment.by === 'provider') return comment.body;
  const from = [
    comment.commenter,
    comment.commentTime,
    comment.commenterEmail,
    comment.commenterPhone,
  ].filter((part) => part !== '');
  return from.length === 0 ? comment.body : `${comment.body}\n\n${from.join(', ')}`;
}
