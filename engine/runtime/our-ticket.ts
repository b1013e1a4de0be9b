import type { Lane } from '../domain/lane.ts';
import type { Ticket } from '../domain/ticket.ts';
import { asSaid } from '../map/fit-column.ts';
import type { Transaction } from './ports.ts';

/**
 * The lane's ticket as rules see it, with what the provider said in whole where a column of ours did not take it; null: there
 * is none. `lock` holds its row until the transaction ends.
 */
export async function ourTicket(tx: Transaction, lane: Lane, lock: boolean): Promise<Ticket | null> {
  const ticket = lane.clientTicket === null ? null : await tx.itsm.ticket(lane.clientTicket, lock);
  return ticket === null ? null : asSaid(ticket, lane.state.kept);
}
