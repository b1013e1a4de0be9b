import type { LedgerEntry } from '../domain/lane.ts';

/** The keys of those that have crossed, in either direction. */
export const crossedKeys = (
  ledger: readonly LedgerEntry[],
  of: 'comment' | 'attachment',
): ReadonlySet<string> =>
  new Set(ledger.filter(({ kind = 'comment' }) => kind === of).map(({ clientId }) => clientId));
