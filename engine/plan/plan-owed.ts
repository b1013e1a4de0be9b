import type { Lane } from '../domain/lane.ts';
import type { CallAction } from './action.ts';

/** What the provider is owed whatever the ticket says: our number, and the end of tickets that exist twice. */
export function planOwed(lane: Lane): readonly CallAction[] {
  if (lane.state.surplus.length === 0 && !lane.state.numberOwed) return [];
  const surplus = lane.state.surplus.map((number): CallAction => ({
    kind: 'cancel-surplus',
    surplus: number,
    comment: `This ticket was opened twice for ${lane.clientNumber ?? ''}: please go on in ${lane.providerTicket ?? ''}.`,
    because: `${number} is a second provider ticket for ${lane.clientNumber ?? ''}`,
    rule: null,
  }));
  if (!lane.state.numberOwed) return surplus;
  return [
    { kind: 'return-number', because: 'the provider opened the ticket and needs our number', rule: null },
    ...surplus,
  ];
}
