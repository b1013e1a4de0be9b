import type { Contract } from '../../engine/domain/contract.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { mapTicket, matchTrigger, type MappedTicket } from '../../engine/map/outbound.ts';
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

function decide(contract: Contract, { ticket, lane, ledger }: Work): Decided {
  const trigger = matchTrigger(contract, ticket, NOW);
  const mapped = mapTicket(contract, ticket, NOW);
  const isNamed = lane.state.ticketType !== null;
  const named = isNamed ? lane : withState(lane, { ticketType: mapped.ticketType });
  const plan = planOutbound({ contract, lane: named, mapped, trigger, ledger });
  const matched = trigger.kind === 'match' ? trigger.rule.name : null;
  const action = plan.kind === 'actions' ? plan.actions[0] : undefined;
  if (action === undefined || action.kind === 'attachment')
    return { trigger: matched, request: null, faults: [] };
  const request = actionRequest(contract, named, action);
  return { trigger: matched, request, faults: validateRequest(request) };
}

/**
 * What the provider would have been sent: for the situations that begin with it. Read back as from a store: were they the
 * mapper's own objects, the runtime would take them for ones that live long, and make all later ones for long as well.
 */
export const agreedPayloads = (
  contract: Contract,
  tickets: readonly Ticket[],
): ReadonlyMap<Ticket, MappedTicket> =>
  new Map(tickets.map((ticket) => [ticket, structuredClone(mapTicket(contract, ticket, NOW))]));
