import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Lane, LedgerEntry } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';

/** What a rehearsal begins with: one ticket, what both sides know of it, and what the world is going to say. */
export interface Situation {
  readonly now: Instant;
  /** How long the rehearsal goes on, so that what waits comes due: 0 ends it as soon as nothing is due. */
  readonly lastsMs: Milliseconds;
  /** The ITSM's ticket as it is now; null: it has none. */
  readonly ticket: Ticket | null;
  readonly known: Known;
  /** On the queue, in the order in which they were sent. */
  readonly messages: readonly SituationMessage[];
  /** What the bridge answers to the calls about the ticket, in turn; afterwards it accepts. */
  readonly answers: readonly SituationAnswer[];
}

/** What both sides know of the ticket beforehand. */
export type Known =
  /** The provider does not have it, and nothing was sent. */
  | { readonly kind: 'nothing' }
  /** Both sides agreed on `ticket` as it was then; its comments have crossed. */
  | {
      readonly kind: 'agreed';
      readonly providerTicket: string;
      readonly ticket: Ticket;
      readonly keptInternal: boolean;
    }
  /** As the engine's own tables have it. */
  | { readonly kind: 'stored'; readonly lane: Lane; readonly ledger: readonly LedgerEntry[] };

export interface SituationMessage {
  readonly id: string;
  readonly transactionType: string;
  /** The message group: the provider's ticket number. */
  readonly group: string;
  readonly sentAt: Instant;
  readonly body: JsonObject;
}

export type SituationAnswer =
  /** `providerTicket`: the number given to a create; null: one is made up. */
  | { readonly kind: 'accepted'; readonly providerTicket: string | null }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  | { readonly kind: 'no-answer'; readonly reached: boolean };
