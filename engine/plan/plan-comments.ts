import type { LedgerEntry } from '../domain/lane.ts';
import { COMMENTS_PER_CALL_MAX } from '../domain/limits.ts';
import type { MappedComment } from '../map/outbound.ts';
import type { Action, ActionComment } from './action.ts';
import { crossedKeys } from './crossed-keys.ts';

/** The comments that have not crossed yet, so many in a call. */
export function planComments(
  mapped: readonly MappedComment[],
  ledger: readonly LedgerEntry[],
): readonly Action[] {
  const unsent = unsentComments(mapped, ledger);
  const actions: Action[] = [];
  for (let first = 0; first < unsent.length; first += COMMENTS_PER_CALL_MAX) {
    const comments = unsent.slice(first, first + COMMENTS_PER_CALL_MAX);
    actions.push({
      kind: 'notes',
      comments,
      because: comments.length === 1 ? 'a new comment' : `${comments.length} new comments`,
      rule: null,
    });
  }
  return actions;
}

export function unsentComments(
  mapped: readonly MappedComment[],
  ledger: readonly LedgerEntry[],
): readonly ActionComment[] {
  const crossed = crossedKeys(ledger, 'comment');
  return mapped.filter((comment) => !crossed.has(comment.key));
}
