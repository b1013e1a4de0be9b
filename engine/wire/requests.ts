import type { Json, JsonObject } from '../domain/json.ts';
import {
  type CommentPayload,
  type CreateOnlyField,
  type Payload,
  type AnyTicketType,
  type TicketType,
  type UpdateField,
} from '../domain/payload.ts';
import { sendableText } from './escape.ts';
import type { BridgeRequest } from './exchange.ts';
import { freeText } from './free-text.ts';
import type { BridgeCall } from './read-answer.ts';

/** What every payload begins with: whose ticket it is. */
export interface Identity {
  readonly clientName: string;
  readonly clientTicketNumber: string;
  readonly ticketType: AnyTicketType;
}

/** What people write, which is double-escaped. In comments every field is a free text: the provider appends them all to the body. */
export const FREE_TEXTS: ReadonlySet<string> = new Set<UpdateField | CreateOnlyField>([
  'shortDescription',
  'description',
  'closeNotes',
  'contactName',
]);

type Fields = Readonly<Partial<Record<UpdateField, string>>>;

/** `POST tickets`: creates the ticket, with the comments that were written before. */
export function createTicket(ticket: {
  readonly clientName: string;
  readonly clientTicketNumber: string;
  readonly ticketType: TicketType;
  readonly fields: Payload;
  readonly comments: readonly CommentPayload[];
}): BridgeRequest {
  return {
    method: 'POST',
    path: 'tickets',
    body: withComments(writeCreate(identityOf(ticket), ticket.fields), ticket.comments),
  };
}

/** `PUT tickets/{n}`: identity and what changed. Resolving and closing are updates of `status` and `closeNotes` alone. */
export function updateTicket(
  providerTicket: string,
  update: {
    readonly identity: Identity;
    readonly fields: Fields;
    readonly comments?: readonly CommentPayload[];
  },
): BridgeRequest {
  return {
    method: 'PUT',
    path: `tickets/${pathSegment(providerTicket)}`,
    body: withComments(writeUpdate(identityOf(update.identity), update.fields), update.comments ?? []),
  };
}

/** `PUT tickets/{n}/notes`: one or more comments. */
export function addNotes(
  providerTicket: string,
  notes: { readonly identity: Identity; readonly comments: readonly CommentPayload[] },
): BridgeRequest {
  return {
    method: 'PUT',
    path: `tickets/${pathSegment(providerTicket)}/notes`,
    body: withComments(identityOf(notes.identity), notes.comments),
  };
}

/** `PUT tickets/{n}/returnptn`: tells the provider the client's number of a ticket that the provider opened. */
export function returnNumber(providerTicket: string, identity: Identity): BridgeRequest {
  return {
    method: 'PUT',
    path: `tickets/${pathSegment(providerTicket)}/returnptn`,
    body: withComments(identityOf(identity), []),
  };
}

/** `PUT tickets/{n}/approve` and `…/reject`: the answer to one approval. The person is in the comment too, whose body is all it has. */
export function answerApproval(
  providerTicket: string,
  answer: {
    readonly kind: 'approve' | 'reject';
    readonly method: 'PUT' | 'POST';
    readonly identity: Identity;
    readonly approvalId: string;
    readonly approver: string;
    readonly comment: string;
  },
): BridgeRequest {
  const { kind, method, identity, approvalId, approver, comment } = answer;
  const said = identityOf(identity);
  said.approver = sendableText(approver);
  said.approvalId = sendableText(approvalId);
  return {
    method,
    path: `tickets/${pathSegment(providerTicket)}/${kind}`,
    body: withComments(said, [{ body: comment }]),
  };
}

/** `GET tickets/{n}/attachments/{file}`: asks where the file may be put, once, within 120 s. */
export const askUploadUrl = (providerTicket: string, fileName: string): BridgeRequest => ({
  method: 'GET',
  path: `tickets/${pathSegment(providerTicket)}/attachments/${pathSegment(fileName)}`,
});

/** `GET queue`: up to ten messages (or a multiple of ten), hidden from other reads for 30 s. */
export const receiveMessages = (): BridgeRequest => ({ method: 'GET', path: 'queue' });

/** `DELETE queue/{handle}`. The handle must be URL-encoded: a raw `/` is routed elsewhere. */
export const deleteMessage = (receiptHandle: string): BridgeRequest => ({
  method: 'DELETE',
  path: `queue/${pathSegment(receiptHandle)}`,
});

/** Which call a request is. */
export function callOf({ method, path }: BridgeRequest): BridgeCall {
  if (path === 'queue') return 'receive';
  if (path.startsWith('queue/')) return 'delete';
  if (path.endsWith('/approve')) return 'approve';
  if (path.endsWith('/reject')) return 'reject';
  if (/^tickets\/[^/]+\/attachments\//.test(path)) return 'attachment-url';
  if (method === 'POST') return 'create';
  if (path.endsWith('/notes')) return 'notes';
  return path.endsWith('/returnptn') ? 'return-number' : 'update';
}

const pathSegment = (text: string): string =>
  PLAIN_SEGMENT.test(text) ? text : encodeURIComponent(sendableText(text));

/** Nothing that would be encoded. */
const PLAIN_SEGMENT = /^[\w.-]*$/;

/** Identity first, then the fields in their order, then comments: one payload is always one text. */
type Said = Record<string, Json>;

const identityOf = ({ clientName, clientTicketNumber, ticketType }: Identity): Said => ({
  clientName,
  clientTicketNumber,
  ticketType,
});

function withComments(said: Said, comments: readonly CommentPayload[]): JsonObject {
  if (comments.length > 0) said.comments = comments.map(writeComment);
  return { payload: said };
}

/**
 * The fields that a create carries, each read and written by its name as it stands here: names out of a list take several times
 * as long. Free texts are double-escaped; numbers, names from lists and addresses go as they are.
 */
function writeCreate(said: Said, values: Payload): Said {
  const { contactName, contactEmail, contactPhone, cis } = values;
  writeCommon(said, values);
  if (contactName !== undefined) said.contactName = freeText(contactName);
  if (contactEmail !== undefined) said.contactEmail = sendableText(contactEmail);
  if (contactPhone !== undefined && contactPhone !== '') said.contactPhone = sendableText(contactPhone);
  if (cis !== undefined && cis !== '') said.cis = sendableText(cis);
  return said;
}

/** The same of those that an update carries. */
function writeUpdate(said: Said, values: Fields): Said {
  const { status, closeNotes } = values;
  writeCommon(said, values);
  if (status !== undefined) said.status = sendableText(status);
  if (closeNotes !== undefined) said.closeNotes = freeText(closeNotes);
  return said;
}

function writeCommon(said: Said, values: Fields): void {
  const { shortDescription, description, group, priority, impact, urgency } = values;
  if (shortDescription !== undefined) said.shortDescription = freeText(shortDescription);
  if (description !== undefined) said.description = freeText(description);
  if (group !== undefined) said.group = sendableText(group);
  if (priority !== undefined) said.priority = sendableText(priority);
  if (impact !== undefined) said.impact = sendableText(impact);
  if (urgency !== undefined) said.urgency = sendableText(urgency);
}

/** A comment without an author or a time is one all the same: empty fields are left out, except the body. */
function writeComment(comment: CommentPayload): JsonObject {
  const { body, commenter, commentTime, commenterEmail, commenterPhone } = comment;
  const written: Record<string, string> = {};
  if (body !== undefined) written.body = freeText(body);
  if (commenter !== undefined && commenter !== '') written.commenter = freeText(commenter);
  if (commentTime !== undefined && commentTime !== '') written.commentTime = freeText(commentTime);
  if (commenterEmail !== undefined && commenterEmail !== '')
    written.commenterEmail = freeText(commenterEmail);
  if (commenterPhone !== undefined && commenterPhone !== '')
    written.commenterPhone = freeText(commenterPhone);
  return written;
}
