import type { Table } from '../domain/contract.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenContract } from './written-contract.ts';

/** The key of a table that is not a word of the client's. */
const OTHERWISE = 'otherwise';

export function compileTables(written: Written<WrittenContract>): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (const [name, table] of written.get('tables')?.entries() ?? []) {
    const entries = table
      .entries()
      .filter(([client]) => client !== OTHERWISE)
      .map(([client, provider]) => ({ client, provider: provider.text ?? '', place: provider.place }));
    tables.set(name, {
      name,
      place: table.key.place,
      entries,
      otherwise: table.get(OTHERWISE)?.text ?? null,
    });
  }
  return tables;
}
