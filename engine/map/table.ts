import type { Table } from '../domain/contract.ts';

/** The provider's word for a client's value; null if the table has none. */
export function toProvider(table: Table, client: string): string | null {
  const entry = table.entries.find((candidate) => candidate.client === client);
  return entry?.provider ?? table.otherwise;
}

/**
 * The client's word for a provider's value. A current value that already means the same stays as it is
 * (`Waiting for Vendor` is not turned into `On Hold`); else the first entry written is the way back.
 */
export function toClient(table: Table, provider: string, current: string | null): string | null {
  if (current !== null && toProvider(table, current) === provider) return current;
  return table.entries.find((candidate) => candidate.provider === provider)?.client ?? null;
}
