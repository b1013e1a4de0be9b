import { givenNames } from '../../engine/compile/tests/compile-message.ts';
import { PROVIDER_NUMBER_DEFAULT } from '../../engine/compile/tests/compile-ticket.ts';
import type { ContractTest, TestAnswer, TestMessage } from '../../engine/compile/tests/contract-test.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import { UPDATE_FIELDS } from '../../engine/domain/payload.ts';
import { ticketContext, type Ticket } from '../../engine/domain/ticket.ts';
import { isAboutChange } from '../../engine/map/change-message.ts';
import { testCondition } from '../../engine/map/condition.ts';
import { mapTicket } from '../../engine/map/outbound.ts';
import { escapeText } from '../../engine/wire/escape.ts';
import type { Known, Situation, SituationAnswer, SituationMessage } from '../rehearsal/situation.ts';

/** Messages that bring hardly more than identity; all others carry the whole ticket. */
const SHORT_MESSAGES: ReadonlySet<string> = new Set(['Notes', 'ReturnEnsonoNum', 'Attachment']);

/** The free texts of a message: they are escaped where the contract says that they arrive so. */
const FREE_TEXTS = ['shortDescription', 'description', 'closeNotes', 'body'] as const;

/** What a test begins with, as the engine would find it. `contract` is not observed: this is no part of the test. */
export async function situationOf(contract: Contract, test: ContractTest): Promise<Situation> {
  const agreed = test.isRoundTrip ? test.ticket : test.agreed;
  const view =
    agreed === null || agreed.change !== undefined ? null : await providerView(contract, agreed, test.now);
  const returned: TestMessage = { transactionType: 'Update', body: {}, changed: UPDATE_FIELDS };
  const messages = [...(test.isRoundTrip ? [returned] : []), ...test.receives];
  return {
    now: test.now,
    lastsMs: test.lastsMs,
    ticket: test.ticket,
    known: agreed === null ? { kind: 'nothing' } : await knownOf(contract, agreed, test.now),
    messages: messages.map((message, index) => messageOf(contract, test, message, index, view)),
    answers: test.answers.map(answerOf),
  };
}

/** A ticket that one of our own groups has taken over is agreed to be kept internal. */
async function knownOf(contract: Contract, agreed: Ticket, now: Instant): Promise<Known> {
  const kept = contract.outbound.keptInternal;
  const verdict =
    kept === null ? null : testCondition('kept_internal', kept.place, kept.when, ticketContext(agreed), now);
  return {
    kind: 'agreed',
    providerTicket: agreed.providerNumber ?? PROVIDER_NUMBER_DEFAULT,
    ticket: agreed,
    keptInternal: verdict?.kind === 'yes',
  };
}

/** The fields of the ticket as the provider has them, once both sides agree. */
async function providerView(contract: Contract, agreed: Ticket, now: Instant): Promise<JsonObject> {
  const { ticketType, payload } = mapTicket(contract, agreed, now);
  const fields = UPDATE_FIELDS.flatMap((field) =>
    payload[field] === undefined ? [] : [[field, payload[field]] as const],
  );
  return { ...(ticketType === null ? {} : { ticketType }), ...Object.fromEntries(fields) };
}

function messageOf(
  contract: Contract,
  { ticket, agreed, now }: ContractTest,
  { transactionType, body: written, changed }: TestMessage,
  index: number,
  view: JsonObject | null,
): SituationMessage {
  const known = view !== null && !SHORT_MESSAGES.has(transactionType) ? view : {};
  const isOfChange = ticket?.change !== undefined || isAboutChange(transactionType, written);
  const group = textOr(written.ticketNumber, agreed?.providerNumber ?? PROVIDER_NUMBER_DEFAULT);
  const plain: JsonObject = {
    clientName: contract.clientName,
    clientTicketNumber: (ticket ?? agreed)?.number ?? '',
    ticketNumber: group,
    ticketType: isOfChange ? 'Change' : 'Incident',
    ...known,
    ...written,
  };
  const body = contract.inbound.text === 'escaped' ? escaped(plain) : plain;
  const names = changed ?? givenNames(written);
  const values = names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]] as const]));
  return {
    id: `message-${index + 1}`,
    transactionType,
    group,
    sentAt: now,
    body:
      transactionType === 'Update' && plain.ticketType !== 'Change'
        ? { ...body, changed: Object.fromEntries(values) }
        : body,
  };
}

function escaped(body: JsonObject): JsonObject {
  const texts = FREE_TEXTS.flatMap((name) => {
    const text = body[name];
    return typeof text === 'string' ? [[name, escapeText(text)] as const] : [];
  });
  const { notes } = body;
  return {
    ...body,
    ...Object.fromEntries(texts),
    ...(isJsonObject(notes) ? { notes: escaped(notes) } : {}),
  };
}

function answerOf(answer: TestAnswer): SituationAnswer {
  return answer.kind === 'accepted' ? { kind: 'accepted', providerTicket: null } : answer;
}

const textOr = (value: Json | undefined, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;
