import type { BridgeStatus, TicketType } from '../../engine/domain/payload.ts';
import { attachFile, type DeskFile } from './attach-file.ts';
import { announceChange, announceComment } from './announcements.ts';
import type { Group } from './client-options.ts';
import type { SentMessage } from './fifo-queue.ts';
import { createBody, identity, type MessageTweaks } from './message-bodies.ts';
import { changePriority, fromImpactAndUrgency, fromPriority } from './priority.ts';
import { hasEnded, type ProviderComment, type ProviderTicket } from './provider-ticket.ts';
import type { Tenant } from './tenant.ts';

/** What a user at the provider writes into a ticket. */
export interface DeskFields extends MessageTweaks {
  readonly description?: string;
  readonly shortDescription?: string;
  /** A mapped name; it sets the provider's own name too. */
  readonly group?: string;
  /** The provider's own name, where it is to be another than the group's. */
  readonly ensonoGroup?: string;
  readonly priority?: string;
  readonly impact?: string;
  readonly urgency?: string;
  readonly status?: Exclude<BridgeStatus, 'resolved' | 'closed' | 'cancelled'>;
  readonly statusNextAction?: string;
  readonly offHoldDate?: string;
  readonly cis?: string;
  readonly category?: string;
  readonly closureCategory?: string;
}

export interface DeskTicket extends Omit<DeskFields, 'status'> {
  readonly shortDescription: string;
  /** Default: the short description. */
  readonly description?: string;
  /** Default `Incident`. */
  readonly ticketType?: TicketType;
  readonly contactName?: string;
  readonly contactEmail?: string;
}

export interface DeskComment extends MessageTweaks {
  readonly body: string;
  readonly commenter?: string;
  readonly commenterEmail?: string;
}

export interface DeskEnding extends MessageTweaks {
  readonly closeNotes: string;
  /** Default `resolved`. */
  readonly closeCode?: string;
}

export interface DeskReopening extends MessageTweaks {
  /** Default `open`. */
  readonly status?: NonNullable<DeskFields['status']>;
}

export type DeskResult =
  | { readonly kind: 'done'; readonly ticket: ProviderTicket; readonly message: SentMessage | null }
  | { readonly kind: 'impossible'; readonly reason: string };

const DESK_COMMENTER = { commenter: 'Provider Service Desk', commenterEmail: 'servicedesk@provider.example' };

/** The provider's users at work on one client's tickets: each action changes the ticket and tells the client. */
export class ProviderDesk {
  readonly #tenant: Tenant;
  readonly #filesAt: string;

  /** @param filesAt where addresses of files begin. */
  constructor(tenant: Tenant, filesAt: string) {
    this.#tenant = tenant;
    this.#filesAt = filesAt;
  }

  /** Opens a ticket that the client does not know yet: a Create message. */
  open(sent: DeskTicket): DeskResult {
    const tenant = this.#tenant;
    const group = this.#group(sent, tenant.account.defaultGroup);
    if (group === undefined) return impossible(`no such group: ${String(sent.group)}`);
    const now = tenant.now();
    const ticket: ProviderTicket = {
      ticketNumber: tenant.newTicketNumber(),
      clientTicketNumber: '',
      ticketType: sent.ticketType ?? 'Incident',
      status: 'open',
      statusNextAction: sent.statusNextAction ?? '',
      offHoldDate: sent.offHoldDate ?? '',
      description: sent.description ?? sent.shortDescription,
      shortDescription: sent.shortDescription,
      group: group.name,
      ensonoGroup: group.ensonoGroup,
      ...(sent.impact === undefined && sent.urgency === undefined
        ? fromPriority(sent.priority ?? '')
        : fromImpactAndUrgency(sent.impact ?? '', sent.urgency ?? '')),
      cis: sent.cis ?? '',
      category: sent.category ?? '',
      origin: 'provider',
      contactName: sent.contactName ?? DESK_COMMENTER.commenter,
      contactEmail: sent.contactEmail ?? DESK_COMMENTER.commenterEmail,
      contactPhone: '',
      openedBy: 'provider',
      openedAt: now,
      updatedAt: now,
      resolvedAt: null,
      closureCategory: sent.closureCategory ?? '',
      closeCode: '',
      closeNotes: '',
      comments: [],
    };
    tenant.save(ticket);
    return done(ticket, tenant.announce('Create', ticket, createBody(ticket, tenant.account), sent));
  }

  /** Changes fields: an Update message, or none when nothing differs. */
  update(ticketNumber: string, sent: DeskFields): DeskResult {
    return this.#change(ticketNumber, sent, (before) => {
      const group = this.#group(sent, before);
      if (group === undefined) return `no such group: ${String(sent.group)}`;
      const status = sent.status ?? before.status;
      return {
        ...before,
        ...changePriority(before, sent),
        group: group.name,
        ensonoGroup: group.ensonoGroup,
        status,
        resolvedAt: status === 'resolved' ? before.resolvedAt : null,
        statusNextAction:
          sent.statusNextAction ?? (status === before.status ? before.statusNextAction : nextAction(status)),
        description: sent.description ?? before.description,
        shortDescription: sent.shortDescription ?? before.shortDescription,
        offHoldDate: sent.offHoldDate ?? before.offHoldDate,
        cis: sent.cis ?? before.cis,
        category: sent.category ?? before.category,
        closureCategory: sent.closureCategory ?? before.closureCategory,
      };
    });
  }

  /** Writes a comment: a Notes message. */
  comment(ticketNumber: string, sent: DeskComment): DeskResult {
    const tenant = this.#tenant;
    const before = tenant.ticket(ticketNumber);
    if (before === undefined) return impossible(`no such ticket: ${ticketNumber}`);
    if (hasEnded(before)) return impossible(`${ticketNumber} is ${before.status}`);
    const comment: ProviderComment = {
      id: tenant.identifiers.uuid(),
      by: 'provider',
      at: tenant.now(),
      body: sent.body,
      commenter: sent.commenter ?? DESK_COMMENTER.commenter,
      commenterEmail: sent.commenterEmail ?? DESK_COMMENTER.commenterEmail,
      commentTime: '',
      commenterPhone: '',
    };
    const after = { ...before, comments: [...before.comments, comment], updatedAt: tenant.now() };
    tenant.save(after);
    return done(after, announceComment(tenant, after, comment, sent));
  }

  /** Attaches a file: an Attachment message with an address that is good for a while. */
  attach(ticketNumber: string, sent: DeskFile): DeskResult {
    const tenant = this.#tenant;
    const ticket = tenant.ticket(ticketNumber);
    if (ticket === undefined) return impossible(`no such ticket: ${ticketNumber}`);
    if (hasEnded(ticket)) return impossible(`${ticketNumber} is ${ticket.status}`);
    const message = attachFile(
      tenant,
      ticketNumber,
      sent,
      this.#filesAt,
      identity(ticket, tenant.account),
      (type, body, tweaks) => tenant.announce(type, ticket, body, tweaks),
    );
    return done(ticket, message);
  }

  /** A Closure message with status `resolved`. */
  resolve(ticketNumber: string, sent: DeskEnding): DeskResult {
    return this.#change(ticketNumber, sent, (before) => ({
      ...before,
      status: 'resolved',
      statusNextAction: '',
      resolvedAt: this.#tenant.now(),
      closeCode: sent.closeCode ?? 'resolved',
      closeNotes: sent.closeNotes,
    }));
  }

  /** A Closure message with status `closed`. */
  close(ticketNumber: string, sent: Partial<DeskEnding>): DeskResult {
    return this.#change(ticketNumber, sent, (before) => ({
      ...before,
      status: 'closed',
      statusNextAction: '',
      resolvedAt: null,
      closeCode: sent.closeCode ?? (before.closeCode === '' ? 'resolved' : before.closeCode),
      closeNotes: sent.closeNotes ?? before.closeNotes,
    }));
  }

  /** Cancels: a Closure message with status `closed` and close code `cancelled`. */
  cancel(ticketNumber: string, sent: Omit<DeskEnding, 'closeCode'>): DeskResult {
    return this.close(ticketNumber, { ...sent, closeCode: 'cancelled' });
  }

  /** Re-opens a resolved ticket: an Update message whose status is `open` (or the one given). */
  reopen(ticketNumber: string, sent: DeskReopening = {}): DeskResult {
    const ticket = this.#tenant.ticket(ticketNumber);
    if (ticket !== undefined && ticket.status !== 'resolved') {
      return impossible(`${ticketNumber} is ${ticket.status}, not resolved`);
    }
    return this.update(ticketNumber, { ...sent, status: sent.status ?? 'open' });
  }

  #group(sent: DeskFields, current: Group | ProviderTicket): Group | undefined {
    const unchanged = {
      name: 'name' in current ? current.name : current.group,
      ensonoGroup: current.ensonoGroup,
    };
    const group = sent.group === undefined ? unchanged : this.#tenant.account.group(sent.group);
    return group === undefined ? undefined : { ...group, ensonoGroup: sent.ensonoGroup ?? group.ensonoGroup };
  }

  /** `change` returns the ticket as it shall be, or why it cannot be. */
  #change(
    ticketNumber: string,
    tweaks: MessageTweaks,
    change: (before: ProviderTicket) => ProviderTicket | string,
  ): DeskResult {
    const tenant = this.#tenant;
    const before = tenant.ticket(ticketNumber);
    if (before === undefined) return impossible(`no such ticket: ${ticketNumber}`);
    if (hasEnded(before)) return impossible(`${ticketNumber} is ${before.status}`);
    const changed = change(before);
    if (typeof changed === 'string') return impossible(changed);
    if (JSON.stringify(changed) === JSON.stringify(before)) return done(before, null);
    const after = { ...changed, updatedAt: tenant.now() };
    tenant.save(after);
    return done(after, announceChange(tenant, before, after, tweaks));
  }
}

const nextAction = (status: BridgeStatus): string => (status === 'pending' ? 'pending-client' : '');

const done = (ticket: ProviderTicket, message: SentMessage | null): DeskResult => ({
  kind: 'done',
  ticket,
  message,
});
const impossible = (reason: string): DeskResult => ({ kind: 'impossible', reason });
