import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Account } from './account.ts';
import { escapeText } from './escaping.ts';
import { type ProviderComment, type ProviderTicket, shownComment } from './provider-ticket.ts';

/** What a person at the simulator wants different in one message's body, to try the traps of real ones. */
export interface MessageTweaks {
  /** Fields left out. */
  readonly omit?: readonly string[];
  /** Fields put over the usual ones. */
  readonly message?: JsonObject;
}

export function tweakBody(body: JsonObject, { omit = [], message = {} }: MessageTweaks): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...body, ...message }).filter(([field]) => !omit.includes(field)),
  );
}

/** The provider opened a ticket: it does not know the client's number, and `category` is always empty. */
export const createBody = (ticket: ProviderTicket, account: Account): JsonObject => ({
  ...caseFields(ticket, account),
  clientTicketNumber: '',
  category: '',
});

/** Every field, and in `changed` those that differ, `updatedOn` always among them. */
export function updateBody(before: ProviderTicket, after: ProviderTicket, account: Account): JsonObject {
  const old = caseFields(before, account);
  const fields = caseFields(after, account);
  const changed = Object.fromEntries(
    Object.entries(fields).filter(([field, value]) => field === 'updatedOn' || old[field] !== value),
  );
  return { ...fields, changed };
}

/** As an update; status is `resolved` or `closed`. */
export const closureBody = updateBody;

export function notesBody(ticket: ProviderTicket, comment: ProviderComment, account: Account): JsonObject {
  return {
    ...(account.switches.notesCarryAllFields ? caseFields(ticket, account) : identity(ticket, account)),
    notes: {
      type: 'comments',
      id: comment.id,
      body: providerText(shownComment(comment), account),
      commenter: comment.commenter,
      commenterEmail: comment.commenterEmail,
    },
  };
}

/** The number of a create whose answer was lost. The clientName has come with a trailing space, so it does here. */
export const returnNumberBody = (ticket: ProviderTicket, account: Account): JsonObject => ({
  clientName: `${account.clientName} `,
  ticketNumber: ticket.ticketNumber,
  clientTicketNumber: ticket.clientTicketNumber,
  ticketType: ticket.ticketType,
});

/** Every case field under its name on the wire. */
export const caseFields = (ticket: ProviderTicket, account: Account): JsonObject => ({
  ...identity(ticket, account),
  status: ticket.status,
  statusNextAction: ticket.statusNextAction,
  offHoldDate: ticket.offHoldDate,
  description: providerText(ticket.description, account),
  shortDescription: providerText(ticket.shortDescription, account),
  group: ticket.group,
  ensonoGroup: ticket.ensonoGroup,
  priority: ticket.priority,
  impact: ticket.impact,
  urgency: ticket.urgency,
  cis: ticket.cis,
  category: ticket.category,
  origin: ticket.origin,
  openedTime: time(ticket.openedAt),
  updatedOn: time(ticket.updatedAt),
  closureCategory: ticket.closureCategory,
  closeCode: ticket.closeCode,
  closeNotes: providerText(ticket.closeNotes, account),
});

export const identity = (ticket: ProviderTicket, account: Account): JsonObject => ({
  clientName: account.clientName,
  clientTicketNumber: ticket.clientTicketNumber,
  ticketType: ticket.ticketType,
  ticketNumber: ticket.ticketNumber,
});

/** Nothing says that the provider escapes what it sends; it is a switch. */
export const providerText = (text: string, account: Account): string =>
  account.switches.textsEscaped ? escapeText(text) : text;

/** `2026-11-23 14:05:00`, UTC. */
const time = (at: Instant): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
