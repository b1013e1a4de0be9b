import { isAmbiguous } from '../../../engine/domain/lane.ts';
import type { JournalEntry } from '../../../engine/domain/journal.ts';
import type { Backlog, Store } from '../../../engine/runtime/ports.ts';
import { clipped } from '../store/journal.ts';
import type { Inbox } from './inbox.ts';
import { kept } from './kept.ts';
import type { Lanes } from './lanes.ts';
import type { UndoLog } from './undo-log.ts';

type JournalStore = Pick<Store, 'journal' | 'readJournal' | 'backlog'>;

export function journalStore(undo: UndoLog, lanes: Lanes, inbox: Inbox): JournalStore {
  const entries: JournalEntry[] = [];
  return {
    journal: async (entry) => {
      const { clientNumber, providerTicket, transaction, transactionId } = entry;
      const names = {
        clientNumber: clipped(clientNumber),
        providerTicket: clipped(providerTicket),
        transaction: clipped(transaction),
        transactionId: clipped(transactionId),
      };
      undo.push(entries, kept({ ...entry, ...names }));
    },

    readJournal: async ({ ticket, limit }) => {
      const isAsked = ticket === null ? () => true : ofTicket(lanes, ticket);
      const found: JournalEntry[] = [];
      for (let index = entries.length - 1; index >= 0 && found.length < limit; index -= 1) {
        const entry = entries[index];
        if (entry !== undefined && isAsked(entry)) found.push(entry);
      }
      return found.reverse();
    },

    backlog: async () => {
      const parked: Backlog['parked'][number][] = [];
      let ambiguous = 0;
      for (const lane of lanes.all()) {
        if (isAmbiguous(lane)) ambiguous += 1;
        if (lane.parked !== null) parked.push({ lane, parked: lane.parked });
      }
      parked.sort((one, other) => one.parked.at - other.parked.at || one.lane.id - other.lane.id);
      return { messagesWaiting: inbox.waitingCount(), ambiguous, parked, lanesDue: lanes.dueCount };
    },
  };
}

/** What was written before the other side's number was known belongs to the ticket too. */
function ofTicket(lanes: Lanes, ticket: string): (entry: JournalEntry) => boolean {
  const ids = new Set<number | null>();
  for (const { id, clientNumber, providerTicket } of lanes.all())
    if (clientNumber === ticket || providerTicket === ticket) ids.add(id);
  return (entry) =>
    entry.clientNumber === ticket ||
    entry.providerTicket === ticket ||
    (entry.laneId !== null && ids.has(entry.laneId));
}
