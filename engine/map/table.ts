import type { Table, TableEntry } from '../domain/contract.ts';

/** A table's word for a value, and the entry that says it; null: the table's `otherwise` does. */
export interface Found {
  readonly word: string;
  readonly entry: TableEntry | null;
}

/** By the client's word; of several entries with one word the first counts. */
function entriesByClient(table: Table): ReadonlyMap<string, TableEntry> {
  const known = indexes.get(table);
  if (known !== undefined) return known;
  const index = new Map(table.entries.toReversed().map((entry) => [entry.client, entry]));
  indexes.set(table, index);
  return index;
}

/** Made once for a contract. */
const indexes = new WeakMap<Table, ReadonlyMap<string, TableEntry>>();

/** The provider's word for a client's value; null if the table has none. */
export function toProvider(table: Table, client: string): Found | null {
  const entry = entriesByClient(table).get(client);
  if (entry !== undefined) return { word: entry.provider, entry };
  return table.otherwise === null ? null : { word: table.otherwise, entry: null };
}

/**
 * The client's word for a provider's value. A current value that already means the same stays as it is
 * (`Waiting for Vendor` is not turned into `On Hold`); else the first entry written is the way back.
 */
export function toClient(table: Table, provider: string, current: string | null): Found | null {
  const held = current === null ? null : toProvider(table, current);
  if (current !== null && held?.word === provider) return { word: current, entry: held.entry };
  const entry = table.entries.find((candidate) => candidate.provider === provider);
  return entry === undefined ? null : { word: entry.client, entry };
}
