import type { Contract } from '../../engine/domain/contract.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { mapTicket, matchTrigger } from '../../engine/map/outbound.ts';
import { actionRequest } from '../../engine/plan/action-request.ts';
import { planOutbound } from '../../engine/plan/plan-outbound.ts';
import { withState } from '../../engine/runtime/step.ts';
import { validateRequest } from '../../engine/wire/validate-payload.ts';
import { NOW, type Decided, type Mapper, type Work } from './work.ts';

/** The engine: what `prepare-call.ts` and `commit-intent.ts` do with a ticket, without the database. */
export const engineMapper = (contract: Contract, name = 'ours'): Mapper => ({
  name,
  map: (ticket) => mapTicket(contract, ticket, NOW),
  decide: (work) => decide(contract, work),
});

async function decide(contract: Contract, { ticket, lane, ledger }: Work): Promise<Decided> {
  const trigger = matchTrigger(contract, ticket, NOW);
  const mapped = mapTicket(contract, ticket, NOW);
  const named = withState(lane, { ticketType: lane.state.ticketType ?? mapped.ticketType });
  const plan = planOutbound({ contract, lane: named, mapped, trigger, ledger });
  const matched = trigger.kind === 'match' ? trigger.rule.name : null;
  const [action] = plan.kind === 'actions' ? plan.actions : [];
  if (action === undefined || action.kind === 'attachment')
    return { trigger: matched, request: null, faults: [] };
  const request = actionRequest(contract, named, action);
  return { trigger: matched, request, faults: validateRequest(request) };
}

/** What the provider would have been sent: for the situations that begin with it. */
export async function agreedPayloads(
  contract: Contract,
  tickets: readonly Ticket[],
): Promise<ReadonlyMap<Ticket, Awaited<ReturnType<typeof mapTicket>>>> {
  const mapped = new Map<Ticket, Awaited<ReturnType<typeof mapTicket>>>();
  for (const ticket of tickets) mapped.set(ticket, mapTicket(contract, ticket, NOW));
  return mapped;
}
