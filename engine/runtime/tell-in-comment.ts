import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import { ParkLane } from './park.ts';
import { ItsmRefused, type Transaction } from './ports.ts';
import type { Runtime } from './step.ts';
import { insertComment } from './write-comment.ts';

/** Whose ticket is told something. */
export type Told = Pick<Lane, 'id' | 'clientTicket'>;

/** In whose name Bridgehead writes a comment. */
export const OWN_NAME = 'Bridgehead';

/**
 * Writes a comment of Bridgehead's own on the client's ticket, as a comment of the provider's would be written. It is noted
 * as one that came in, so it does not travel. Where the contract takes no comments, or its rules fail on this one, none is
 * written. Returns what is to be said of that in the journal.
 */
export async function tellInComment(
  { contract }: Pick<Runtime, 'contract'>,
  tx: Transaction,
  lane: Told,
  body: string,
  now: Instant,
): Promise<string> {
  const rules = contract.inbound.comments;
  if (rules === null) return '; the contract takes no comments, so none says so';
  if (lane.clientTicket === null) return '';
  const notes = { type: 'comments', id: '', body, commenter: OWN_NAME, commenterEmail: '' };
  try {
    await insertComment(tx, lane, rules, notes, null, now);
    return '; a comment says so';
  } catch (error) {
    if (!(error instanceof ItsmRefused || error instanceof ParkLane)) throw error;
    return `; no comment says so: ${error.message}`;
  }
}
