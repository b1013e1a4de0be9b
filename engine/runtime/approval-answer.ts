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

/** The answer certainly was not taken, nor was one before: people may decide anew. */
export function withoutAnswer(lane: Lane, approvalId: string): Lane {
  const change = lane.state.change ?? UNKNOWN_CHANGE;
  return withState(lane, { change: withApproval(change, approvalId, { answer: null }) });
}
