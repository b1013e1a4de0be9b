import type { JsonObject } from './json.ts';

/** The states of a change in their order, and the two in which it ends (client guide v1.2). */
export const CHANGE_STATES = [
  'New',
  'Assess',
  'Authorize',
  'Scheduled',
  'Implement',
  'Review',
  'Closed',
  'Cancelled',
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

export const CHANGE_TYPES = ['Normal', 'Standard', 'Emergency'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** Where a change leaves its draft, and so where it comes to the client first. */
export const APPEARS_AT: { readonly [type in ChangeType]: ChangeState } = {
  Normal: 'Assess',
  Standard: 'Scheduled',
  Emergency: 'Authorize',
};

/**
 * What the lane of a change keeps of it. How the client's own change stands:
 *
 *   (draft) ──▶ open ──▶ closed                        the provider's change is closed
 *                 ├────▶ rejected ──▶ redrafted, cancelled   rejected there, and not by us
 *                 ├────▶ cancelled ─┐
 *                 └────▶ redrafted ─┴─▶ open           assessed again: another change of ours, in the same lane
 */
export interface ProviderChange {
  /**
   * The change's fields as the provider last said them, as rules see them. Messages about changes do not say what changed:
   * what they say otherwise than this is what changed.
   */
  readonly seen: JsonObject;
  /** Why ours is over; null: it is not, or there is none yet. */
  readonly over: 'closed' | 'cancelled' | 'redrafted' | 'rejected' | null;
  readonly approvals: readonly KnownApproval[];
}

/** One approval that the provider asked for. */
export interface KnownApproval {
  /** The provider's approvalId. */
  readonly id: string;
  /** The row's key in the client's ITSM. */
  readonly key: string;
  /** `withdrawn`: the provider does not wait for it any more. */
  readonly state: 'requested' | 'answered' | 'withdrawn';
  /**
   * What was sent, or is being sent: committed with the intent of the first call, and never another one after a call that
   * may have happened. Null: nothing yet.
   */
  readonly answer: ApprovalAnswer | null;
  /** A call with it stayed without an answer: a refusal of a later one says nothing of that. Absent: none did. */
  readonly mayBeTaken?: true;
  /** The last word on a decision that is not sent, so that it is not journalled twice. */
  readonly told: string | null;
}

export interface ApprovalAnswer {
  readonly kind: 'approve' | 'reject';
  /** An e-mail address. */
  readonly approver: string;
  readonly comment: string;
}

export const UNKNOWN_CHANGE: ProviderChange = { seen: {}, over: null, approvals: [] };

/** Has a change of this type left its draft? One of an unknown type has, once it is not New. */
export function hasAppeared(type: string, state: string): boolean {
  const first = firstStateOf(type);
  const at = CHANGE_STATES.findIndex((known) => known === state);
  return at >= CHANGE_STATES.indexOf(first);
}

export const firstStateOf = (type: string): ChangeState =>
  APPEARS_AT[CHANGE_TYPES.find((known) => known === type) ?? 'Normal'];

export const changeHasEnded = (state: string): boolean => state === 'Closed' || state === 'Cancelled';

/** Changes one approval of a change. */
export const withApproval = (
  change: ProviderChange,
  id: string,
  update: Partial<KnownApproval>,
): ProviderChange => ({
  ...change,
  approvals: change.approvals.map((one) => (one.id === id ? { ...one, ...update } : one)),
});

/** Nothing of the change is waited for any more. */
export const withdrawAll = (change: ProviderChange): ProviderChange => ({
  ...change,
  approvals: change.approvals.map((one) =>
    one.state === 'requested' ? { ...one, state: 'withdrawn' } : one,
  ),
});
