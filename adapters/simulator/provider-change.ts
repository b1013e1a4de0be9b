import type { Instant } from '../../engine/domain/instant.ts';
import type { ChangeState, ChangeType } from '../../engine/domain/provider-change.ts';
import type { Json } from '../../engine/domain/json.ts';
import type { ProviderComment } from './provider-ticket.ts';

/** A change as the provider keeps it: the ground truth. Names are the wire's. */
export interface ProviderChange extends ChangeFields {
  readonly ticketNumber: string;
  /** `""` until the client has returned it; of several, the last. */
  readonly clientTicketNumber: string;
  readonly type: ChangeType;
  readonly state: ChangeState;
  /** `not requested`, `requested`, `approved` or `rejected`, in upper or lower case. */
  readonly approval: string;
  readonly shortDescription: string;
  /** The client has been told of it: a draft is the provider's own. */
  readonly isAnnounced: boolean;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  readonly closeCode: string;
  readonly closeNotes: string;
  /** Oldest first. */
  readonly comments: readonly ProviderComment[];
  readonly approvals: readonly ProviderApproval[];
}

/** The fields that a user at the provider fills in. */
export interface ChangeFields {
  readonly description: string;
  readonly category: string;
  /** In UTC: `2026-03-29 01:30:00`. */
  readonly startDate: string;
  readonly endDate: string;
  readonly risk: string;
  readonly impact: string;
  readonly priority: string;
  readonly justification: string;
  readonly preChangeChecks: string;
  readonly implementationPlan: string;
  readonly testPlan: string;
  readonly backoutPlan: string;
  readonly requestedByName: string;
  readonly cis: string;
  readonly group: string;
  /** A text, an object or an array of questions. */
  readonly riskAssessment: Json;
}

export const CHANGE_FIELDS_DEFAULT: ChangeFields = {
  description: '',
  category: '',
  startDate: '',
  endDate: '',
  risk: 'Moderate',
  impact: '3',
  priority: '4',
  justification: '',
  preChangeChecks: '',
  implementationPlan: '',
  testPlan: '',
  backoutPlan: '',
  requestedByName: '',
  cis: '',
  group: '',
  riskAssessment: '',
};

/** What one of the client's approvers is asked. */
export interface ProviderApproval {
  readonly approvalId: string;
  readonly approverName: string;
  readonly approverEmail: string;
  readonly state: 'requested' | 'approved' | 'rejected' | 'cancelled';
  /** Of the change as it is drafted now; false: of a draft before. */
  readonly isCurrent: boolean;
  /** Every answer that came, oldest first: the first counts, while it is requested. */
  readonly answers: readonly ApprovalAnswer[];
}

export interface ApprovalAnswer {
  readonly kind: 'approve' | 'reject';
  readonly at: Instant;
  readonly approver: string;
  readonly comment: string;
  /** Whether it was the one that counted. */
  readonly counted: boolean;
}
