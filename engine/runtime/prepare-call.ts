import type { Instant } from '../domain/instant.ts';
import type { Lane, LaneState } from '../domain/lane.ts';
import { PATIENCE_MS_MAX, PATIENCE_MS_MIN } from '../domain/limits.ts';
import type { Ticket } from '../domain/ticket.ts';
import { mapTicket, matchTrigger } from '../map/outbound.ts';
import { restsOf } from '../map/shorten.ts';
import { withoutEnded } from '../plan/plan-continuation.ts';
import { planDeleted } from '../plan/plan-deleted.ts';
import { planOutbound } from '../plan/plan-outbound.ts';
import { beginUpload } from './begin-upload.ts';
import { commitIntent, type PreparedCall } from './commit-intent.ts';
import { writeProviderNumber } from './edited-at.ts';
import { goneText } from './gone-ticket.ts';
import { sleepMsMax, type Hold } from './hold.ts';
import { leaveEnded } from './leave-ended.ts';
import { adopt, claim, settleCreate } from './link.ts';
import { faultsText, ParkLane } from './park.ts';
import type { Transaction } from './ports.ts';
import { prepareChangeCall } from './prepare-change-call.ts';
import { rest, restUntil, sayHeld, settle } from './rest-lane.ts';
import { ourTicket } from './our-ticket.ts';
import { outboundEntry, withState, type Runtime, type StepEnd } from './step.ts';

/**
 * Compares the ticket as it is now with what was last agreed, and commits the intent of the first call that brings the
 * two together. Only one call of a lane is ever under way; the next is planned anew after its outcome. `saved`: the lane as the
 * store has it, if that is not what is known of it.
 */
export async function prepareCall(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  hold: Hold,
  saved: Lane = lane,
): Promise<PreparedCall | StepEnd> {
  const { contract, ports } = runtime;
  const now = ports.clock.now();
  const waiting = await waitForAnswer(runtime, tx, lane, hold, now);
  if (waiting !== null) return waiting;

  const ticket = await ourTicket(tx, lane, false);
  if (ticket === null) return withoutTicket(runtime, tx, lane, saved, now);
  const ready = await recogniseTicket(runtime, tx, lane, ticket, now);
  if (ticket.change !== undefined) return prepareChangeCall(runtime, tx, ready, ticket, saved, now);

  const trigger = matchTrigger(contract, ticket, now);
  const isReplaced = ready.state.link === 'replaced';
  const isAsked = ready.state.link !== 'linked' && !isReplaced;
  if (isAsked && trigger.kind === 'none') {
    await sayHeld(tx, ready, { summary: 'no trigger matches: the ticket does not travel', rule: null }, now);
    return rest(contract, tx, ready, now);
  }
  if (isAsked && trigger.kind === 'fault') {
    throw new ParkLane(trigger.fault.code, trigger.fault.reason, trigger.fault.rule, 'change');
  }
  const mapped = mapTicket(contract, ticket, now);
  const fault = isReplaced ? undefined : mapped.faults[0];
  if (fault !== undefined) throw new ParkLane(fault.code, faultsText(mapped.faults), fault.rule, 'change');

  const named = withState(ready, {
    ticketType: ready.state.ticketType ?? mapped.ticketType,
    // Handed back to the provider: the difference since then goes out.
    keptInternal: ready.state.keptInternal && mapped.keptInternal,
    continued: withoutEnded(ready.state.continued, restsOf(mapped.shortened)),
  });
  // What the ticket does not have cannot have crossed.
  const hasParts = ticket.comments.length > 0 || (ticket.attachments?.length ?? 0) > 0;
  const ledger = hasParts ? await tx.store.ledger(lane.id) : [];
  const uploads = contract.outbound.attachments === null ? [] : await tx.store.uploads(lane.id);
  const plan = planOutbound({ contract, lane: named, mapped, trigger, ledger, uploads });
  if (plan.kind === 'waits') {
    // Each file that ends wakes the lane.
    await sayHeld(tx, named, { summary: plan.summary, rule: null }, now);
    return rest(contract, tx, lane, now);
  }
  if (plan.kind !== 'actions') {
    const isLinked = named.state.link === 'linked';
    const settled = withState(named, {
      keptInternal: mapped.keptInternal && isLinked,
      // There is nothing left that a call without an answer could be repeated for.
      ...(isLinked ? { intent: null, attempts: 0, resendAt: null } : {}),
    });
    if (plan.kind === 'held') await sayHeld(tx, settled, plan, now);
    else await settle(tx, settled, saved);
    return rest(contract, tx, lane, now);
  }
  const action = plan.actions[0];
  if (action === undefined) throw new Error('a plan with actions has a first one');
  if (action.kind === 'attachment') return beginUpload(tx, named, action, now);
  const instead = action.kind === 'create' ? action.instead : undefined;
  const ours = instead === undefined ? named : await leaveEnded(runtime, tx, named, ticket, instead, now);
  return commitIntent(runtime, tx, ours, action, now);
}

/** The lane of a provider ticket that is not ours; or our ticket was deleted, or no longer meets `tickets.where`. */
async function withoutTicket(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  saved: Lane,
  now: Instant,
): Promise<PreparedCall | StepEnd> {
  const { contract } = runtime;
  const { clientTicket, state } = lane;
  const { deleted } = contract.outbound;
  if (deleted !== null && state.link === 'linked' && state.ticketType !== 'Change') {
    const [action] = planDeleted(deleted, lane);
    if (action !== undefined) return commitIntent(runtime, tx, lane, action, now);
    await settle(tx, withState(lane, { intent: null, attempts: 0, resendAt: null }), saved);
    return rest(contract, tx, lane, now);
  }
  const isKnownThere = state.link !== 'unlinked' || state.intent !== null;
  if (clientTicket !== null && isKnownThere && state.link !== 'replaced') {
    const there = state.link === 'linked' ? '' : '; whether the provider has it is not known';
    const summary = `${goneText(lane)}${there}`;
    await sayHeld(tx, lane, { summary, rule: null }, now);
  }
  return rest(contract, tx, lane, now);
}

/**
 * A call whose answer is missing holds back all others of its lane: until a message settles it, or patience ends. Both
 * the date in the lane and this process's own sense of time must say so: dates come from clocks that may be wrong.
 */
async function waitForAnswer(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  { by }: Hold,
  now: Instant,
): Promise<StepEnd | null> {
  const { contract, ports } = runtime;
  const { intent, resendAt } = lane.state;
  if (resendAt !== null && resendAt > now && resendAt <= now + sleepMsMax(contract))
    return rest(contract, tx, lane, now);
  if (intent === null) return null;
  const left = by.patience.left(lane.id, intent.id);
  if (resendAt !== null) return left === 0 ? null : restUntil(tx, lane, now + left);

  // The engine stopped between intent and outcome: the call may have been made, at any moment until now.
  const until = now + PATIENCE_MS_MIN + ports.random.next() * (PATIENCE_MS_MAX - PATIENCE_MS_MIN);
  const change: Partial<LaneState> = {
    resendAt: Math.round(until),
    ...(intent.kind === 'create' ? { link: 'unknown' as const } : {}),
  };
  await tx.store.saveLane(withState(lane, change));
  await tx.store.journal(
    outboundEntry(lane, intent.kind, now, {
      outcome: 'waiting',
      summary: 'the engine stopped before the answer came: the call may have been made',
      transactionId: intent.id,
      detail: { until: Math.round(until) },
    }),
  );
  return { kind: 'again' };
}

/**
 * The lane learns the ticket's number, and the row the provider's, if it lacks it; and the lane its link, where an
 * earlier connection put the provider's number into the row, or a person did who found the ticket there.
 */
async function recogniseTicket(
  { contract }: Runtime,
  tx: Transaction,
  lane: Lane,
  ticket: Ticket,
  now: Instant,
): Promise<Lane> {
  const { link, intent } = lane.state;
  const lacksNumber = link === 'linked' && lane.providerTicket !== null && ticket.providerNumber === null;
  const numbered = lacksNumber
    ? await writeProviderNumber(contract, tx, lane, ticket.key, lane.providerTicket, now)
    : lane;
  const named: Lane = { ...numbered, clientNumber: ticket.number };
  const { providerNumber } = ticket;
  if (providerNumber === null || link === 'linked' || link === 'replaced') {
    if (lacksNumber || lane.clientNumber !== ticket.number) await tx.store.saveLane(named);
    return named;
  }
  await claim(tx, lane, providerNumber, 'change', now);
  const isCreated = intent?.kind === 'create';
  const linked = isCreated
    ? await settleCreate(tx, named, providerNumber, now)
    : await adopt(tx, contract, named, ticket, providerNumber, now);
  await tx.store.saveLane(linked);
  await tx.store.journal(
    outboundEntry(linked, 'link', now, {
      outcome: 'applied',
      summary: isCreated
        ? `the create did happen: somebody has put the provider's number ${providerNumber} into the row`
        : `adopted: the row already carries the provider's number ${providerNumber}`,
    }),
  );
  return linked;
}
