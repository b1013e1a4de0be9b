import { REPEATED, QUIET, YEAR_2001 } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** What is read from the queue: kept, ordered, deleted. */
export const READING_MUTANTS: readonly Mutant[] = [
  {
    name: 'delete before commit',
    because: 'it looks safer to free the queue first, and the commit hardly ever fails',
    file: 'engine/runtime/accept.ts',
    find: `    const keeping = await keepOrNote(runtime, queue, gate);`,
    replace: `    for (const message of queue.messages) await remove(runtime, message);
    const keeping = await keepOrNote(runtime, queue, gate);`,
  },
  {
    name: 'a known message is not deleted again',
    because: 'a duplicate changes nothing, so it seems to need nothing',
    file: 'engine/runtime/accept.ts',
    find: `    for (const message of kept) await remove(runtime, message);`,
    replace: `    for (const message of kept) if (message.receiveCount === 1) await remove(runtime, message);`,
    focus: { rates: { 'slow delete': 0.4, 'lost answer': 0.1 } },
  },
  {
    name: 'order by SentTimestamp as text',
    because: 'the attribute is a text on the wire',
    file: 'engine/domain/message.ts',
    find: `  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt;`,
    replace: `  if (a.sentAt !== b.sentAt) return String(a.sentAt) < String(b.sentAt) ? -1 : 1;`,
    focus: YEAR_2001,
  },
  {
    name: 'SequenceNumber as a double',
    because: 'it is a number, and Number() reads numbers',
    file: 'engine/domain/message.ts',
    find: `  const left = BigInt(a.sequence);
  const right = BigInt(b.sequence);`,
    replace: `  const left = Number(a.sequence);
  const right = Number(b.sequence);`,
    focus: REPEATED,
  },
  {
    name: 'messages in the order of their arrival',
    because: 'a FIFO queue is in order by its name',
    file: 'engine/domain/message.ts',
    find: `  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt;`,
    replace: `  if (a.sentAt >= 0) return 0;`,
    focus: REPEATED,
  },
  {
    name: 'duplicate not checked',
    because: 'a FIFO queue delivers exactly once',
    file: 'adapters/database/simulated/inbox.ts',
    find: `    if (this.#byMessage.has(message.id)) return false;`,
    replace: ``,
    focus: REPEATED,
  },
  {
    name: 'merge loses messages',
    because: 'the lane is gone, and so is what was in it',
    file: 'adapters/database/simulated/inbox.ts',
    find: `    this.#setWaiting(into, [...this.#waitingIn(into), ...moved].sort(compareRows));`,
    replace: `    this.#setWaiting(into, [...this.#waitingIn(into)].sort(compareRows));`,
    focus: { rates: { 'lost answer': 0.5, 'bridge unreachable': 0.2 }, leavesNumberOut: true },
  },
  {
    name: 'out of contract is not remembered',
    because: 'each message is asked for itself',
    file: 'engine/decide/decide-message.ts',
    find: `  if (lane.state.outOfScope !== null && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {`,
    replace: `  if (lane.state.outOfScope === '' && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {`,
    focus: { ...QUIET, tickets: 30, actionsPerTicket: 6, notesCarryAllFields: false },
  },
  {
    name: 'the queue is read while the database is away',
    because: 'it may be back when the messages are here',
    file: 'engine/runtime/reading-gate.ts',
    find: `      return { cause: 'database', reason: error.message };`,
    replace: `      return null;`,
    focus: { rates: { 'database away': 0.5 } },
  },
];
