import {
  tellsOfChanges,
  tellsOfTickets,
  type ChangeSource,
  type ItsmDescription,
} from '../../../engine/domain/itsm-description.ts';
import type { ChangedRow, Itsm } from '../../../engine/runtime/ports.ts';
import { compareKeys, compareTexts } from '../simulated/rows.ts';
import type { LockTickets } from './ticket-lock.ts';
import type { ReadTickets } from './ticket-reader.ts';
import { changeSide, ticketSide, type ItsmSide, type SideItsm } from './side.ts';

/** Keys of changes begin so; no key of a ticket does, because the database makes them. */
const CHANGE = 'change:';

export const changeKey = (key: string): string => CHANGE + key;

/** The row's own key, if this is the key of a change; null: it is that of a ticket. */
export const ownKeyOfChange = (key: string): string | null =>
  key.startsWith(CHANGE) ? key.slice(CHANGE.length) : null;

/** Tickets and changes as one ITSM: each key says by itself where its row is. */
export function joinedItsm(description: ItsmDescription, open: (side: ItsmSide) => SideItsm): Itsm {
  const tickets = open(ticketSide(description));
  const described = changeSide(description);
  if (described === null) {
    return {
      ...tickets,
      insertChange: () => Promise.reject(new Error('this contract describes no change requests')),
    };
  }
  const changes = open(described);
  const at = <T>(key: string, work: (side: SideItsm, key: string) => Promise<T>): Promise<T> => {
    const own = ownKeyOfChange(key);
    return own === null ? work(tickets, key) : work(changes, own);
  };
  const first = async (ask: (side: SideItsm) => Promise<string | null>): Promise<string | null> => {
    const ticket = await ask(tickets);
    if (ticket !== null) return ticket;
    const change = await ask(changes);
    return change === null ? null : changeKey(change);
  };
  return {
    async changedRows(source, from, now, after, limit) {
      const ofTickets = tellsOfTickets(description, source.table)
        ? await tickets.changedRows(source, from, now, after, limit)
        : [];
      if (!tellsOfChanges(description.changeRequests, source.table)) return ofTickets;
      const ofChanges = await changes.changedRows(
        sourceOfChanges(description, source),
        from,
        now,
        after,
        limit,
      );
      const keyed = ofChanges.map((row) => ({ ...row, ticketKey: changeKey(row.ticketKey) }));
      return [...ofTickets, ...keyed].sort(compareRows).slice(0, limit);
    },
    async ticket(key, lock) {
      const found = await at(key, (side, own) => side.ticket(own, lock));
      return found === null ? null : { ...found, key };
    },
    async missingTickets(keys) {
      const ofTickets = keys.filter((key) => ownKeyOfChange(key) === null);
      const missing = new Set(await tickets.missingTickets(ofTickets));
      for (const key of keys) {
        const own = ownKeyOfChange(key);
        if (own !== null && (await changes.missingTickets([own])).length > 0) missing.add(key);
      }
      return keys.filter((key) => missing.has(key));
    },
    ticketKeyByNumber: (number) => first((side) => side.ticketKeyByNumber(number)),
    ticketKeyByProviderNumber: (number) => first((side) => side.ticketKeyByProviderNumber(number)),
    insertTicket: (fields, now) => tickets.insertTicket(fields, now),
    insertChange: async (fields, now) => changeKey(await changes.insertTicket(fields, now)),
    updateTicket: (key, fields, now) => at(key, (side, own) => side.updateTicket(own, fields, now)),
    setProviderNumber: (key, number, now) => at(key, (side, own) => side.setProviderNumber(own, number, now)),
    insertComment: (key, fields, now) => at(key, (side, own) => side.insertComment(own, fields, now)),
    insertAttachment: (key, file, fields, now) =>
      at(key, (side, own) => side.insertAttachment(own, file, fields, now)),
    insertApproval: (key, id, fields, now) =>
      at(key, (side, own) => side.insertApproval(own, id, fields, now)),
    updateApproval: (key, row, fields, now) =>
      at(key, (side, own) => side.updateApproval(own, row, fields, now)),
  };
}

/** The same for several tickets and changes at once; `changes`: null, if the contract describes none. */
export const joinedTickets =
  (tickets: ReadTickets, changes: ReadTickets | null): ReadTickets =>
  async (keys) => {
    if (changes === null) return tickets(keys);
    const found = new Map(await tickets(keys.filter((key) => ownKeyOfChange(key) === null)));
    for (const [own, change] of await changes(keys.flatMap((key) => ownKeyOfChange(key) ?? []))) {
      const key = changeKey(own);
      found.set(key, { ...change, key });
    }
    return found;
  };

/** Locks tickets and changes; `changes`: null, if the contract describes none. */
export async function joinedLocks(
  tickets: LockTickets,
  changes: LockTickets | null,
  keys: readonly string[],
): Promise<readonly string[]> {
  if (changes === null) return tickets(keys);
  const locked = await tickets(keys.filter((key) => ownKeyOfChange(key) === null));
  const lockedChanges = await changes(keys.flatMap((key) => ownKeyOfChange(key) ?? []));
  return [...locked, ...lockedChanges.map(changeKey)];
}

/** Where a table tells of tickets too, and each refers to its own key, the change's is meant here. */
function sourceOfChanges({ tickets, changeRequests }: ItsmDescription, source: ChangeSource): ChangeSource {
  const key = changeRequests?.tickets.key;
  return source.refersTo === tickets.key && key !== undefined ? { ...source, refersTo: key } : source;
}

/** As a source's rows are read: by date, then by key. */
const compareRows = (one: ChangedRow, other: ChangedRow): number =>
  compareTexts(one.mark, other.mark) || compareKeys(one.rowKey, other.rowKey);
