import type { LedgerEntry } from '../domain/lane.ts';

/** So few are gone through for each key in less time than a set of them is made. */
const FEW = 8;

/** The keys of those that have crossed, in either direction. */
export function crossedKeys(
  ledger: readonly LedgerEntry[],
  of: 'comment' | 'attachment',
): Pick<ReadonlySet<string>, 'has'> {
  if (ledger.length <= FEW)
    return { has: (key) => ledger.some(({ kind = 'comment', clientId }) => clientId === key && kind === of) };
  const keys = new Set<string>();
  for (const { kind = 'comment', clientId } of ledger) if (kind === of) keys.add(clientId);
  return keys;
}
