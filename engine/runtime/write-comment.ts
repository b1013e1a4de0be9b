import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/journal.ts';
import type { Lane } from '../domain/lane.ts';
import { mapMessage, notesContext } from '../map/inbound.ts';
import { faultsText, ParkLane } from './park.ts';
import type { Transaction } from './ports.ts';

/**
 * Writes the message's comment, once: a comment that has crossed does not cross again. Null: there is none. `rules`: of
 * tickets, unless they are others.
 */
export async function writeComment(
  { contract }: { readonly contract: Contract },
  tx: Transaction,
  lane: Lane,
  context: JsonObject,
  now: Instant,
  rules = contract.inbound.comments,
): Promise<{ readonly outcome: Outcome; readonly summary: string } | null> {
  const notes = notesContext(contract.inbound, context);
  if (notes === null || lane.clientTicket === null) return null;
  if (rules === null) return { outcome: 'dropped', summary: 'the contract takes no comments' };

  const providerId = typeof notes.id === 'string' && notes.id !== '' ? notes.id : null;
  const ledger = await tx.store.ledger(lane.id);
  if (
    providerId !== null &&
    ledger.some((entry) => entry.kind === undefined && entry.providerId === providerId)
  ) {
    return { outcome: 'duplicate', summary: 'the comment is here already' };
  }
  const { fields, faults } = mapMessage(rules.values(), notes, 'everything', {}, now);
  const fault = faults[0];
  if (fault !== undefined) throw new ParkLane(fault.code, faultsText(faults), fault.rule, 'operator');

  const clientId = await tx.itsm.insertComment(lane.clientTicket, fields, now);
  await tx.store.insertLedgerEntry({ laneId: lane.id, clientId, providerId, origin: 'provider', at: now });
  return { outcome: 'applied', summary: 'comment added' };
}
