import type { Changes, FieldRule } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { UNKNOWN_CHANGE, withdrawAll, type ProviderChange } from '../domain/provider-change.ts';
import { EMPTY_SHADOW } from '../domain/shadow.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { ChangeDecision } from '../decide/decide-change.ts';
import { canBeFiltered } from '../decide/decide-message.ts';
import type { ChangeMessage } from '../map/change-message.ts';
import { concerns, mapMessage } from '../map/inbound.ts';
import { sameValue } from '../map/same-value.ts';
import { detach, leaveBehind } from './open-again.ts';
import { fitColumns, tellRests, withKept, withReasons } from './fit-columns.ts';
import { openedHere, type Applied } from './open-ticket.ts';
import { ourTicket } from './our-ticket.ts';
import { ParkLane, parkOn, ticketGone } from './park.ts';
import type { Transaction } from './ports.ts';
import { withState, type Runtime } from './step.ts';
import { takeApproval } from './take-approval.ts';
import { writeComment } from './write-comment.ts';

type Decided = Exclude<ChangeDecision, { readonly kind: 'park' }>;

/** Gives one message about a change its effect. What the provider said of the change is remembered, whatever came of it. */
export async function applyChange(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
  change: ChangeMessage,
  decision: Decided,
  now: Instant,
): Promise<Applied> {
  const { changes } = runtime.contract;
  if (changes === null) throw new Error('the contract takes no changes');
  const before = lane.state.change ?? UNKNOWN_CHANGE;
  const known = withState(lane, {
    ticketType: 'Change',
    outOfScope: canBeFiltered(message) ? null : lane.state.outOfScope,
    change: { ...before, seen: change.seen },
  });
  const step: ChangeStep = { runtime, changes, tx, message, change, now };
  const applied = await carryOut(step, known, decision);
  const asked =
    message.transactionType === 'Approval Request' ? await takeApproval(step, applied.lane) : null;
  const withAsked = asked === null ? applied : joined(applied, asked);
  // Whoever opened the change has written its comment already.
  if (decision.kind === 'open' || decision.kind === 'open-again') return withAsked;
  const { context } = change;
  const comment = await writeComment(runtime, tx, withAsked.lane, context, now, changes.comments);
  if (comment === null) return withAsked;
  return decision.kind === 'comment'
    ? { ...withAsked, ...comment }
    : joined(withAsked, { ...withAsked, ...comment });
}

/** What every part of applying one message works with. */
export interface ChangeStep {
  readonly runtime: Runtime;
  readonly changes: Changes;
  readonly tx: Transaction;
  readonly message: InboxMessage;
  readonly change: ChangeMessage;
  readonly now: Instant;
}

/** Two effects of one message: the second's is news if the first has none. */
const joined = (one: Applied, other: Applied): Applied => ({
  ...other,
  outcome: one.outcome === 'applied' ? 'applied' : other.outcome,
  summary: `${one.summary}; ${other.summary}`,
  detail: { ...one.detail, ...other.detail },
});

async function carryOut(step: ChangeStep, lane: Lane, decision: Decided): Promise<Applied> {
  const plain = (summary: string, outcome: Applied['outcome']): Applied => ({
    lane,
    outcome,
    summary,
    rule: null,
    detail: {},
  });
  const { changes, change } = step;
  switch (decision.kind) {
    case 'nothing':
      return {
        ...plain(decision.summary, 'dropped'),
        lane: withChange(lane, (known) => ({ ...known, over: decision.over })),
      };
    case 'comment':
      return plain('no comment', 'dropped');
    case 'open':
      return openChange(step, lane);
    case 'open-again': {
      const ticket = await ticketOf(step, lane);
      const { seen } = change;
      const detached = withState(await detach(step.tx, lane, ticket, step.now), {
        ticketType: 'Change',
        change: { ...UNKNOWN_CHANGE, seen },
      });
      const opened = await openChange(step, detached);
      await leaveBehind(step.tx, lane, opened.lane, ticket, step.now);
      const summary = `assessed again after ${ticket.number} was cancelled: ${opened.summary}`;
      return { ...opened, summary, detail: { ...opened.detail, replaces: ticket.number } };
    }
    case 'update':
      return writeChange(step, lane, concerning(changes.fields, change.changed), 'nothing to change here');
    case 'close': {
      const rules = new Map([...concerning(changes.fields, change.changed), ...changes.closed]);
      const closed = await writeChange(step, lane, rules, 'closed there');
      return {
        ...closed,
        lane: withChange(closed.lane, (known) => withdrawAll({ ...known, over: 'closed' })),
      };
    }
    case 'cancel': {
      const cancelled = await writeChange(step, lane, changes.cancelled, 'nothing to cancel here');
      const { over } = decision;
      return {
        ...cancelled,
        summary: `${decision.summary}: ${cancelled.summary}`,
        lane: withChange(cancelled.lane, (known) => withdrawAll({ ...known, over })),
      };
    }
  }
}

/** The client's change is made from the provider's, linked at once, and our number is owed. */
async function openChange(step: ChangeStep, lane: Lane): Promise<Applied> {
  const { runtime, changes, tx, message, change, now } = step;
  const rules = new Map([...changes.fields, ...changes.create]);
  const fitted = fitColumns(rules.values(), mapped(rules, change.context, {}, now));
  const key = await tx.itsm.insertChange(fitted.fields, now);
  await tx.itsm.setProviderNumber(key, message.group, now);
  const ticket = await tx.itsm.ticket(key, true);
  if (ticket === null)
    throw new ParkLane(
      'itsm-refused',
      'the new change cannot be read back: it does not meet `change_requests.where` in itsm.yaml',
      null,
      'operator',
    );
  const opened: Lane = {
    ...withState(lane, {
      link: 'linked',
      origin: 'provider',
      shadow: EMPTY_SHADOW,
      numberOwed: true,
      kept: fitted.kept,
    }),
    clientTicket: key,
    clientNumber: ticket.number,
    providerTicket: message.group,
  };
  await tx.store.saveLane(opened);
  const told = await tellRests(runtime.contract, tx, opened, {}, fitted, now);
  const comment = await writeComment(runtime, tx, opened, change.context, now, changes.comments);
  return openedHere(opened, fitted, [...told, ...(comment === null ? [] : [comment.summary])]);
}

/** Writes what these rules say and the row does not yet. A person's edit of a field that no rule fills again stays. */
async function writeChange(
  step: ChangeStep,
  lane: Lane,
  rules: ReadonlyMap<string, FieldRule>,
  otherwise: string,
): Promise<Applied> {
  const { runtime, tx, change, now } = step;
  const ticket = await ticketOf(step, lane);
  const fields = mapped(rules, change.context, ticket.fields, now);
  const write = Object.fromEntries(
    Object.entries(fields).filter(([field, value]) => !sameValue(ticket.fields[field], value)),
  );
  const fitted = fitColumns(rules.values(), write);
  const names = Object.keys(fitted.fields);
  if (names.length === 0) {
    const summary = withReasons(otherwise, fitted.reasons);
    return { lane, outcome: 'applied', summary, rule: null, detail: {} };
  }
  await tx.itsm.updateTicket(ticket.key, fitted.fields, now);
  const told = await tellRests(runtime.contract, tx, lane, lane.state.kept, fitted, now);
  return {
    lane: withKept(lane, fitted),
    outcome: 'applied',
    summary: withReasons(`changed here: ${names.join(', ')}`, fitted.reasons, told),
    rule: null,
    detail: { fields: fitted.fields },
  };
}

/** The values of these rules. Throws ParkLane if one cannot do its work. */
function mapped(
  rules: ReadonlyMap<string, FieldRule>,
  context: JsonObject,
  current: JsonObject,
  now: Instant,
): JsonObject {
  const { fields, faults } = mapMessage(rules.values(), context, 'everything', current, now);
  parkOn(faults);
  return fields;
}

/** The rules that read one of the names. */
const concerning = (
  rules: ReadonlyMap<string, FieldRule>,
  names: ReadonlySet<string>,
): ReadonlyMap<string, FieldRule> => new Map([...rules].filter(([, rule]) => concerns(rule, names)));

async function ticketOf({ tx }: ChangeStep, lane: Lane): Promise<Ticket> {
  const ticket = await ourTicket(tx, lane, true);
  if (ticket === null) throw ticketGone(lane);
  return ticket;
}

export const withChange = (lane: Lane, change: (known: ProviderChange) => ProviderChange): Lane =>
  withState(lane, { change: change(lane.state.change ?? UNKNOWN_CHANGE) });
