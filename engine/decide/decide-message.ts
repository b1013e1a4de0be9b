import type { Rule } from '../domain/contract.ts';
import type { JsonObject } from '../domain/json.ts';
import { isJsonObject } from '../domain/json.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { isDone } from '../domain/payload.ts';
import { isSameProviderTicket } from '../domain/provider-ticket.ts';
import type { ChangeMessage } from '../map/change-message.ts';
import { ruleName } from '../map/rule-fault.ts';
import { decideChange, type ChangeDecision } from './decide-change.ts';

/** Everything that decides what a message means for its lane. */
export interface MessageFacts {
  readonly lane: Lane;
  readonly message: InboxMessage;
  /** What the contract's rules see of it (`messageContext`). */
  readonly context: JsonObject;
  /** The out-of-scope rule that matches the message; null: none, or the message does not say enough to tell. */
  readonly outOfScope: Rule | null;
  /** What is wrong with the message by its schema. */
  readonly faults: readonly string[];
  /** The contract takes changes, and the message or its lane is about one. */
  readonly change: ChangeMessage | null;
}

export type MessageDecision =
  /** Out of contract: no effect. `marks` says that the lane's later messages go the same way. */
  | { readonly kind: 'drop'; readonly rule: string | null; readonly summary: string; readonly marks: boolean }
  /** Recognised, and kept in the inbox. */
  | { readonly kind: 'not-handled'; readonly summary: string }
  | { readonly kind: 'duplicate'; readonly summary: string }
  | { readonly kind: 'park'; readonly code: 'message-invalid' | 'unknown-ticket'; readonly reason: string }
  /** The message comes from another provider ticket that says it is ours: one too many. */
  | { readonly kind: 'surplus'; readonly providerTicket: string }
  /** The message is about a provider ticket that had ended when ours went on there as another one. */
  | { readonly kind: 'former'; readonly providerTicket: string }
  /** Only the link is news. */
  | { readonly kind: 'link'; readonly providerTicket: string }
  /** The provider opened a ticket that the client does not have. */
  | { readonly kind: 'open' }
  /** The message is about a change: that has a life of its own. */
  | { readonly kind: 'change'; readonly decision: Exclude<ChangeDecision, { readonly kind: 'park' }> }
  /** A file was attached there: it is to be fetched. */
  | { readonly kind: 'attach' }
  /** Apply the fields whose source is among `names`, and the comment, if there is one. */
  | { readonly kind: 'apply'; readonly names: ReadonlySet<string> };

/** Messages that carry the whole ticket, so that a filter can be asked about them. */
const CARRIES_TICKET: ReadonlySet<string> = new Set([
  'Create',
  'Update',
  'Closure',
  'Redraft',
  'Approval Request',
]);

/** Whether the out-of-scope filters can judge the message: on a missing field they would only guess. */
export const canBeFiltered = (message: InboxMessage): boolean =>
  CARRIES_TICKET.has(message.transactionType) ||
  (message.transactionType !== 'ReturnEnsonoNum' && typeof message.body.shortDescription === 'string');

const HANDLED: ReadonlySet<string> = new Set([
  'Create',
  'Update',
  'Notes',
  'Closure',
  'Attachment',
  'ReturnEnsonoNum',
]);

const HANDLED_OF_CHANGES: ReadonlySet<string> = new Set([
  'Create',
  'Update',
  'Notes',
  'Closure',
  'Attachment',
  'Approval Request',
  'Redraft',
]);

/** How a ticket ends travels in these, whether `changed` names them or not. */
const CLOSURE_NAMES = ['status', 'closeCode', 'closeNotes', 'closureCategory'] as const;

export function decideMessage(facts: MessageFacts): MessageDecision {
  const { lane, message, context, outOfScope, faults } = facts;
  const type = message.transactionType;

  if (outOfScope !== null) {
    return {
      kind: 'drop',
      rule: ruleName(outOfScope.name, outOfScope.place),
      summary: `out of contract: ${outOfScope.name}`,
      marks: true,
    };
  }
  if (lane.state.outOfScope !== null && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {
    return {
      kind: 'drop',
      rule: lane.state.outOfScope,
      summary: 'out of contract, as the ticket it belongs to',
      marks: false,
    };
  }
  if (facts.change !== null && HANDLED_OF_CHANGES.has(type)) {
    if (faults.length > 0) return { kind: 'park', code: 'message-invalid', reason: faults.join('; ') };
    const { providerTicket } = lane;
    if (
      lane.clientTicket !== null &&
      providerTicket !== null &&
      !isSameProviderTicket(providerTicket, message.group)
    ) {
      const reason = `the provider says that ${message.group} is our ${lane.clientNumber ?? ''}, which is its ${providerTicket}`;
      return { kind: 'park', code: 'unknown-ticket', reason };
    }
    if (type === 'Attachment') {
      if (lane.clientTicket !== null) return { kind: 'attach' };
      const summary = 'a file of a change that is not here';
      return textOf(context, 'clientTicketNumber') === ''
        ? { kind: 'drop', rule: null, summary, marks: false }
        : unknownTicket(context);
    }
    const decision = decideChange(lane, message, facts.change);
    return decision.kind === 'park' ? decision : { kind: 'change', decision };
  }
  if (!HANDLED.has(type) || context.ticketType === 'Change') {
    const what = context.ticketType === 'Change' ? `${type} of a Change` : type;
    return { kind: 'not-handled', summary: `${what}: kept in the inbox, not handled yet` };
  }
  if (faults.length > 0) return { kind: 'park', code: 'message-invalid', reason: faults.join('; ') };

  const named = type === 'ReturnEnsonoNum' ? textOf(context, 'ticketNumber') : '';
  const providerTicket = named === '' ? message.group : named;
  const isSame = (number: string): boolean => isSameProviderTicket(number, providerTicket);
  if (isFormer(lane, providerTicket)) return { kind: 'former', providerTicket };
  if (lane.state.link === 'linked' && lane.providerTicket !== null && !isSame(lane.providerTicket)) {
    return lane.state.surplus.some(isSame)
      ? { kind: 'duplicate', summary: `${providerTicket} is known to be one ticket too many` }
      : { kind: 'surplus', providerTicket };
  }

  switch (type) {
    case 'ReturnEnsonoNum':
      if (lane.clientTicket === null) return unknownTicket(context);
      return lane.state.link === 'linked'
        ? { kind: 'duplicate', summary: `the link to ${providerTicket} is known` }
        : { kind: 'link', providerTicket };
    case 'Create':
      if (lane.clientTicket === null)
        return textOf(context, 'clientTicketNumber') === '' ? { kind: 'open' } : unknownTicket(context);
      return lane.state.link === 'linked'
        ? { kind: 'duplicate', summary: `the ticket exists as ${lane.clientNumber ?? ''}` }
        : { kind: 'link', providerTicket };
    case 'Update':
      if (lane.clientTicket === null)
        return textOf(context, 'clientTicketNumber') === '' ? { kind: 'open' } : unknownTicket(context);
      return { kind: 'apply', names: updateNames(context) };
    case 'Closure':
      if (lane.clientTicket === null) return unknownTicket(context);
      return { kind: 'apply', names: new Set([...changedNames(context), ...CLOSURE_NAMES]) };
    case 'Attachment':
      return lane.clientTicket === null ? unknownTicket(context) : { kind: 'attach' };
    default:
      if (lane.clientTicket === null) return unknownTicket(context);
      return { kind: 'apply', names: new Set() };
  }
}

/** Whether that provider ticket had ended when ours went on there as another one. */
export const isFormer = ({ state }: Lane, providerTicket: string): boolean =>
  state.former.some((number) => isSameProviderTicket(number, providerTicket));

/** The names in `changed`; and with a status that ends the ticket, all that says how it ended. */
function updateNames(context: JsonObject): ReadonlySet<string> {
  const names = changedNames(context);
  const status = textOf(context, 'status');
  const isEnding = names.has('status') && isDone(status);
  return isEnding ? new Set([...names, ...CLOSURE_NAMES]) : names;
}

function changedNames(context: JsonObject): ReadonlySet<string> {
  const changed = context.changed;
  return new Set(isJsonObject(changed) ? Object.keys(changed) : []);
}

function unknownTicket(context: JsonObject): MessageDecision {
  const number = textOf(context, 'clientTicketNumber');
  return {
    kind: 'park',
    code: 'unknown-ticket',
    reason:
      number === ''
        ? 'the provider writes about a ticket that it never sent, and without its fields it cannot be opened here'
        : `the provider says the ticket is our ${number}, and the ITSM has no such ticket`,
  };
}

function textOf(context: JsonObject, name: string): string {
  const value = context[name];
  return typeof value === 'string' ? value.trim() : '';
}
