import type { Deleted } from '../domain/contract.ts';
import type { Lane } from '../domain/lane.ts';
import { hasEnded } from '../domain/payload.ts';
import { ruleName } from '../map/rule-fault.ts';
import type { CallAction } from './action.ts';
import { planOwed } from './plan-owed.ts';

/**
 * What goes out for a linked ticket whose row is gone: the provider's is cancelled, or closed if it is resolved already, so
 * that nobody works there on what nobody asks for any more. Nothing, where it has ended.
 */
export function planDeleted({ closeNotes, place }: Deleted, lane: Lane): readonly CallAction[] {
  const { fields, unsure } = lane.state.shadow;
  const isDoubtful = unsure.includes('status');
  if ((hasEnded(fields.status) && !isDoubtful) || lane.state.endedThere !== null) return planOwed(lane);
  const isResolved = fields.status === 'resolved' && !isDoubtful && !lane.state.reopenedThere;
  return [
    ...planOwed(lane),
    {
      kind: isResolved ? 'close' : 'cancel',
      fields: { status: isResolved ? 'closed' : 'cancelled', closeNotes },
      because: 'the ticket is gone here',
      rule: ruleName('deleted', place),
    },
  ];
}
