import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import { UNKNOWN_CHANGE, withApproval } from '../domain/provider-change.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mapChange } from '../map/outbound-change.ts';
import { planChange, type UnsentDecision } from '../plan/plan-change.ts';
import { commitIntent, type PreparedCall } from './commit-intent.ts';
import { faultsText, ParkLane } from './park.ts';
import type { Transaction } from './ports.ts';
import { rest, sayHeld, settle } from './rest-lane.ts';
import { outboundEntry, withState, type Runtime, type StepEnd } from './step.ts';

/** What goes out for one of the client's changes: our number, answers to approvals, comments. */
export async function prepareChangeCall(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  ticket: Ticket,
  saved: Lane,
  now: Instant,
): Promise<PreparedCall | StepEnd> {
  const { contract } = runtime;
  const typed = withState(lane, { ticketType: 'Change' });
  const mapped = mapChange(contract, ticket, typed.state.change?.approvals ?? [], now);
  const fault = mapped.faults[0];
  if (fault !== undefined) throw new ParkLane(fault.code, faultsText(mapped.faults), fault.rule, 'change');

  const ledger = await tx.store.ledger(lane.id);
  const { plan, unsent } = planChange({ contract, lane: typed, mapped, ledger });
  const told = await tellUnsent(tx, typed, unsent, now);
  if (plan.kind !== 'actions') {
    // There is nothing left that a call without an answer could be repeated for.
    const settled = withState(told, { intent: null, attempts: 0, resendAt: null });
    if (plan.kind === 'held') await sayHeld(tx, settled, plan, now);
    else await settle(tx, settled, saved);
    return rest(contract, tx, settled, now);
  }
  const action = plan.actions[0];
  if (action === undefined) throw new Error('a plan with actions has a first one');
  if (action.kind === 'attachment') throw new Error('a change takes no files');
  return commitIntent(runtime, tx, told, action, now);
}

/** Each decision that is not sent is journalled, once. */
async function tellUnsent(
  tx: Transaction,
  lane: Lane,
  unsent: readonly UnsentDecision[],
  now: Instant,
): Promise<Lane> {
  let change = lane.state.change ?? UNKNOWN_CHANGE;
  for (const { approvalId, summary } of unsent) {
    const known = change.approvals.find(({ id }) => id === approvalId);
    if (known?.told === summary) continue;
    change = withApproval(change, approvalId, { told: summary });
    const part = { outcome: 'held', summary, detail: { approval: approvalId } } as const;
    await tx.store.journal(outboundEntry(lane, 'approval', now, part));
  }
  return lane.state.change === null ? lane : withState(lane, { change });
}
