import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import { TRANSACTION_TYPES } from '../../engine/domain/message.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { suggestion } from '../../engine/compile/yaml/did-you-mean.ts';
import { readQueueMessage } from '../../engine/wire/read-queue-message.ts';
import { changeSide } from '../database/itsm/side.ts';
import type { Known, Situation, SituationAnswer, SituationMessage } from '../rehearsal/situation.ts';
import type { LiveTicket } from './read-live.ts';
import { isoDate, readChange, readTicket, readTicketFields } from './read-ticket.ts';
import type { Mistake, WrittenAgreement, WrittenAnswer, WrittenSituation } from './situation.ts';

const PROVIDER_TICKET_DEFAULT = 'e-CS0000001';

export type ReadSituation =
  | { readonly kind: 'situation'; readonly situation: Situation }
  /** All of them. */
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] };

/** Turns what somebody wrote, or the live database holds, into what a rehearsal begins with. */
export function readSituation(
  contract: Contract,
  written: WrittenSituation,
  live: LiveTicket | null,
  clockNow: Instant,
): ReadSituation {
  const mistakes: Mistake[] = [];
  const now = readNow(written.now, clockNow, mistakes);
  const ticket = live?.ticket ?? inlineTicket(contract, written, mistakes);
  const known = live === null ? knownOf(contract, written.agreed, ticket, mistakes) : knownLive(live);
  const group = providerTicketOf(known) ?? ticket?.providerNumber ?? null;
  const received = (written.receives ?? []).map((message, index) =>
    readMessage(contract, message, index, { group, ticket, now }, mistakes),
  );
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  return {
    kind: 'situation',
    situation: {
      now,
      // Each message is there a moment after the one before.
      lastsMs: Math.max(0, received.length - 1),
      ticket: written.agreed?.deleted === true ? null : ticket,
      known,
      messages: [...waitingMessages(live), ...received.filter((message) => message !== null)],
      answers: (written.answers ?? []).map(readAnswer),
    },
  };
}

function readNow(text: string | undefined, clockNow: Instant, mistakes: Mistake[]): Instant {
  if (text === undefined) return clockNow;
  const iso = isoDate(text);
  if (iso === null) {
    mistakes.push({ at: 'now', message: `is no date; write it as 2026-11-23T14:05:00Z` });
    return clockNow;
  }
  return Date.parse(iso);
}

function inlineTicket({ itsm }: Contract, written: WrittenSituation, mistakes: Mistake[]): Ticket | null {
  const { ticket, change } = written;
  if (ticket !== undefined) return readTicket(itsm, ticket, written, mistakes);
  if (change === undefined) return null;
  const side = changeSide(itsm);
  if (side !== null) return readChange(side, change, written, mistakes);
  mistakes.push({ at: 'change', message: 'itsm.yaml describes no changes (change_requests)' });
  return null;
}

function knownOf(
  { itsm }: Contract,
  agreed: WrittenAgreement | undefined,
  ticket: Ticket | null,
  mistakes: Mistake[],
): Known {
  if (agreed === undefined || ticket === null) return { kind: 'nothing' };
  const { before = {}, comments = [], kept_internal: keptInternal = false } = agreed;
  const side = ticket.change === undefined ? itsm : (changeSide(itsm) ?? itsm);
  const different = readTicketFields(side, before, 'agreed.before', mistakes);
  const keys = ticket.comments.map(({ key }) => key);
  for (const [index, key] of comments.entries()) {
    if (keys.includes(key)) continue;
    const message = `there is no comment "${key}". ${suggestion(key, keys, 'the keys of the comments')}`;
    mistakes.push({ at: `agreed.comments[${index}]`, message });
  }
  const providerTicket = agreed.provider_ticket ?? ticket.providerNumber ?? PROVIDER_TICKET_DEFAULT;
  return {
    kind: 'agreed',
    providerTicket,
    ticket: {
      ...ticket,
      fields: over(ticket.fields, different),
      comments: ticket.comments.filter(({ key }) => comments.includes(key)),
    },
    keptInternal,
  };
}

/** The values of one over those of the other; of parts, only those that are written. */
export const over = (fields: JsonObject, different: JsonObject): JsonObject => ({
  ...fields,
  ...Object.fromEntries(
    Object.entries(different).map(([name, value]): [string, Json] => {
      const now = fields[name];
      return [name, isJsonObject(value) && isJsonObject(now) ? { ...now, ...value } : value];
    }),
  ),
});

/** A parked lane is tried, as `parked retry` would have it: what came of it last time is known already. */
function knownLive({ lane, ledger }: LiveTicket): Known {
  if (lane === null) return { kind: 'nothing' };
  return { kind: 'stored', lane: { ...lane, parked: null }, ledger };
}

const providerTicketOf = (known: Known): string | null => {
  switch (known.kind) {
    case 'nothing':
      return null;
    case 'agreed':
      return known.providerTicket;
    case 'stored':
      return known.lane.providerTicket;
  }
};

const waitingMessages = (live: LiveTicket | null): readonly SituationMessage[] => {
  const waiting = live?.waiting ?? null;
  if (waiting === null) return [];
  const { messageId: id, transactionType, group, sentAt, body } = waiting;
  return [{ id, transactionType, group, sentAt, body }];
};

interface About {
  readonly group: string | null;
  readonly ticket: Ticket | null;
  readonly now: Instant;
}

function readMessage(
  contract: Contract,
  written: JsonObject,
  index: number,
  { group, ticket, now }: About,
  mistakes: Mistake[],
): SituationMessage | null {
  const at = `receives[${index}]`;
  if ('Attributes' in written || 'Body' in written) return readRaw(written, at, mistakes);
  const [[type, body] = ['', null], ...more] = Object.entries(written);
  if (more.length > 0 || !isJsonObject(body)) {
    const message = `must be one TransactionType with the message's body, as {"Update": {…}}, or a whole message with Body and Attributes`;
    mistakes.push({ at, message });
    return null;
  }
  if (!TRANSACTION_TYPES.some((known) => known === type)) {
    const message = `is no TransactionType. ${suggestion(type, TRANSACTION_TYPES)}`;
    mistakes.push({ at: `${at}.${type}`, message });
    return null;
  }
  const named = typeof body.ticketNumber === 'string' ? body.ticketNumber : null;
  const providerTicket = named ?? group ?? PROVIDER_TICKET_DEFAULT;
  return {
    id: `preview-${index + 1}`,
    transactionType: type,
    group: providerTicket,
    // Behind the one before: the queue keeps an order.
    sentAt: now + index,
    body: {
      clientName: contract.clientName,
      clientTicketNumber: ticket?.number ?? '',
      ticketNumber: providerTicket,
      ...(ticket?.change === undefined ? {} : { ticketType: 'Change' }),
      ...body,
    },
  };
}

function readRaw(written: JsonObject, at: string, mistakes: Mistake[]): SituationMessage | null {
  const read = readQueueMessage(written);
  if (read.kind === 'unreadable') {
    mistakes.push({ at, message: `is no message of the queue: ${read.reason}` });
    return null;
  }
  const { id, transactionType, group, sentAt, body } = read.message;
  return { id, transactionType, group, sentAt, body };
}

function readAnswer(written: WrittenAnswer): SituationAnswer {
  switch (written) {
    case 'accepted':
      return { kind: 'accepted', providerTicket: null };
    case 'timeout':
      return { kind: 'no-answer', reached: true };
    case 'unreachable':
      return { kind: 'no-answer', reached: false };
    default:
      return { kind: 'refused', ...written };
  }
}
