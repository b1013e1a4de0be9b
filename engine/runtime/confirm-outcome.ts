import type { Instant, Span } from '../domain/instant.ts';
import type { Intent, Lane, LaneState } from '../domain/lane.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { CallAction } from '../plan/action.ts';
import { confirmCall, refuseCall } from '../plan/move-shadow.ts';
import { withAnswer, withRefusal } from './approval-answer.ts';
import { recordSent, settleCreate } from './link.ts';
import { mergeInto } from './merge-lanes.ts';
import type { Transaction } from './ports.ts';
import { withState } from './step.ts';

/** What was sent is agreed now. `during`: the call, by the bridge's time. */
export async function confirmed(
  tx: Transaction,
  lane: Lane,
  intent: Intent,
  providerTicket: string | null,
  action: CallAction,
  now: Instant,
  during: Span,
): Promise<Lane> {
  if (action.kind !== 'create') {
    const shadow = confirmCall(lane.state.shadow, intent.fields, during);
    return said(tx, lane, action, intent, shadow, now);
  }
  if (providerTicket === null) throw new Error('an accepted create has a provider ticket');
  const stranger = await tx.store.laneByProviderTicket(providerTicket);
  if (stranger !== null && stranger.id !== lane.id) await mergeInto(tx, stranger, lane.id, now);
  return settleCreate(tx, lane, providerTicket, now);
}

/** The lane when a call has been made, or is regarded as made: what it carried, and the shadow it leaves. */
export async function said(
  tx: Transaction,
  lane: Lane,
  action: Exclude<CallAction, { readonly kind: 'create' }>,
  carried: Pick<Intent, 'fields' | 'comments' | 'surplus'>,
  shadow: Shadow,
  now: Instant,
): Promise<Lane> {
  const done: Partial<LaneState> = { intent: null, attempts: 0, resendAt: null };
  switch (action.kind) {
    case 'notes':
      await recordSent(tx, lane.id, carried.comments, now);
      return withState(lane, {
        ...done,
        ...(action.continues === undefined
          ? {}
          : { continued: { ...lane.state.continued, [action.continues.field]: action.continues.digest } }),
      });
    case 'return-number':
      return withState(lane, { ...done, numberOwed: false });
    case 'cancel-surplus':
      return withState(lane, {
        ...done,
        surplus: lane.state.surplus.filter((number) => number !== carried.surplus),
      });
    case 'approve':
    case 'reject':
      return withState(withAnswer(lane, action, 'answered'), done);
    case 'update':
    case 'resolve':
    case 'close':
    case 'cancel':
      return withState(lane, {
        ...done,
        reopenedThere: lane.state.reopenedThere && carried.fields.status === undefined,
        keptInternal: lane.state.keptInternal || (action.kind === 'update' && action.keepsInternal),
        shadow,
      });
  }
}

/** The call had no effect: the lane is as if it had not been made. */
export function refused(lane: Lane, intent: Intent, now: Instant): Lane {
  if (intent.kind === 'create') {
    // An earlier create may still have happened: only this one is known not to have.
    return withState(lane, lane.state.link === 'unknown' ? { resendAt: now } : { intent: null });
  }
  if (intent.approval !== undefined)
    return withState(withRefusal(lane, intent.approval, intent.firstAt !== undefined), { intent: null });
  const shadow = refuseCall(lane.state.shadow, intent.fields, intent.before);
  return withState(lane, { intent: null, shadow });
}

/** The call may have had its effect: the intent stays, and for a create the link is unknown. */
export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : {});
