import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { Itsm } from '../../../engine/runtime/ports.ts';

/**
 * Within one transaction, a ticket that was read is not read again until the transaction has written to the ITSM: whose
 * triggers may have written anywhere. What others commit meanwhile is not seen; it happens behind the transaction, and wakes
 * the lane then. A row that was locked stays so.
 */
export function rememberingItsm(itsm: Itsm): Itsm {
  const known = new Map<string, Ticket>();
  const locked = new Set<string>();
  const forgetting = <Result>(write: () => Promise<Result>): Promise<Result> => {
    known.clear();
    return write();
  };
  return {
    ...itsm,

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

    insertTicket: (...given) => forgetting(() => itsm.insertTicket(...given)),
    insertChange: (...given) => forgetting(() => itsm.insertChange(...given)),
    updateTicket: (...given) => forgetting(() => itsm.updateTicket(...given)),
    setProviderNumber: (...given) => forgetting(() => itsm.setProviderNumber(...given)),
    insertComment: (...given) => forgetting(() => itsm.insertComment(...given)),
    insertAttachment: (...given) => forgetting(() => itsm.insertAttachment(...given)),
    insertApproval: (...given) => forgetting(() => itsm.insertApproval(...given)),
    updateApproval: (...given) => forgetting(() => itsm.updateApproval(...given)),
  };
}
