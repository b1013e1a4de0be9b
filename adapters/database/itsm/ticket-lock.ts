import type { Knex } from 'knex';
import { numbered, type Prepared, roundedUp } from '../prepared.ts';
import { plainText } from './field-values.ts';
import type { ItsmSide } from './side.ts';
import { ofTickets } from './write-queries.ts';

/** Locks the rows of tickets until the transaction ends. Returns the keys of those that are there. */
export type LockTickets = (keys: readonly string[]) => Promise<readonly string[]>;

/**
 * By a statement of its own: a lock on the one that reads them would hold their groups and people too. A transaction on an
 * SQLite file has locked everything, and says of all of them that they are there.
 */
export function ticketLock(knex: Knex, { tickets, isOfChanges }: ItsmSide, prepared: Prepared): LockTickets {
  return async (keys) => {
    if (prepared.seesOneMoment || keys.length === 0) return keys;
    const asked = roundedUp(keys);
    return prepared.rows(
      `lock of ${isOfChanges ? 'changes' : 'tickets'}, ${asked.length}`,
      numbered('key', asked),
      // Whoever locks several locks them in one order.
      (given) =>
        ofTickets(knex, tickets)
          .whereIn(`t.${tickets.key}`, Object.values(given))
          .orderBy(`t.${tickets.key}`)
          .forUpdate()
          .select({ key: `t.${tickets.key}` }),
      ({ key }: { readonly key: unknown }) => plainText(key),
    );
  };
}
