import { CODES } from '../../../engine/compile/codes.ts';
import type { Spot } from '../../../engine/compile/report.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import { isDone } from '../../../engine/domain/payload.ts';
import { ticketContext, type Ticket } from '../../../engine/domain/ticket.ts';
import { testCondition } from '../../../engine/map/condition.ts';
import { mapTicket, type MappedTicket } from '../../../engine/map/outbound.ts';
import type { RuleFault } from '../../../engine/map/rule-fault.ts';
import { ItsmRefused } from '../../../engine/runtime/ports.ts';
import { createTicket } from '../../../engine/wire/requests.ts';
import { validateRequest } from '../../../engine/wire/validate-payload.ts';
import { prefixed } from '../itsm/changed-rows.ts';
import { plainText } from '../itsm/field-values.ts';
import { openItsm } from '../itsm/itsm.ts';
import type { Path } from './spots.ts';
import type { RowsContext } from './survey-context.ts';
import { ticketPath } from './values.ts';

/** Tickets that are run through the rules: the newest ones. */
export const NEWEST_TICKETS_MAX = 500;

/** One thing that goes wrong with tickets, and with how many. */
interface Trouble {
  readonly spot: Spot;
  /** As it went with the first of them. */
  readonly reason: string;
  readonly first: string;
  count: number;
}

/**
 * Runs the newest tickets through the triggers, the mapping and the bridge's limits, as a look at the database would,
 * and tells which triggers match nothing and how many tickets would be parked for what. Returns a line on how many.
 */
export async function checkNewest(context: RowsContext, now: Instant): Promise<string> {
  const { contract, report, inContract } = context;
  const { triggers } = contract.outbound;
  const troubles = new Map<string, Trouble>();
  const matches = new Map(triggers.map(({ name }) => [name, 0]));
  const { tickets, unreadable } = await newestTickets(context);
  let travelling = 0;
  const meet = (ticket: string, identity: string, spot: Spot, reason: string): void => {
    const trouble = troubles.get(identity) ?? { spot, reason, first: ticket, count: 0 };
    trouble.count += 1;
    troubles.set(identity, trouble);
  };
  for (const { key, reason } of unreadable) {
    const { identity, spot } = fieldIn(context, reason);
    meet(key, identity, spot, reason);
  }

  for (const ticket of tickets) {
    let matched = false;
    for (const [index, trigger] of triggers.entries()) {
      const { name, place, when } = trigger;
      const verdict = testCondition(name, place, when, ticketContext(ticket), now);
      if (verdict.kind === 'yes') matches.set(name, (matches.get(name) ?? 0) + 1);
      matched ||= verdict.kind === 'yes';
      if (verdict.kind === 'fault')
        meet(
          ticket.number,
          verdict.fault.rule,
          inContract(['outbound', 'triggers', index, 'when']),
          verdict.fault.reason,
        );
    }
    const isLinked = ticket.providerNumber !== null;
    if (!matched && !isLinked) continue;
    const mapped = mapTicket(contract, ticket, now);
    // A ticket that is over is not created any more.
    if (!isLinked && isDone(mapped.payload.status)) continue;
    travelling += 1;
    // A ticket that stumbles in two comments over one rule is one ticket.
    const told = new Set<string>();
    const meetOnce = (identity: string, spot: Spot, reason: string): void => {
      if (!told.has(identity)) meet(ticket.number, identity, spot, reason);
      told.add(identity);
    };
    for (const fault of mapped.faults)
      if (!isTold(context, fault))
        meetOnce(`${fault.rule} ${fault.code}`, spotOf(context, fault.subject), fault.reason);
    if (mapped.faults.length > 0 || isLinked) continue;
    for (const { field, reason } of refusals(context, ticket, mapped))
      meetOnce(`refused ${field}`, spotOf(context, field), reason);
  }

  const count = tickets.length + unreadable.length;
  const looked = count === 1 ? 'the one ticket there is' : `the ${count} newest tickets`;
  triggers.forEach(({ name }, index) => {
    if (matches.get(name) !== 0 || tickets.length === 0) return;
    const message = `The trigger "${name}" matches none of ${looked}.`;
    const hint = 'Compare the values in its condition with those in the database.';
    report.add(CODES.newestTickets, inContract(['outbound', 'triggers', index, 'when']), message, hint);
  });
  for (const { spot, reason, first, count: parked } of troubles.values()) {
    const message = `${parked} of ${looked} would be parked, ${first} for one: ${reason}.`;
    report.add(
      CODES.newestTickets,
      spot,
      message,
      'Mend the tickets, or let the rule take them as they are.',
    );
  }
  return `${looked}: ${travelling} would travel`;
}

/** Which field a value belongs to that cannot be read: `comments.is_public (field public) holds 7, …`. */
function fieldIn(
  { contract, inItsm }: RowsContext,
  reason: string,
): { readonly identity: string; readonly spot: Spot } {
  const [identity, table, field = ''] = /^(\S+)\.\w+ \(field ([\w.]+)\)/.exec(reason) ?? ['unreadable'];
  const [name = '', part] = field.split('.');
  const { comments } = contract.itsm;
  const ofComment = comments !== null && comments.table === table && comments.fields.has(name);
  const path = [ofComment ? 'comments' : 'tickets', 'fields', name];
  return {
    identity,
    spot: inItsm(part === undefined ? [...path, 'type'] : [...path, 'fields', part, 'type']),
  };
}

/** By date of change where the ticket table is watched, else by key. */
async function newestTickets({ knex, contract }: RowsContext): Promise<{
  readonly tickets: readonly Ticket[];
  readonly unreadable: readonly { readonly key: string; readonly reason: string }[];
}> {
  const { tickets: table, changes } = contract.itsm;
  const changed = changes.find((source) => source.table === table.table)?.changed;
  const order = [...(changed === undefined ? [] : [changed]), table.key];
  const rows: readonly { readonly key: unknown }[] = await knex({ t: table.table })
    .where(prefixed('t', table.where))
    .orderBy(order.map((column) => ({ column: `t.${column}`, order: 'desc' })))
    .limit(NEWEST_TICKETS_MAX)
    .select({ key: `t.${table.key}` });
  const itsm = openItsm(knex, contract.itsm);
  const tickets: Ticket[] = [];
  const unreadable: { key: string; reason: string }[] = [];
  for (const row of rows) {
    const key = plainText(row.key);
    try {
      const ticket = await itsm.ticket(key, false);
      if (ticket !== null) tickets.push(ticket);
    } catch (error) {
      if (!(error instanceof ItsmRefused)) throw error;
      unreadable.push({ key: `${table.key} ${key}`, reason: error.message });
    }
  }
  return { tickets, unreadable };
}

/** What the bridge would say of its create: too long, missing. */
function refusals(
  { contract }: RowsContext,
  ticket: Ticket,
  { ticketType, payload, comments }: MappedTicket,
): readonly { readonly field: string; readonly reason: string }[] {
  if (ticketType === null) return [];
  const request = createTicket({
    clientName: contract.clientName,
    clientTicketNumber: ticket.number,
    ticketType,
    fields: payload,
    comments: comments.flatMap(({ parts }) => parts),
  });
  return validateRequest(request).map(({ field, limit }) => ({ field, reason: `${field}: ${limit}` }));
}

/** An unmapped value of a plain path has been told with its count over all tickets. */
function isTold({ contract }: RowsContext, { code, subject }: RuleFault): boolean {
  if (code !== 'no-table-entry') return false;
  const rules = [contract.outbound.ticketType, ...contract.outbound.fields.values()];
  const rule = rules.find(({ field }) => field === subject);
  return rule !== undefined && ticketPath(contract.itsm, rule.value.source) !== null;
}

/** Where the rule stands that a fault names: a field, a line of `append`, a field of comments, or a rule of one kind. */
function spotOf({ contract, inContract }: RowsContext, subject: string): Spot {
  const { fields, comments } = contract.outbound;
  const [name = '', , ...label] = subject.split('.');
  const ofComment = /^comments(?:\[\d+\])?\.(\w+)/.exec(subject)?.[1] ?? subject;
  const path = ((): Path => {
    if (label.length > 0 && subject.startsWith(`${name}.append.`))
      return ['fields', name, 'append', label.join('.')];
    if ([...fields.keys()].some((field) => field === subject)) return ['fields', subject, 'value'];
    if (comments !== null && [...comments.fields.keys()].some((field) => field === ofComment))
      return ['comments', 'fields', ofComment, 'value'];
    return [subject];
  })();
  return inContract(['outbound', ...path]);
}
