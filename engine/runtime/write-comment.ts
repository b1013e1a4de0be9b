import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/journal.ts';
import type { Lane } from '../domain/lane.ts';
import { COMMENT_ROWS_MAX } from '../domain/limits.ts';
import { fitRow, splitRow } from '../map/fit-column.ts';
import { mapMessage, notesContext } from '../map/inbound.ts';
import { ParkLane, parkOn } from './park.ts';
import type { Transaction } from './ports.ts';

/** How a comment of ours gets its fields. */
export type CommentRules = NonNullable<Contract['inbound']['comments']>;

/** The contract's word on comments of tickets, or, in a change's lane, of changes; null: it takes none. */
export const commentRules = (
  { inbound, changes }: Contract,
  { state }: Pick<Lane, 'state'>,
): CommentRules | null => (state.ticketType === 'Change' ? (changes?.comments ?? null) : inbound.comments);

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
  rules: CommentRules | null = contract.inbound.comments,
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
  const reasons = await insertComment(tx, lane, rules, notes, providerId, now);
  return { outcome: 'applied', summary: ['comment added', ...reasons].join('; ') };
}

/**
 * Writes a comment by the contract's rules, in several rows if its column does not take it in one; none of them travels. Returns
 * what was done to make it fit. Throws ParkLane if the rules cannot do their work.
 */
export async function insertComment(
  tx: Transaction,
  lane: Pick<Lane, 'id' | 'clientTicket'>,
  rules: CommentRules,
  notes: JsonObject,
  providerId: string | null,
  now: Instant,
): Promise<readonly string[]> {
  if (lane.clientTicket === null) throw new Error('only a ticket of ours takes comments');
  const mapped = mapMessage(rules.values(), notes, 'everything', {}, now);
  parkOn(mapped.faults);
  const { fields, reasons, faults } = fitRow(rules.values(), mapped.fields);
  parkOn(faults);
  const rows = splitRow(rules.values(), fields);
  if (rows === null) {
    const reason = `the comment would take more than ${COMMENT_ROWS_MAX} rows`;
    throw new ParkLane('not-storable', reason, null, 'operator');
  }
  for (const [index, row] of rows.entries()) {
    const clientId = await tx.itsm.insertComment(lane.clientTicket, row, now);
    await tx.store.insertLedgerEntry({
      laneId: lane.id,
      clientId,
      providerId: index === 0 ? providerId : null,
      origin: 'provider',
      at: now,
    });
  }
  return reasons;
}
