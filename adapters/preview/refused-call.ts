import type { Contract } from '../../engine/domain/contract.ts';
import { mapTicket, matchTrigger } from '../../engine/map/outbound.ts';
import { actionRequest } from '../../engine/plan/action-request.ts';
import { planOutbound } from '../../engine/plan/plan-outbound.ts';
import { validateRequest } from '../../engine/wire/validate-payload.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import type { Situation } from '../rehearsal/situation.ts';
import type { PreviewedCall } from './preview.ts';

/** The call for which the ticket was parked because the bridge would refuse its payload: the engine never sends it. */
export async function refusedCall(
  contract: Contract,
  { now, known }: Situation,
  { lane, ticket, end, calls }: Rehearsal,
): Promise<PreviewedCall | null> {
  if (end.kind !== 'parked' || end.parked.code !== 'payload-refused') return null;
  if (lane === null || ticket === null) return null;
  const mapped = mapTicket(contract, ticket, now);
  const crossed = crossedComments(known);
  const isTold = calls.some(({ kind, answer }) => CARRY_COMMENTS.has(kind) && answer.kind === 'accepted');
  const plan = planOutbound({
    contract,
    lane,
    mapped: isTold ? { ...mapped, comments: [] } : mapped,
    trigger: matchTrigger(contract, ticket, now),
    ledger: crossed.map((clientId) => ({
      laneId: lane.id,
      clientId,
      providerId: null,
      origin: 'client',
      at: now,
    })),
  });
  const [action] =
    plan.kind === 'actions'
      ? plan.actions
          .filter((one) => one.kind !== 'attachment')
          .filter((one) => validateRequest(actionRequest(contract, lane, one)).length > 0)
      : [];
  if (action === undefined) return null;
  const request = actionRequest(contract, lane, action);
  return {
    kind: action.kind,
    method: request.method,
    path: request.path,
    body: request.body ?? null,
    because: action.because,
    rule: action.rule,
    answer: 'not sent: the bridge would refuse it',
    faults: validateRequest(request),
    sent: false,
  };
}

const CARRY_COMMENTS: ReadonlySet<string> = new Set(['create', 'notes']);

function crossedComments(known: Situation['known']): readonly string[] {
  switch (known.kind) {
    case 'nothing':
      return [];
    case 'agreed':
      return known.ticket.comments.map(({ key }) => key);
    case 'stored':
      return known.ledger.map(({ clientId }) => clientId);
  }
}
