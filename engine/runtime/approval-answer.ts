import type { Lane } from '../domain/lane.ts';
import { UNKNOWN_CHANGE, withApproval, type KnownApproval } from '../domain/provider-change.ts';
import type { ApprovalAction } from '../plan/action.ts';
import { withState } from './step.ts';

/** The lane with the answer that an approval gets: it is this one from now on. */
export function withAnswer(lane: Lane, action: ApprovalAction, state: KnownApproval['state']): Lane {
  const { kind, approver, comment, approvalId } = action;
  const change = lane.state.change ?? UNKNOWN_CHANGE;
  return withState(lane, {
    change: withApproval(change, approvalId, { state, answer: { kind, approver, comment } }),
  });
}

/**
 * The lane when a call with the answer was refused: people may decide anew, unless an earlier call with it may have been taken.
 */
export function withRefusal(lane: Lane, approvalId: string, isRepeated: boolean): Lane {
  const change = lane.state.change ?? UNKNOWN_CHANGE;
  const known = change.approvals.find(({ id }) => id === approvalId);
  const update =
    isRepeated || known?.mayBeTaken === true ? ({ mayBeTaken: true } as const) : { answer: null };
  return withState(lane, { change: withApproval(change, approvalId, update) });
}
