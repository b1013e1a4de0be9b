import type { JsonObject } from '../domain/json.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { changeHasEnded, firstStateOf, hasAppeared, type ProviderChange } from '../domain/provider-change.ts';
import { textIn, type ChangeMessage } from '../map/change-message.ts';

/** What a message about a change means for the client's. */
export type ChangeDecision =
  /** The client's table of changes stays as it is. */
  | { readonly kind: 'nothing'; readonly over: ProviderChange['over']; readonly summary: string }
  /** The change has left its draft: ours is made. */
  | { readonly kind: 'open' }
  /** It was taken back and is assessed again: another one of ours is made. */
  | { readonly kind: 'open-again' }
  /** What the provider changed is written. */
  | { readonly kind: 'update' }
  | { readonly kind: 'close' }
  | {
      readonly kind: 'cancel';
      readonly over: 'redrafted' | 'cancelled' | 'rejected';
      readonly summary: string;
    }
  /** Only the comment is news. */
  | { readonly kind: 'comment' }
  | { readonly kind: 'park'; readonly code: 'unknown-ticket'; readonly reason: string };

/**
 * The client's side of a change (client guide v1.2, "what the client does when the provider's change moves"). The state
 * decides, whatever the transaction is called: whether Cancelled and a change assessed again come as Update or as Create
 * is not documented.
 */
export function decideChange(
  lane: Lane,
  message: Pick<InboxMessage, 'transactionType'>,
  { context, seen, changed }: ChangeMessage,
): ChangeDecision {
  const known = lane.state.change;
  const over = known?.over ?? null;
  const state = textIn(seen, 'state');
  const nothing = (summary: string, then = over): ChangeDecision => ({
    kind: 'nothing',
    over: then,
    summary,
  });

  if (message.transactionType === 'Notes') {
    if (lane.clientTicket !== null) return { kind: 'comment' };
    return isNamed(context) ? unknownTicket(context) : nothing('a comment on a change that is not here');
  }
  if (lane.clientTicket === null) return decideNew(message, context, seen, nothing);

  switch (state) {
    case 'New':
      if (over === 'redrafted') return nothing('redrafted: ours is cancelled already');
      if (over === 'cancelled') return nothing('redrafted after it was cancelled', 'redrafted');
      if (over === 'closed') return nothing('redrafted, and ours is closed');
      return { kind: 'cancel', over: 'redrafted', summary: 'the provider has redrafted the change' };
    case 'Cancelled':
      if (over !== null)
        return nothing('cancelled there, and ours is over already', over === 'rejected' ? 'cancelled' : over);
      return isRejectedByUs(known)
        ? nothing('cancelled there after we rejected it: ours is closed already', 'cancelled')
        : { kind: 'cancel', over: 'cancelled', summary: 'the provider has cancelled the change' };
    case 'Closed':
      return over === null ? { kind: 'close' } : nothing('closed there, and ours is over already');
    default:
      break;
  }
  if (over === 'redrafted' || over === 'cancelled') {
    if (hasAppeared(textIn(seen, 'type'), state)) return { kind: 'open-again' };
    return nothing(draftText(seen));
  }
  if (over !== null) return nothing(`ours is ${over === 'closed' ? 'closed' : 'cancelled'} already`);
  const isRejected = changed.has('approval') && textIn(seen, 'approval') === 'rejected';
  if (isRejected && !isRejectedByUs(known)) {
    return { kind: 'cancel', over: 'rejected', summary: 'the change was rejected there' };
  }
  return { kind: 'update' };
}

function decideNew(
  { transactionType }: Pick<InboxMessage, 'transactionType'>,
  context: JsonObject,
  seen: JsonObject,
  nothing: (summary: string) => ChangeDecision,
): ChangeDecision {
  if (isNamed(context)) return unknownTicket(context);
  const state = textIn(seen, 'state');
  if (changeHasEnded(state)) return nothing(`the change was ${state} before it came here`);
  if (transactionType === 'Approval Request' && textIn(seen, 'shortDescription') === '') {
    const reason = 'the provider asks for the approval of a change that it never sent';
    return { kind: 'park', code: 'unknown-ticket', reason };
  }
  return hasAppeared(textIn(seen, 'type'), state) ? { kind: 'open' } : nothing(draftText(seen));
}

function draftText(seen: JsonObject): string {
  const type = textIn(seen, 'type');
  const state = textIn(seen, 'state');
  const first = firstStateOf(type);
  return `a draft there: a change of type ${type === '' ? 'Normal' : type} comes here at ${first}, this is ${state === '' ? 'in no state' : state}`;
}

const isRejectedByUs = (change: ProviderChange | null): boolean =>
  change?.approvals.some(({ answer }) => answer?.kind === 'reject') === true;

const isNamed = (context: JsonObject): boolean => textIn(context, 'clientTicketNumber') !== '';

const unknownTicket = (context: JsonObject): ChangeDecision => ({
  kind: 'park',
  code: 'unknown-ticket',
  reason: `the provider says the change is our ${textIn(context, 'clientTicketNumber')}, and the ITSM has no such change`,
});

/** Approval states in which the provider waits for an answer; it does not document the others. */
export const isRequested = (context: JsonObject): boolean => {
  const state = textIn(context, 'approvalState').toLowerCase();
  return state === '' || state === 'requested' || state === 'pending';
};
