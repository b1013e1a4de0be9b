import type { Lane, LedgerEntry } from '../domain/lane.ts';
import { isDone } from '../domain/payload.ts';
import type { MappedComment } from '../map/outbound.ts';
import type { OutboundPlan } from './action.ts';
import { unsentComments } from './plan-comments.ts';

/**
 * Nothing goes out for a ticket or a change that another one of ours has taken the place of; what is written on it, or worked on, is
 * said to be held. `status`: of a ticket, in the provider's words.
 */
export function planReplaced(
  { state }: Lane,
  mapped: readonly MappedComment[],
  ledger: readonly LedgerEntry[],
  status?: string,
): OutboundPlan {
  const isWorkedOn = status !== undefined && !isDone(status);
  if (unsentComments(mapped, ledger).length === 0 && !isWorkedOn) return { kind: 'nothing' };
  const summary = `${state.replacedBy ?? 'another ticket'} has taken this one's place: nothing of it is sent any more`;
  return { kind: 'held', summary, rule: null };
}
