import type { Instant } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { TransactionType } from '../../engine/domain/message.ts';
import type { Account } from './account.ts';
import { FifoQueue, type SentMessage } from './fifo-queue.ts';
import { FileStore } from './file-store.ts';
import type { Identifiers } from './identifiers.ts';
import { RESOLVED_MS_MAX } from './limits.ts';
import { closureBody, type MessageTweaks, tweakBody } from './message-bodies.ts';
import { OfferedFiles } from './offered-files.ts';
import type { ProviderChange } from './provider-change.ts';
import type { ProviderTicket } from './provider-ticket.ts';

/** One client in one environment: its tickets and its queue. */
export class Tenant {
  readonly account: Account;
  readonly queue: FifoQueue;
  /** What the client has attached. */
  readonly files: FileStore;
  /** What the client may fetch. */
  readonly offered: OfferedFiles;
  readonly identifiers: Identifiers;
  readonly now: () => Instant;
  readonly #tickets = new Map<string, ProviderTicket>();
  readonly #changes = new Map<string, ProviderChange>();
  #nextNumber: number;
  #nextChange: number;

  constructor(account: Account, now: () => Instant, identifiers: Identifiers) {
    this.account = account;
    this.now = now;
    this.identifiers = identifiers;
    this.queue = new FifoQueue(now, identifiers);
    this.files = new FileStore(now, identifiers);
    this.offered = new OfferedFiles(now, identifiers);
    this.#nextNumber = account.numberStart;
    this.#nextChange = account.numberStart;
  }

  newTicketNumber(): string {
    const digits = String(this.#nextNumber).padStart(7, '0');
    this.#nextNumber += 1;
    return `${this.account.switches.numbersWithoutPrefix ? '' : 'e-'}CS${digits}`;
  }

  newChangeNumber(): string {
    const digits = String(this.#nextChange).padStart(7, '0');
    this.#nextChange += 1;
    return `${this.account.switches.numbersWithoutPrefix ? '' : 'e-'}CHG${digits}`;
  }

  /** In the order they were begun, drafts among them. */
  changes(): readonly ProviderChange[] {
    return [...this.#changes.values()];
  }

  change(ticketNumber: string): ProviderChange | undefined {
    return this.#changes.get(ticketNumber);
  }

  saveChange(change: ProviderChange): void {
    this.#changes.set(change.ticketNumber, change);
  }

  /** Puts a message about a change on the queue. */
  announceChange(
    transactionType: TransactionType,
    change: ProviderChange,
    body: JsonObject,
    tweaks: MessageTweaks = {},
  ): SentMessage {
    return this.queue.send({
      group: change.ticketNumber,
      transactionType,
      clientReferenceAvailable: change.clientTicketNumber !== '',
      body: tweakBody(body, tweaks),
    });
  }

  /** In the order they were opened. */
  tickets(): readonly ProviderTicket[] {
    return [...this.#tickets.values()];
  }

  ticket(ticketNumber: string): ProviderTicket | undefined {
    return this.#tickets.get(ticketNumber);
  }

  save(ticket: ProviderTicket): void {
    this.#tickets.set(ticket.ticketNumber, ticket);
  }

  /** Puts a message about a ticket on the queue. */
  announce(
    transactionType: TransactionType,
    ticket: ProviderTicket,
    body: JsonObject,
    tweaks: MessageTweaks = {},
  ): SentMessage {
    return this.queue.send({
      group: ticket.ticketNumber,
      transactionType,
      clientReferenceAvailable: transactionType !== 'Create' && ticket.clientTicketNumber !== '',
      body: tweakBody(body, tweaks),
    });
  }

  /** A ticket that has been resolved for seven days becomes closed, and the client is told. */
  closeOverdue(): void {
    const now = this.now();
    for (const ticket of this.#tickets.values()) {
      if (ticket.resolvedAt === null || now - ticket.resolvedAt < RESOLVED_MS_MAX) continue;
      const closed: ProviderTicket = { ...ticket, status: 'closed', updatedAt: now, resolvedAt: null };
      this.save(closed);
      this.announce('Closure', closed, closureBody(ticket, closed, this.account));
    }
  }
}
