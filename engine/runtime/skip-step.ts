import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mapChange } from '../map/outbound-change.ts';
import { mapTicket, matchTrigger } from '../map/outbound.ts';
import type { RuleFault } from '../map/rule-fault.ts';
import { commentKeys, type CallAction, type OutboundPlan } from '../plan/action.ts';
import { regardAsSaid } from '../plan/move-shadow.ts';
import { planChange } from '../plan/plan-change.ts';
import { planOutbound } from '../plan/plan-outbound.ts';
import { said } from './confirm-outcome.ts';
import { dueAtOnce, type Decision, type OperatorEnd } from './operator.ts';
import { faultsText } from './park.ts';
import type { Transaction } from './ports.ts';
import { inboundEntry, outboundEntry, type OfflineRuntime } from './step.ts';
import { settleMessage } from './settle-message.ts';
import { ourTicket } from './our-ticket.ts';
import { transact } from './transact.ts';

/** The one transaction at which a parked lane stands. */
export type StandsAt =
  | { readonly kind: 'message'; readonly message: InboxMessage }
  | { readonly kind: 'call'; readonly action: Exclude<CallAction, { readonly kind: 'create' }> }
  | { readonly kind: 'cannot'; readonly reason: string };

/** What a skip would pass over: the message that failed, or the call that would be made now. Changes nothing. */
export async function standsAt(runtime: OfflineRuntime, tx: Transaction, lane: Lane): Promise<StandsAt> {
  const messageId = lane.parked?.messageId ?? null;
  if (messageId === null) return callOf(runtime, tx, lane, runtime.ports.clock.now());
  const message = (await tx.store.waitingIn(lane.id)).find((one) => one.messageId === messageId);
  return message === undefined
    ? { kind: 'cannot', reason: 'the message at which it stood does not wait any more: retry it' }
    : { kind: 'message', message };
}

/** The call at which the lane stands, by the rules and the ticket as they are now. */
async function callOf(
  { contract }: OfflineRuntime,
  tx: Transaction,
  lane: Lane,
  now: Instant,
): Promise<StandsAt> {
  const cannot = (reason: string): StandsAt => ({ kind: 'cannot', reason });
  const ticket = await ourTicket(tx, lane, false);
  if (ticket === null)
    return cannot('the ITSM has no such ticket any more: there is no call to skip; drop it');
  if (lane.state.link !== 'linked') {
    return cannot(
      'the provider does not have the ticket yet, and a create cannot be skipped: drop the ticket, or, if the provider ' +
        'has it all the same, link it',
    );
  }
  const { plan, faults } = await planned(contract, tx, lane, ticket, now);
  if (faults.length > 0) {
    return cannot(
      `a rule fails on this ticket, so there is no call to skip: ${faultsText(faults)}. Mend the rule or the ` +
        'ticket, or drop it',
    );
  }
  // Files are sent beside the lane: it never stands at one.
  const actions =
    plan.kind === 'actions'
      ? plan.actions.filter((action): action is CallAction => action.kind !== 'attachment')
      : [];
  // A call that was made and lacks its answer comes first, whatever else has changed since.
  const action = actions.find(({ kind }) => kind === lane.state.intent?.kind) ?? actions[0];
  if (action === undefined) return cannot('there is nothing to send just now: retry it');
  return action.kind === 'create'
    ? cannot('a create cannot be skipped: drop the ticket')
    : { kind: 'call', action };
}

/** What would go out now. */
async function planned(
  contract: Contract,
  tx: Transaction,
  lane: Lane,
  ticket: Ticket,
  now: Instant,
): Promise<{ readonly plan: OutboundPlan; readonly faults: readonly RuleFault[] }> {
  const ledger = await tx.store.ledger(lane.id);
  const uploads = await tx.store.uploads(lane.id);
  if (ticket.change !== undefined) {
    const mapped = mapChange(contract, ticket, lane.state.change?.approvals ?? [], now);
    return { plan: planChange({ contract, lane, mapped, ledger }).plan, faults: mapped.faults };
  }
  const trigger = matchTrigger(contract, ticket, now);
  const mapped = mapTicket(contract, ticket, now);
  return { plan: planOutbound({ contract, lane, mapped, trigger, ledger, uploads }), faults: mapped.faults };
}

/**
 * An operator has the one transaction passed over at which a parked lane stands; the rest goes on in order. A message gets
 * the outcome `skipped`. A call is regarded as said: its fields are agreed, its comments have crossed.
 */
export function skipStep(runtime: OfflineRuntime, laneId: number, decision: Decision): Promise<OperatorEnd> {
  return transact(runtime, async (tx): Promise<OperatorEnd> => {
    const lane = await tx.store.lane(laneId, true);
    if (lane === null) return { kind: 'gone' };
    if (lane.parked === null) return { kind: 'not-parked' };
    const now = runtime.ports.clock.now();
    const stands = await standsAt(runtime, tx, lane);
    if (stands.kind === 'cannot') return stands;

    const { by, because } = decision;
    const { code, reason, rule } = lane.parked;
    const words = `skipped by ${by}: ${because}`;
    const detail = { by, because, code, reason };
    if (stands.kind === 'message') {
      const { message } = stands;
      await settleMessage(tx.store, message, 'skipped', now);
      await tx.store.saveLane({ ...lane, parked: null });
      const part = {
        outcome: 'skipped',
        summary: words,
        transactionId: message.messageId,
        rule,
        detail,
      } as const;
      await tx.store.journal(inboundEntry(lane, message, now, part));
    } else {
      const { action } = stands;
      const after = { ...(await asSaid(tx, lane, action, now)), parked: null };
      await tx.store.saveLane(after);
      const content = contentOf(action);
      const summary = `${words}; regarded as said: ${action.because}`;
      const part = { outcome: 'skipped', summary, rule, detail: { ...detail, ...content } } as const;
      await tx.store.journal(outboundEntry(after, action.kind, now, part));
    }
    await tx.store.wakeLane(laneId, dueAtOnce(lane, now), null);
    const what = stands.kind === 'message' ? stands.message.transactionType : stands.action.kind;
    return { kind: 'done', summary: `${what} skipped` };
  });
}

const contentOf = (
  action: CallAction,
): { readonly fields?: Readonly<Record<string, string>>; readonly comments?: string[] } => ({
  ...('fields' in action ? { fields: { ...action.fields } } : {}),
  ...('comments' in action ? { comments: [...commentKeys(action.comments)] } : {}),
});

/** The lane as if the provider had taken the call. */
function asSaid(
  tx: Transaction,
  lane: Lane,
  action: Exclude<CallAction, { readonly kind: 'create' }>,
  now: Instant,
): Promise<Lane> {
  const carried = {
    fields: 'fields' in action ? action.fields : {},
    comments: 'comments' in action ? commentKeys(action.comments) : [],
    surplus: action.kind === 'cancel-surplus' ? action.surplus : null,
  };
  return said(tx, lane, action, carried, regardAsSaid(lane.state.shadow, carried.fields), now);
}
