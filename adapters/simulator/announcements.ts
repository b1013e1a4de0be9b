import type { SentMessage } from './fifo-queue.ts';
import { closureBody, type MessageTweaks, notesBody, updateBody } from './message-bodies.ts';
import type { ProviderComment, ProviderTicket } from './provider-ticket.ts';
import type { Tenant } from './tenant.ts';

/** Tells the client that a ticket is another: a Closure when it has just been resolved or closed, else an Update. */
export function announceChange(
  tenant: Tenant,
  before: ProviderTicket,
  after: ProviderTicket,
  tweaks: MessageTweaks = {},
): SentMessage {
  const { account } = tenant;
  const ended = after.status !== before.status && (after.status === 'resolved' || after.status === 'closed');
  return ended
    ? tenant.announce('Closure', after, closureBody(before, after, account), tweaks)
    : tenant.announce('Update', after, updateBody(before, after, account), tweaks);
}

export const announceComment = (
  tenant: Tenant,
  ticket: ProviderTicket,
  comment: ProviderComment,
  tweaks: MessageTweaks = {},
): SentMessage => tenant.announce('Notes', ticket, notesBody(ticket, comment, tenant.account), tweaks);
