import type { JsonObject } from '../domain/json.ts';
import {
  COMMENT_FIELDS,
  CREATE_ONLY_FIELDS,
  UPDATE_FIELDS,
  type CommentPayload,
  type CreateOnlyField,
  type Payload,
  type AnyTicketType,
  type TicketType,
  type UpdateField,
} from '../domain/payload.ts';
import { escapeText, sendableText } from './escape.ts';
import type { BridgeRequest } from './exchange.ts';
import type { BridgeCall } from './read-answer.ts';

/** What every payload begins with: whose ticket it is. */
export interface Identity {
  readonly clientName: string;
  readonly clientTicketNumber: string;
  readonly ticketType: AnyTicketType;
}

/**
 * The fields that a create carries. `status` and `closeNotes` are not among them: the bridge ignores them there, so a
 * ticket that is not `open` when it is created needs an update afterwards.
 */
const CREATE_FIELDS: readonly (UpdateField | CreateOnlyField)[] = [
  ...UPDATE_FIELDS.filter((field) => field !== 'status' && field !== 'closeNotes'),
  ...CREATE_ONLY_FIELDS,
];

/** Free texts are double-escaped; numbers, names from lists and addresses go as they are. In comments every field is a free text: the provider appends them all to the body. */
export const FREE_TEXTS: ReadonlySet<string> = new Set<UpdateField | CreateOnlyField>([
  'shortDescription',
  'description',
  'closeNotes',
  'contactName',
]);

/** Fields that may be missing, and so are when they are empty. */
const LEFT_OUT_WHEN_EMPTY: ReadonlySet<string> = new Set<CreateOnlyField>(['contactPhone', 'cis']);

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
    body: payload(ticket, writeFields(ticket.fields, CREATE_FIELDS), ticket.comments),
  };
}

/** `PUT tickets/{n}`: identity and what changed. Resolving and closing are updates of `status` and `closeNotes` alone. */
export function updateTicket(
  providerTicket: string,
  update: {
    readonly identity: Identity;
    readonly fields: Readonly<Partial<Record<UpdateField, string>>>;
    readonly comments?: readonly CommentPayload[];
  },
): BridgeRequest {
  return {
    method: 'PUT',
    path: `tickets/${pathSegment(providerTicket)}`,
    body: payload(update.identity, writeFields(update.fields, UPDATE_FIELDS), update.comments ?? []),
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
    body: payload(notes.identity, {}, notes.comments),
  };
}

/** `PUT tickets/{n}/returnptn`: tells the provider the client's number of a ticket that the provider opened. */
export function returnNumber(providerTicket: string, identity: Identity): BridgeRequest {
  return {
    method: 'PUT',
    path: `tickets/${pathSegment(providerTicket)}/returnptn`,
    body: payload(identity, {}, []),
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
  const fields = { approver: sendableText(approver), approvalId: sendableText(approvalId) };
  return {
    method,
    path: `tickets/${pathSegment(providerTicket)}/${kind}`,
    body: payload(identity, fields, [{ body: comment }]),
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

const pathSegment = (text: string): string => encodeURIComponent(sendableText(text));

/** Identity first, then the fields in the order given, then comments: one payload is always one text. */
function payload(
  { clientName, clientTicketNumber, ticketType }: Identity,
  fields: JsonObject,
  comments: readonly CommentPayload[],
): JsonObject {
  return {
    payload: {
      clientName,
      clientTicketNumber,
      ticketType,
      ...fields,
      ...(comments.length === 0 ? {} : { comments: comments.map(writeComment) }),
    },
  };
}

function writeFields<Field extends string>(
  values: Readonly<Partial<Record<Field, string>>>,
  fields: readonly Field[],
): JsonObject {
  const written: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field];
    if (value === undefined || (value === '' && LEFT_OUT_WHEN_EMPTY.has(field))) continue;
    written[field] = FREE_TEXTS.has(field) ? escapeText(sendableText(value)) : sendableText(value);
  }
  return written;
}

/** A comment without an author or a time is one all the same: empty fields are left out, except the body. */
function writeComment(comment: CommentPayload): JsonObject {
  const written: Record<string, string> = {};
  for (const field of COMMENT_FIELDS) {
    const value = comment[field];
    if (value === undefined || (value === '' && field !== 'body')) continue;
    written[field] = escapeText(sendableText(value));
  }
  return written;
}
