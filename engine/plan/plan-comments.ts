import type { LedgerEntry } from '../domain/lane.ts';
import { COMMENTS_PER_CALL_MAX } from '../domain/limits.ts';
import type { MappedComment } from '../map/outbound.ts';
import type { Action, ActionComment } from './action.ts';
import { crossedKeys } from './crossed-keys.ts';

/**
 * The comments that have not crossed yet, so many in a call. All parts of one travel in one call: they arrive together or
 * not at all, and one entry of the ledger is enough for them.
 */
export function planComments(
  mapped: readonly MappedComment[],
  ledger: readonly LedgerEntry[],
): readonly Action[] {
  let unsent = unsentComments(mapped, ledger);
  if (unsent.length === 0) return [];
  const actions: Action[] = [];
  while (unsent.length > 0) {
    const taken = firstOfCall(unsent, true);
    unsent = unsent.slice(taken.length);
    let because = taken.length === 1 ? 'a new comment' : `${taken.length} new comments`;
    for (const { shortened } of taken) if (shortened !== null) because += `; ${shortened}`;
    actions.push({ kind: 'notes', comments: inCall(taken), because, rule: null });
  }
  return actions;
}

/** The comments that a call takes from the front; one with more parts than a call has gets a call of its own. */
export function firstOfCall(
  unsent: readonly MappedComment[],
  mayBeLong: boolean,
  roomMax = COMMENTS_PER_CALL_MAX,
): readonly MappedComment[] {
  const taken: MappedComment[] = [];
  let room = roomMax;
  for (const comment of unsent) {
    const isAlone = taken.length === 0 && mayBeLong;
    if (comment.parts.length > room && !isAlone) break;
    taken.push(comment);
    room -= comment.parts.length;
  }
  return taken;
}

export function inCall(comments: readonly MappedComment[]): readonly ActionComment[] {
  const called: ActionComment[] = [];
  for (const { key, parts } of comments) for (const payload of parts) called.push({ key, payload });
  return called;
}

export function unsentComments(
  mapped: readonly MappedComment[],
  ledger: readonly LedgerEntry[],
): readonly MappedComment[] {
  if (mapped.length === 0 || ledger.length === 0) return mapped;
  const crossed = crossedKeys(ledger, 'comment');
  return mapped.filter((comment) => !crossed.has(comment.key));
}
