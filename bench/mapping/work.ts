import type { Instant } from '../../engine/domain/instant.ts';
import type { Lane, LedgerEntry } from '../../engine/domain/lane.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { MappedTicket } from '../../engine/map/outbound.ts';
import type { BridgeRequest } from '../../engine/wire/exchange.ts';
import type { PayloadFault } from '../../engine/wire/validate-payload.ts';

/** One look at one ticket: its row, what was last agreed with the provider, and which comments have crossed. */
export interface Work {
  readonly ticket: Ticket;
  readonly lane: Lane;
  readonly ledger: readonly LedgerEntry[];
}

/** What comes of it. */
export interface Decided {
  /** The name of the trigger that matches; null: none does. */
  readonly trigger: string | null;
  /** The call that goes out first; null: nothing is to be said. */
  readonly request: BridgeRequest | null;
  /** What the bridge would refuse of it. */
  readonly faults: readonly PayloadFault[];
}

/** A way to do the work: by hand, by the engine, with the library. Promises come from where the library is asynchronous. */
export interface Mapper {
  readonly name: string;
  map(ticket: Ticket): MappedTicket | Promise<MappedTicket>;
  decide(work: Work): Decided | Promise<Decided>;
}

export const NOW: Instant = Date.UTC(2026, 10, 23, 14, 5);
