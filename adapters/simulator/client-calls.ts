import type { Json } from '../../engine/domain/json.ts';
import { isJsonObject } from '../../engine/domain/json.ts';
import { type ProviderAnswer, refused, succeeded } from './answers.ts';
import { announceChange, announceComment } from './announcements.ts';
import type { Group } from './client-options.ts';
import { createBody } from './message-bodies.ts';
import { changePriority, fromImpactAndUrgency, fromPriority } from './priority.ts';
import { hasEnded, type ProviderComment, type ProviderTicket } from './provider-ticket.ts';
import type { Tenant } from './tenant.ts';
import {
  type CreatePayload,
  type EndPayload,
  type SentComment,
  type UpdatePayload,
  validateCreate,
  validateEnd,
  validateNotes,
  validateReturnNumber,
  validateUpdate,
} from './validate-payload.ts';

/** What a client's call did: the answer, and the ticket or change that it changed, if it changed one. */
export interface CallResult {
  readonly answer: ProviderAnswer;
  readonly changed: { readonly ticketNumber: string } | null;
}

/** With `echo`, what the client did comes back on the queue as if a user at the provider had done it. */
export interface CallContext {
  readonly tenant: Tenant;
  readonly echo: boolean;
}

/** `POST /tickets`. */
export function createTicket({ tenant, echo }: CallContext, payload: Json): CallResult {
  const validated = validateCreate(payload);
  if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
  const sent = validated.payload;
  const { account } = tenant;
  const group = sent.group === undefined ? account.defaultGroup : account.group(sent.group);
  if (group === undefined) return refuse(refused.unknownGroup);
  const ticket = newTicket(tenant, sent, group);
  tenant.save(ticket);
  if (echo) {
    tenant.announce('Create', ticket, createBody(ticket, account));
    for (const comment of ticket.comments) announceComment(tenant, ticket, comment);
  }
  return { answer: succeeded.created(ticket.ticketNumber), changed: ticket };
}

/** `PUT /tickets/{n}`: a resolution or closure takes status and close notes alone, anything else what it carries. */
export function updateTicket(context: CallContext, ticketNumber: string, payload: Json): CallResult {
  const status = isJsonObject(payload) ? payload.status : undefined;
  return status === 'resolved' || status === 'closed'
    ? endTicket(context, ticketNumber, payload)
    : changeTicket(context, ticketNumber, payload);
}

function endTicket({ tenant, echo }: CallContext, ticketNumber: string, payload: Json): CallResult {
  const validated = validateEnd(payload);
  if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
  const { status, closeNotes }: EndPayload = validated.payload;
  const found = openTicket(tenant, ticketNumber, validated.payload.clientTicketNumber);
  if (found.kind === 'refused') return refuse(found.answer);
  const before = found.ticket;
  if (status === 'closed' && before.status !== 'resolved') return refuse(refused.notResolved);
  const now = tenant.now();
  const closes = status === 'closed' || tenant.account.switches.resolveAlsoCloses;
  const after: ProviderTicket = {
    ...before,
    status: closes ? 'closed' : 'resolved',
    statusNextAction: '',
    resolvedAt: closes ? null : now,
    closeCode: before.closeCode === '' ? 'resolved' : before.closeCode,
    closeNotes,
    updatedAt: now,
  };
  tenant.save(after);
  if (echo) announceChange(tenant, before, after);
  return { answer: succeeded.ended, changed: after };
}

function changeTicket({ tenant, echo }: CallContext, ticketNumber: string, payload: Json): CallResult {
  const validated = validateUpdate(payload);
  if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
  const sent = validated.payload;
  const found = openTicket(tenant, ticketNumber, sent.clientTicketNumber);
  if (found.kind === 'refused') return refuse(found.answer);
  const before = found.ticket;
  const group =
    sent.group === undefined
      ? { name: before.group, ensonoGroup: before.ensonoGroup }
      : tenant.account.group(sent.group);
  if (group === undefined) return refuse(refused.unknownGroup);
  const { fields, comments } = apply(tenant, before, sent, group);
  if (fields === before && comments.length === 0) return { answer: succeeded.updated, changed: null };
  const after = { ...fields, comments: [...before.comments, ...comments], updatedAt: tenant.now() };
  tenant.save(after);
  if (echo) {
    if (fields !== before) announceChange(tenant, before, after);
    for (const comment of comments) announceComment(tenant, after, comment);
  }
  return { answer: succeeded.updated, changed: after };
}

/** `PUT /tickets/{n}/notes`: only comments count. */
export function addNotes({ tenant, echo }: CallContext, ticketNumber: string, payload: Json): CallResult {
  const validated = validateNotes(payload);
  if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
  const found = openTicket(tenant, ticketNumber, validated.payload.clientTicketNumber);
  if (found.kind === 'refused') return refuse(found.answer);
  const comments = validated.payload.comments.map((comment) => clientComment(tenant, comment));
  const after = {
    ...found.ticket,
    comments: [...found.ticket.comments, ...comments],
    updatedAt: tenant.now(),
  };
  tenant.save(after);
  if (echo) for (const comment of comments) announceComment(tenant, after, comment);
  return { answer: succeeded.commented, changed: after };
}

/** `PUT /tickets/{n}/returnptn`. Nothing a user at the provider could do, so it has no echo. */
export function returnNumber({ tenant }: CallContext, ticketNumber: string, payload: Json): CallResult {
  const validated = validateReturnNumber(payload);
  if (validated.kind === 'invalid') return refuse(refused.invalidPayload(validated.faults));
  const before = tenant.ticket(ticketNumber);
  if (before === undefined) return refuse(refused.unknownTicket);
  const after = { ...before, clientTicketNumber: validated.payload.clientTicketNumber };
  tenant.save(after);
  return { answer: succeeded.numberReturned, changed: after };
}

export const refuse = (answer: ProviderAnswer): CallResult => ({ answer, changed: null });

type Found =
  | { readonly kind: 'found'; readonly ticket: ProviderTicket }
  | { readonly kind: 'refused'; readonly answer: ProviderAnswer };

/** The ticket, if it still takes something and the client means the same one. */
function openTicket(tenant: Tenant, ticketNumber: string, clientTicketNumber: string): Found {
  const ticket = tenant.ticket(ticketNumber);
  if (ticket === undefined) return { kind: 'refused', answer: refused.unknownTicket };
  const known = ticket.clientTicketNumber;
  if (known !== '' && known !== clientTicketNumber) {
    return { kind: 'refused', answer: refused.otherClientNumber };
  }
  return hasEnded(ticket) ? { kind: 'refused', answer: refused.ticketEnded } : { kind: 'found', ticket };
}

function newTicket(tenant: Tenant, sent: CreatePayload, group: Group): ProviderTicket {
  const now = tenant.now();
  const priority =
    sent.priority === undefined
      ? fromImpactAndUrgency(sent.impact ?? '', sent.urgency ?? '')
      : fromPriority(sent.priority);
  return {
    ticketNumber: tenant.newTicketNumber(),
    clientTicketNumber: sent.clientTicketNumber,
    ticketType: sent.ticketType,
    status: 'open',
    statusNextAction: '',
    offHoldDate: '',
    description: sent.description,
    shortDescription: sent.shortDescription,
    group: group.name,
    ensonoGroup: group.ensonoGroup,
    ...priority,
    cis: sent.cis ?? '',
    category: '',
    origin: 'bridge',
    contactName: sent.contactName,
    contactEmail: sent.contactEmail,
    contactPhone: sent.contactPhone ?? '',
    openedBy: 'client',
    openedAt: now,
    updatedAt: now,
    resolvedAt: null,
    closureCategory: '',
    closeCode: '',
    closeNotes: '',
    comments: (sent.comments ?? []).map((comment) => clientComment(tenant, comment)),
  };
}

/** `fields` is `before` itself when nothing differs. */
function apply(
  tenant: Tenant,
  before: ProviderTicket,
  sent: UpdatePayload,
  group: Group,
): { readonly fields: ProviderTicket; readonly comments: readonly ProviderComment[] } {
  const status = sent.status ?? before.status;
  const after: ProviderTicket = {
    ...before,
    ...changePriority(before, sent),
    status,
    statusNextAction: status === before.status ? before.statusNextAction : '',
    resolvedAt: status === 'resolved' ? before.resolvedAt : null,
    closeCode: status === 'cancelled' ? 'cancelled' : before.closeCode,
    description: sent.description ?? before.description,
    shortDescription: sent.shortDescription ?? before.shortDescription,
    closeNotes: sent.closeNotes ?? before.closeNotes,
    group: group.name,
    ensonoGroup: group.ensonoGroup,
  };
  const same = JSON.stringify(after) === JSON.stringify(before);
  return {
    fields: same ? before : after,
    comments: (sent.comments ?? []).map((comment) => clientComment(tenant, comment)),
  };
}

export const clientComment = (tenant: Tenant, comment: SentComment): ProviderComment => ({
  id: tenant.identifiers.uuid(),
  by: 'client',
  at: tenant.now(),
  body: comment.body,
  commenter: comment.commenter ?? '',
  commentTime: comment.commentTime ?? '',
  commenterEmail: comment.commenterEmail ?? '',
  commenterPhone: comment.commenterPhone ?? '',
});
