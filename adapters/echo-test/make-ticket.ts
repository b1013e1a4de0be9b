import type { Rule } from '../../engine/domain/contract.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { isDone } from '../../engine/domain/payload.ts';
import { ticketContext, type Ticket } from '../../engine/domain/ticket.ts';
import { mapTicket, matchTrigger } from '../../engine/map/outbound.ts';
import { reasonText, triggerName, triggerReasons } from '../operators/trigger-reasons.ts';
import { fillGaps } from './fill-gaps.ts';
import { meetings } from './meet-condition.ts';
import { sayField, type Workshop } from './say-field.ts';
import { typeAt } from './ticket-values.ts';

/** What marks everything of one test, so that nobody at the provider works on it, and it is recognised when it comes back. */
export interface Mark {
  /** Stands in the short description: `[Bridgehead echo-test K7Q2MD]`. */
  readonly text: string;
  /** The client's number of the ticket: no real one looks like it. */
  readonly number: string;
}

/** The row of the one ticket of a test, on both of its sides. */
export const TICKET_KEY = '1';

export const markOf = (id: string): Mark => ({
  text: `[Bridgehead echo-test ${id}]`,
  number: `ECHO-${id}-${TICKET_KEY}`,
});

export type MadeTicket =
  | { readonly kind: 'made'; readonly ticket: Ticket; readonly trigger: Rule }
  /** A line for each trigger, or for what else stands in the way. */
  | { readonly kind: 'impossible'; readonly reasons: readonly string[] };

/** Signs that are escaped on the way, letters that not every charset has, and several lines. */
const DESCRIPTION = [
  'A test of the connection: nobody need do anything about this ticket.',
  'Tab:\there. "Quoted", back\\slash, Ümläüt, é, €.',
  'Last line.',
].join('\n');

/** The most harmless first. */
const LOWEST_FIRST = ['4', '3', '2', '1'];

/**
 * A ticket that the contract's triggers let travel: made up from the first trigger for which one can be, or from `written`
 * (the fields of a file). What the contract maps decides whether it is one, not what is guessed here.
 */
export async function makeTicket(
  workshop: Workshop,
  mark: Mark,
  written: JsonObject | null,
): Promise<MadeTicket> {
  const { contract, now } = workshop;
  const blank = (fields: JsonObject): Ticket => ({
    key: TICKET_KEY,
    number: mark.number,
    providerNumber: null,
    fields,
    comments: [],
  });
  if (written !== null) return finished(workshop, mark, blank(written), null);
  const reasons: string[] = [];
  for (const trigger of contract.outbound.triggers) {
    const tries = meetings(trigger.when, {}, (path) => typeAt(contract.itsm, path), now);
    let last: MadeTicket | null = null;
    for (const fields of tries) {
      last = await finished(workshop, mark, blank(fields), trigger);
      if (last.kind === 'made') return last;
    }
    reasons.push(...(last?.kind === 'impossible' ? last.reasons : [`${triggerName(trigger)} never holds`]));
  }
  return { kind: 'impossible', reasons };
}

/** With all that the mapping wants, marked, open and of the lowest priority, as far as the trigger leaves that open. */
async function finished(
  workshop: Workshop,
  mark: Mark,
  begun: Ticket,
  trigger: Rule | null,
): Promise<MadeTicket> {
  const { contract, now } = workshop;
  const { outbound, itsm } = contract;
  const travels = (ticket: Ticket): boolean => {
    const verdict = matchTrigger(contract, ticket, now);
    return verdict.kind === 'match';
  };
  if (trigger !== null && !travels(begun))
    return { kind: 'impossible', reasons: await whyNot(workshop, begun, trigger) };
  const isMadeUp = trigger !== null;
  let ticket = begun;
  const say = (field: Parameters<typeof sayField>[2], wanted: readonly string[]): void => {
    ticket = sayField(workshop, ticket, field, wanted, travels) ?? ticket;
  };
  const before = mapTicket(contract, ticket, now);
  if (isMadeUp) {
    say('shortDescription', [`${mark.text} please ignore`]);
    say('description', [DESCRIPTION]);
    say('status', ['open']);
  } else {
    say('shortDescription', [`${mark.text} ${before.payload.shortDescription ?? ''}`.trim()]);
  }
  for (const field of ['priority', 'impact', 'urgency'] as const)
    if (isMadeUp || before.payload[field] === undefined) say(field, LOWEST_FIRST);
  const fields = fillGaps(
    {
      fields: ticket.fields,
      typeAt: (path) => typeAt(itsm, path),
      contextOf: (some) => ticketContext({ ...ticket, fields: some }),
    },
    [outbound.ticketType, ...outbound.fields.values()],
    now,
  );
  ticket = { ...ticket, fields };
  return judged(workshop, mark, ticket);
}

async function judged(workshop: Workshop, mark: Mark, ticket: Ticket): Promise<MadeTicket> {
  const { contract, now } = workshop;
  const verdict = matchTrigger(contract, ticket, now);
  if (verdict.kind !== 'match') return { kind: 'impossible', reasons: await whyNot(workshop, ticket, null) };
  const mapped = mapTicket(contract, ticket, now);
  const { payload } = mapped;
  const reasons = mapped.faults.map(({ reason }) => reason);
  if (isDone(payload.status)) reasons.push(`status: the ticket is ${payload.status ?? ''} before it begins`);
  if (mapped.keptInternal) reasons.push('kept_internal holds: the provider would be told to leave it alone');
  if (payload.shortDescription?.includes(mark.text) !== true)
    reasons.push('shortDescription: the mark of the test cannot be put into it');
  return reasons.length === 0
    ? { kind: 'made', ticket, trigger: verdict.rule }
    : { kind: 'impossible', reasons: reasons.map((reason) => `${triggerName(verdict.rule)}: ${reason}`) };
}

const whyNot = async (
  { contract, now }: Workshop,
  ticket: Ticket,
  only: Rule | null,
): Promise<readonly string[]> =>
  (await triggerReasons(contract, ticket, now))
    .filter(({ name }) => only === null || name === only.name)
    .map(reasonText);
