import type { InboxMessage } from '../../engine/domain/lane.ts';
import type { Transaction } from '../../engine/runtime/ports.ts';
import type { SimulatedDatabase } from '../../adapters/database/simulated/simulated-database.ts';
import type { Commit, History, Write } from './history.ts';

/** How one run of a transaction ends. */
export type Ending = 'commit' | 'roll back';

class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/** What the transaction under way has written. There is one at a time. */
interface UnderWay {
  writes: Write[];
  beginsPoll: boolean;
  /** The messages that it has read, by row. */
  readonly messages: Map<number, InboxMessage>;
}

/** The simulated database, which tells the ground truth of every commit. Its transactions run one at a time. */
export class WitnessedDatabase {
  readonly twin: SimulatedDatabase;
  /** How often a process began to look at both sides. */
  pollsBegun = 0;
  readonly #history: History;
  readonly #underWay: UnderWay = { writes: [], beginsPoll: false, messages: new Map() };
  /** The twin's transaction is always the same object, and so is this one around it. */
  #witnessed: Transaction | null = null;

  constructor(twin: SimulatedDatabase, history: History) {
    this.twin = twin;
    this.#history = history;
  }

  /** Runs the work; with `roll back` it runs to its end, and nothing of it stays. */
  async run<T>(
    by: Pick<Commit, 'process' | 'call'>,
    work: (tx: Transaction) => Promise<T>,
    ending: Ending,
  ): Promise<T | null> {
    const underWay = this.#underWay;
    try {
      const result = await this.twin.transaction(async (tx) => {
        underWay.writes = [];
        underWay.beginsPoll = false;
        underWay.messages.clear();
        this.#witnessed ??= witnessed(tx, underWay);
        const done = await work(this.#witnessed);
        if (ending === 'roll back') throw new RolledBack('as a deadlock does');
        return done;
      });
      const { writes, beginsPoll } = underWay;
      if (beginsPoll) this.pollsBegun += 1;
      if (writes.length > 0) this.#history.commits.push({ ...this.#history.next(), ...by, writes });
      return result;
    } catch (error) {
      if (error instanceof RolledBack) return null;
      throw error;
    }
  }
}

function witnessed({ itsm, store }: Transaction, underWay: UnderWay): Transaction {
  const { messages } = underWay;
  return {
    itsm: {
      ...itsm,
      insertTicket: async (fields, now) => {
        const ticket = await itsm.insertTicket(fields, now);
        underWay.writes.push({ kind: 'ticket made', ticket, fields });
        return ticket;
      },
      insertChange: async (fields, now) => {
        const ticket = await itsm.insertChange(fields, now);
        underWay.writes.push({ kind: 'ticket made', ticket, fields });
        return ticket;
      },
      insertApproval: async (ticket, id, fields, now) => {
        const key = await itsm.insertApproval(ticket, id, fields, now);
        underWay.writes.push({ kind: 'approval made', ticket, fields });
        return key;
      },
      updateApproval: async (ticket, key, fields, now) => {
        await itsm.updateApproval(ticket, key, fields, now);
        underWay.writes.push({ kind: 'approval changed', ticket, fields });
      },
      updateTicket: async (ticket, fields, now) => {
        await itsm.updateTicket(ticket, fields, now);
        underWay.writes.push({ kind: 'ticket changed', ticket, fields });
      },
      setProviderNumber: async (ticket, providerTicket, now) => {
        await itsm.setProviderNumber(ticket, providerTicket, now);
        underWay.writes.push({ kind: 'number set', ticket, providerTicket });
      },
      insertComment: async (ticket, fields, now) => {
        const key = await itsm.insertComment(ticket, fields, now);
        underWay.writes.push({ kind: 'comment made', ticket, key, fields });
        return key;
      },
      insertAttachment: async (ticket, file, fields, now) => {
        const key = await itsm.insertAttachment(ticket, file, fields, now);
        underWay.writes.push({ kind: 'file made', ticket, key, name: file.name });
        return key;
      },
    },
    store: {
      ...store,
      acceptMessage: async (message, laneId, at) => {
        const isNew = await store.acceptMessage(message, laneId, at);
        underWay.writes.push({ kind: 'accepted', messageId: message.id, isNew });
        return isNew;
      },
      acceptMessages: async (messages, at) => {
        const isNew = await store.acceptMessages(messages, at);
        for (const [index, { message }] of messages.entries())
          underWay.writes.push({
            kind: 'accepted',
            messageId: message.id,
            isNew: isNew[index] === true,
          });
        return isNew;
      },
      nextMessages: async (laneId, limit) => {
        const next = await store.nextMessages(laneId, limit);
        for (const message of next) messages.set(message.rowId, message);
        return next;
      },
      settleMessage: async (rowId, outcome, at) => {
        await store.settleMessage(rowId, outcome, at);
        const message = messages.get(rowId);
        if (message === undefined) throw new Error('a message is settled that was not read before');
        underWay.writes.push({ kind: 'settled', message, outcome });
      },
      saveLane: async (lane) => {
        await store.saveLane(lane);
        const { intent } = lane.state;
        if (intent !== null)
          underWay.writes.push({ kind: 'intended', intent, clientNumber: lane.clientNumber });
      },
      notePoll: async (at) => {
        await store.notePoll(at);
        underWay.beginsPoll = true;
      },
      journal: async (entry) => {
        await store.journal(entry);
        underWay.writes.push({ kind: 'journalled', entry });
      },
    },
  };
}
