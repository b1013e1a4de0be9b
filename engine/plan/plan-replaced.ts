import type { Lane, LedgerEntry } from '../domain/lane.ts';
import type { MappedComment } from '../map/outbound.ts';
import type { OutboundPlan } from './action.ts';
import { unsentComments } from './plan-comments.ts';

/** Nothing goes out for a ticket or a change that another one of ours has taken the place of; what is written on it is said to be held. */
export function planReplaced(
  { state }: Lane,
  mapped: readonly MappedComment[],
  ledger: readonly LedgerEntry[],
): OutboundPlan {
  if (unsentComments(mapped, ledger).length === 0) return { kind: 'nothing' };
  const summary = `${state.replacedBy ?? 'another ticket'} has taken this one's place: comments on it are not sent`;
  return { kind: 'held', summary, rule: null };
}
