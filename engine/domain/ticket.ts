import { withoutNulls, type JsonObject } from './json.ts';

/**
 * A ticket as the client's ITSM database holds it, under the names that itsm.yaml gives its columns.
 * Dates are ISO 8601 texts in UTC (`2026-11-23T14:05:00.000Z`), whatever zone the database writes.
 */
export interface Ticket {
  /** The row's primary key, as text. */
  readonly key: string;
  /** What people call it, e.g. `INC0000042`; on the bridge: `clientTicketNumber`. */
  readonly number: string;
  /** The provider's number as the ITSM row has it, or null. */
  readonly providerNumber: string | null;
  /** The named fields; a field whose column is NULL is null. Custom fields are under `custom`. */
  readonly fields: JsonObject;
  /** Every comment, oldest first. */
  readonly comments: readonly TicketComment[];
  /** Every attachment, oldest first, without its content; absent: itsm.yaml describes none. */
  readonly attachments?: readonly TicketAttachment[];
  /** What only the client's changes have; absent: it is no change. */
  readonly change?: ChangeParts;
}

export interface ChangeParts {
  /** In the order of their keys. */
  readonly approvals: readonly ApprovalRow[];
}

/** One row by which somebody decides on a change. */
export interface ApprovalRow {
  /** The row's primary key, as text. */
  readonly key: string;
  /** The provider's approvalId; null: the client's process made the row by itself. */
  readonly approvalId: string | null;
  readonly fields: JsonObject;
}

export interface TicketComment {
  /** The comment row's primary key, as text. */
  readonly key: string;
  readonly fields: JsonObject;
}

/** A file of a ticket. Its content is read for itself (`Files`). */
export interface TicketAttachment {
  /** The row's primary key, as text. */
  readonly key: string;
  /** The file's name, as the row has it. */
  readonly name: string;
  /** As the row has it; null: it does not say. */
  readonly contentType: string | null;
  /** Bytes, as the row has them; null: it does not say. */
  readonly size: number | null;
  readonly fields: JsonObject;
}

/** What a rule of the contract sees of a ticket: only what has a value. Made once for all rules. */
export function ticketContext(ticket: Ticket): JsonObject {
  const known = contexts.get(ticket);
  if (known !== undefined) return known;
  const { key, number, providerNumber } = ticket;
  const context = withoutNulls({ ...ticket.fields, key, number, provider_number: providerNumber });
  contexts.set(ticket, context);
  return context;
}

/** As long as the ticket is there: neither is ever changed. */
const contexts = new WeakMap<Ticket, JsonObject>();

/** What a rule of the contract sees of a comment. */
export const commentContext = (comment: TicketComment): JsonObject =>
  withoutNulls({ ...comment.fields, key: comment.key });

/** What a rule of the contract sees of an attachment. */
export const attachmentContext = (attachment: TicketAttachment): JsonObject =>
  withoutNulls({
    ...attachment.fields,
    key: attachment.key,
    name: attachment.name,
    content_type: attachment.contentType,
    size: attachment.size,
  });

/** What a rule of the contract sees of an approval's row: its fields, and the change that it is about. */
export const approvalContext = (approval: ApprovalRow, change: Ticket): JsonObject =>
  withoutNulls({
    ...approval.fields,
    key: approval.key,
    approval_id: approval.approvalId,
    change: ticketContext(change),
  });
