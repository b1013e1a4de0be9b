import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { Itsm } from '../../../engine/runtime/ports.ts';
import { beforeWrites } from './before-writes.ts';

/**
 * Within one transaction, a ticket that was read is not read again until the transaction has written to the ITSM: whose
 * triggers may have written anywhere. What others commit meanwhile is not seen; it happens behind the transaction, and wakes
 * the lane then. A row that was locked stays so.
 */
export function rememberingItsm(itsm: Itsm): Itsm {
  const known = new Map<string, Ticket>();
  const locked = new Set<string>();
  return {
    ...beforeWrites(itsm, () => {
      known.clear();
    }),

    async ticket(key, lock) {
      const mustLock = lock && !locked.has(key);
      const before = mustLock ? undefined : known.get(key);
      if (before !== undefined) return before;
      const ticket = await itsm.ticket(key, mustLock);
      if (ticket === null) return null;
      if (lock) locked.add(key);
      known.set(key, ticket);
      return ticket;
    },

    async missingTickets(keys) {
      const unknown = keys.filter((key) => !known.has(key));
      return unknown.length === 0 ? [] : itsm.missingTickets(unknown);
    },
  };
}
