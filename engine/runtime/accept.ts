import type { Instant } from '../domain/instant.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { compareMessages, type QueueMessage } from '../domain/message.ts';
import { NOTHING_SEEN, type QueueSeen } from '../domain/alarm.ts';
import { RECEIVES_PER_POLL_MAX } from '../domain/limits.ts';
import { NEW_LANE_STATE, type Lane } from '../domain/lane.ts';
import { otherSpelling } from '../domain/provider-ticket.ts';
import { errorWords } from '../domain/error-words.ts';
import { excerpt } from '../wire/excerpt.ts';
import { readAnswer } from '../wire/read-answer.ts';
import { readQueueAnswer, type QueueAnswer, type UnreadableMessage } from '../wire/read-queue.ts';
import { deleteMessage, receiveMessages } from '../wire/requests.ts';
import { mergeInto } from './merge-lanes.ts';
import { DatabaseUnavailable, type Store, type Transaction } from './ports.ts';
import { withRead } from './queue-seen.ts';
import { ReadingGate, type LeftAlone } from './reading-gate.ts';
import { inboundEntry, type Runtime } from './step.ts';
import { transact } from './transact.ts';

/** What the journal keeps of a message that cannot be read. */
const UNREADABLE_EXCERPT_LENGTH_MAX = 2000;
const REFUSAL_LENGTH_MAX = 500;

/** How a poll of the queue ended, and what it saw there. */
export type PollEnd = { readonly seen: QueueSeen } & (
  | { readonly kind: 'polled'; readonly accepted: number; readonly duplicates: number }
  | ({ readonly kind: 'left-alone' } & LeftAlone)
  /** The bridge gave no usable answer. */
  | { readonly kind: 'no-answer'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }
);

/**
 * Empties the queue into the inbox: read, commit the inbox rows in group order, and only then delete. A message seen
 * before changes nothing and is deleted again with its new handle.
 *
 * Nothing is read that cannot be kept: every receive counts towards the 20 after which a message is given up. The gate
 * decides, and remembers between polls what could not be kept.
 */
export async function pollQueue(
  runtime: Runtime,
  signal: AbortSignal,
  gate: ReadingGate = new ReadingGate(),
): Promise<PollEnd> {
  const { contract, ports } = runtime;
  let accepted = 0;
  let duplicates = 0;
  let seen = NOTHING_SEEN;
  for (let receives = 0; receives < RECEIVES_PER_POLL_MAX && !signal.aborted; receives += 1) {
    const closed = await gate.closed(runtime);
    if (closed !== null) return { kind: 'left-alone', ...closed, seen };
    const answer = await ports.bridge.send(receiveMessages());
    const read = readAnswer('receive', answer);
    if (read.kind === 'no-answer') return { kind: 'no-answer', reason: `no answer: ${read.reason}`, seen };
    if (read.kind === 'error') {
      const reason = `the bridge answered ${read.status}: ${read.text}`;
      return { kind: read.error === 'configuration' ? 'stop' : 'no-answer', reason, seen };
    }
    const queue = readQueueAnswer(answer.kind === 'answer' ? answer.body : null);
    if (queue.kind === 'not-a-queue') return { kind: 'no-answer', reason: queue.reason, seen };
    if (queue.messages.length === 0 && queue.unreadable.length === 0) break;
    seen = withRead(seen, queue.messages, queue.unreadable, ports.clock.now());

    const keeping = await keepOrNote(runtime, queue, gate);
    if (!('kept' in keeping)) return { kind: 'left-alone', ...keeping, seen };
    const { kept, fresh } = keeping;
    accepted += fresh;
    duplicates += kept.length - fresh;
    for (const message of kept) await remove(runtime, message);
    ports.log.debug('queue read', {
      contract: contract.name,
      messages: kept.length,
      new: fresh,
      unreadable: queue.unreadable.length,
      refused: queue.messages.length - kept.length,
    });
    // What cannot be deleted would come again at once, and burn its receives.
    if (kept.length === 0) break;
  }
  return { kind: 'polled', accepted, duplicates, seen };
}

/** Keeps one read; if the database does not take it, the gate is told how much it was. */
async function keepOrNote(
  runtime: Runtime,
  { messages, unreadable }: ReadMessages,
  gate: ReadingGate,
): Promise<Keeping | LeftAlone> {
  try {
    const keeping = await keep(runtime, messages, unreadable);
    gate.kept(keeping.fresh, runtime.ports.clock.elapsed());
    return keeping;
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    gate.notKept(JSON.stringify([messages, unreadable]).length, runtime.ports.clock.elapsed());
    return {
      cause: 'database',
      reason: `${messages.length} messages were read and could not be kept: ${error.message}`,
    };
  }
}

type ReadMessages = Extract<QueueAnswer, { readonly kind: 'messages' }>;

/** What came of one read: the messages that are in the inbox now, and how many of them are new there. */
interface Keeping {
  readonly kept: readonly QueueMessage[];
  readonly fresh: number;
}

/** Commits the inbox rows of one read, in group order. */
async function keep(
  runtime: Runtime,
  messages: readonly QueueMessage[],
  unreadable: readonly UnreadableMessage[],
): Promise<Keeping> {
  const now = runtime.ports.clock.now();
  const ordered = [...messages].sort(
    (a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0) || compareMessages(a, b),
  );
  try {
    const fresh = await keepTogether(runtime, ordered, unreadable, now);
    return { kept: ordered, fresh };
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    return keepOneByOne(runtime, ordered, unreadable, now);
  }
}

async function keepTogether(
  runtime: Runtime,
  messages: readonly QueueMessage[],
  unreadable: readonly UnreadableMessage[],
  now: Instant,
): Promise<number> {
  const count = await transact(runtime, async (tx) => {
    const fresh = await keepAll(tx, messages, now);
    for (const one of unreadable) await tx.store.journal(unreadableEntry(one, now));
    return fresh;
  });
  for (const { reason, raw } of unreadable) {
    const fields = {
      contract: runtime.contract.name,
      reason,
      raw: excerpt(raw, UNREADABLE_EXCERPT_LENGTH_MAX),
    };
    runtime.ports.log.error('queue message not readable', fields);
  }
  return count;
}

/**
 * The database takes not all of the messages (one is longer than its packets, say), and it is not away: those that it
 * takes are kept, the others stay in the queue with the reason, and so does what came behind them in their groups.
 */
async function keepOneByOne(
  runtime: Runtime,
  messages: readonly QueueMessage[],
  unreadable: readonly UnreadableMessage[],
  now: Instant,
): Promise<Keeping> {
  const kept: QueueMessage[] = [];
  const refused: UnreadableMessage[] = [];
  const heldGroups = new Set<string>();
  let fresh = 0;
  for (const message of messages) {
    const raw = { MessageId: message.id, MessageGroupId: message.group, Body: message.body };
    if (heldGroups.has(message.group)) {
      refused.push({ reason: `it waits behind a message of ${message.group} that could not be kept`, raw });
      continue;
    }
    try {
      fresh += await keepTogether(runtime, [message], [], now);
      kept.push(message);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      heldGroups.add(message.group);
      const words = excerpt(errorWords(error), REFUSAL_LENGTH_MAX);
      refused.push({ reason: `the database does not take it: ${words}`, raw });
    }
  }
  await keepTogether(runtime, [], [...unreadable, ...refused], now);
  return { kept, fresh };
}

/** Returns how many of them were not here before. */
async function keepAll(tx: Transaction, messages: readonly QueueMessage[], now: Instant): Promise<number> {
  const groups = [...new Set(messages.map(({ group }) => group))];
  const lanes = new Map<string | null, Lane>();
  for (const lane of await tx.store.lanesOf('provider', groups)) lanes.set(lane.providerTicket, lane);
  const plain: { readonly message: QueueMessage; readonly lane: Lane }[] = [];
  const others: QueueMessage[] = [];
  for (const message of messages) {
    const lane = lanes.get(message.group);
    // The lane of a ticket of ours stays what it is; where any other message belongs is found out one by one.
    if (lane !== undefined && lane.clientTicket !== null) plain.push({ message, lane });
    else others.push(message);
  }
  let fresh = await keepPlain(tx, plain, now);
  for (const message of others) if (await keepOne(tx, message, now)) fresh += 1;
  return fresh;
}

/** Messages of which it is known where they belong. Returns how many of them were not here before. */
async function keepPlain(
  tx: Transaction,
  messages: readonly { readonly message: QueueMessage; readonly lane: Lane }[],
  now: Instant,
): Promise<number> {
  if (messages.length === 0) return 0;
  const addressed = messages.map(({ message, lane }) => ({ message, laneId: lane.id }));
  const isNew = await tx.store.acceptMessages(addressed, now);
  const woken = new Set<number>();
  let fresh = 0;
  for (const [index, { message, lane }] of messages.entries()) {
    if (isNew[index] === true) {
      fresh += 1;
      woken.add(lane.id);
      await letSettle(tx, lane, message);
    } else await noteDuplicate(tx, message, lane.id, now);
  }
  if (woken.size > 0) await tx.store.wakeLanes([...woken], now, null);
  return fresh;
}

/** False if the message was here before. */
async function keepOne(tx: Transaction, message: QueueMessage, now: Instant): Promise<boolean> {
  const laneId = await laneOf(tx, message, now);
  if (!(await tx.store.acceptMessage(message, laneId, now))) {
    await noteDuplicate(tx, message, laneId, now);
    return false;
  }
  await tx.store.wakeLane(laneId, now, null);
  const lane = await tx.store.lane(laneId, true);
  if (lane !== null) await letSettle(tx, lane, message);
  return true;
}

async function noteDuplicate(
  tx: Transaction,
  message: QueueMessage,
  laneId: number,
  now: Instant,
): Promise<void> {
  const lane = await tx.store.lane(laneId, false);
  await tx.store.journal(
    inboundEntry(lane, { ...message, messageId: message.id }, now, {
      outcome: 'duplicate',
      summary: `received again (receive ${message.receiveCount}); its outcome stands`,
      transactionId: message.id,
    }),
  );
}

/** A message that cannot even be told apart stays in the queue, until the provider gives it up. */
const unreadableEntry = ({ reason, raw }: UnreadableMessage, at: Instant): JournalEntry => ({
  at,
  laneId: null,
  clientNumber: null,
  providerTicket: null,
  direction: 'in',
  transaction: 'unreadable',
  transactionId: null,
  outcome: 'not-handled',
  rule: null,
  summary: `left in the queue: ${reason}`,
  detail: { raw: excerpt(raw, UNREADABLE_EXCERPT_LENGTH_MAX) },
  rules: null,
});

/** A create that may have happened, and that waits for an operator, is settled by a message that names the ticket. */
async function letSettle(tx: Transaction, lane: Lane, message: QueueMessage): Promise<void> {
  if (lane.parked?.until !== 'operator' || lane.state.link !== 'unknown') return;
  if (message.body.clientTicketNumber !== lane.clientNumber) return;
  await tx.store.saveLane({ ...lane, parked: { ...lane.parked, until: 'change' } });
}

/**
 * The lane a message belongs to: its provider ticket's, or that of the ticket of ours that this is one too many of, or that
 * of the client's ticket it names, or a new one. Where there are two, what waits in the first goes to the second, so that
 * one order holds for both.
 */
async function laneOf(tx: Transaction, message: QueueMessage, now: Instant): Promise<number> {
  const known =
    (await tx.store.laneByProviderTicket(message.group)) ??
    (await tx.store.laneByProviderTicket(otherSpelling(message.group)));
  if (known !== null && known.clientTicket !== null) return known.id;
  if (known !== null && known.state.surplusOf !== null) return known.state.surplusOf;

  const ours = await ourLaneOf(tx, message, now);
  if (ours === null && known !== null) return known.id;
  if (ours !== null && known !== null) await mergeInto(tx, known, ours, now);
  return (
    ours ??
    tx.store.insertLane({
      clientTicket: null,
      clientNumber: null,
      providerTicket: message.group,
      state: NEW_LANE_STATE,
      dueAt: now,
    })
  );
}

/** The lane of the client's ticket that the message names, or whose row names the provider's; null: there is none. */
async function ourLaneOf(tx: Transaction, message: QueueMessage, now: Instant): Promise<number | null> {
  const number = message.body.clientTicketNumber;
  const named = typeof number === 'string' && number !== '' ? number : null;
  const byNumber = named === null ? null : await tx.store.laneByClientNumber(named);
  if (byNumber !== null) return byNumber.id;

  const key =
    (named === null ? null : await tx.itsm.ticketKeyByNumber(named)) ??
    (await tx.itsm.ticketKeyByProviderNumber(message.group));
  return key === null ? null : laneOfTicket(tx.store, key, now);
}

export async function laneOfTicket(store: Store, ticketKey: string, now: Instant): Promise<number> {
  const known = await store.laneByClientTicket(ticketKey);
  return known === null ? insertLaneOf(store, ticketKey, now) : known.id;
}

/** A new lane for a ticket of ours that has none. */
export const insertLaneOf = (store: Store, ticketKey: string, dueAt: Instant): Promise<number> =>
  store.insertLane({
    clientTicket: ticketKey,
    clientNumber: null,
    providerTicket: null,
    state: NEW_LANE_STATE,
    dueAt,
  });

/** A message that cannot be deleted comes again, is known then, and is deleted with its new handle. */
async function remove({ contract, ports }: Runtime, message: QueueMessage): Promise<void> {
  const read = readAnswer('delete', await ports.bridge.send(deleteMessage(message.receiptHandle)));
  if (read.kind === 'accepted') return;
  const fields = {
    contract: contract.name,
    provider_ticket: message.group,
    transaction: message.transactionType,
    transaction_id: message.id,
    reason: read.kind === 'error' ? `${read.error}: ${read.text}` : read.reason,
  };
  if (read.kind === 'error' && read.error === 'handle-expired')
    ports.log.info('message not deleted yet', fields);
  else ports.log.warn('message not deleted yet', fields);
}
