import type { LedgerEntry } from '../domain/lane.ts';

/** The keys of those that have crossed, in either direction. */
export function crossedKeys(
  ledger: readonly LedgerEntry[],
  of: 'comment' | 'attachment',
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { kind = 'comment', clientId } of ledger) if (kind === of) keys.add(clientId);
  return keys;
}
