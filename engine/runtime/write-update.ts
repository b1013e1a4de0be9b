import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { hasEnded, isDone, UPDATE_FIELDS, type Payload } from '../domain/payload.ts';
import type { Ticket } from '../domain/ticket.ts';
import { asText } from '../map/field.ts';
import { mapMessage } from '../map/inbound.ts';
import { mapPayload, type MappedPayload } from '../map/outbound.ts';
import { asWhole } from '../map/said-back.ts';
import { sameValue } from '../map/same-value.ts';
import { restsOf, type Rests } from '../map/shorten.ts';
import { age, applyMessage as moveShadow } from '../plan/move-shadow.ts';
import { moveContinued } from '../plan/plan-continuation.ts';
import { contestedFields } from '../plan/settle-conflict.ts';
import { sortIncoming, type Incoming } from '../plan/sort-incoming.ts';
import { substitute } from '../plan/substitute.ts';
import { fitColumns, tellRests, withKept, withReasons } from './fit-columns.ts';
import type { Applied } from './open-ticket.ts';
import { ourTicket } from './our-ticket.ts';
import { ParkLane, parkOn, ticketGone } from './park.ts';
import type { Transaction } from './ports.ts';
import { datesOf, editedAt } from './edited-at.ts';
import { openAgain, reopening } from './open-again.ts';
import { withState, type Runtime } from './step.ts';

/**
 * Writes what a message changes into the ITSM, and moves the shadow by exactly that. Where both sides changed a field,
 * the contract's `conflicts` say whose value stays.
 */
export async function writeUpdate(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
  said: JsonObject,
  changed: ReadonlySet<string>,
  now: Instant,
): Promise<Applied> {
  const { contract } = runtime;
  const nothing = (summary: string): Applied => ({
    lane,
    outcome: 'applied',
    summary,
    rule: null,
    detail: {},
  });
  if (changed.size === 0) return nothing('no field changed');

  const ticket = await ourTicket(tx, lane, true);
  if (ticket === null) {
    throw ticketGone(lane);
  }
  const mine = view(runtime, lane, ticket, now);
  const before = mine.payload;
  const { context, names } = asWhole({ context: said, names: changed }, mine, lane.state.shadow);
  if (names.size === 0) return nothing('nothing to change here: it comes back as it was sent, shortened');
  if (reopens(runtime, lane, before, context, names, message.sentAt)) {
    const otherwise = await openAgain(runtime, tx, lane, message, context, ticket, now);
    if (otherwise !== null) return otherwise;
  }

  const mapped = mapMessage(contract.inbound.fields.values(), context, names, ticket.fields, now);
  parkOn(mapped.faults);

  const { shadow } = lane.state;
  const { sentAt } = message;
  const ended = names.has('status') ? endingIn(context) : null;
  const theirs = asText(context.status ?? '') ?? '';
  const isWorkedOn = theirs !== '' && !isDone(theirs);
  const contested = contestedFields(shadow, before, sentAt);
  const weighing = { ticket, before, incoming: mapped.fields, isContested: contested.size > 0 };
  const incoming = await weigh(runtime, lane, weighing, now);
  const { write, taken, kept } = sortIncoming(incoming, {
    shadow,
    contested,
    sentAt,
    editedAt: editedAt(contract, lane, ticket),
    ended: ended !== null,
  });
  const rests = restsOf(mine.shortened);
  const moved = (after: Payload, restsAfter: Rests): Lane => {
    const { outbound } = contract;
    return withState(lane, {
      // Whoever speaks of the status here has not re-opened it, that was dropped above; or has, and ours stays done.
      reopenedThere: names.has('status') ? isWorkedOn && isDone(after.status) : lane.state.reopenedThere,
      endedThere: theirs === '' ? lane.state.endedThere : null,
      continued: moveContinued(lane.state.continued, rests, restsAfter),
      shadow: moveShadow(shadow, {
        outbound,
        before,
        after,
        said: wordsOf(context, names),
        sentAt,
        ended,
        taken,
        kept,
      }),
    });
  };
  const fitted = fitColumns(contract.inbound.fields.values(), write);
  const writes = Object.keys(fitted.fields);
  const keptOurs = kept.size === 0 ? [] : [`kept ours: ${[...kept].join(', ')}`];
  if (writes.length === 0) {
    const [first = 'nothing to change here', ...others] = [...keptOurs, ...fitted.reasons];
    return {
      ...nothing(withReasons(first, others)),
      lane: moved(before, rests),
      detail: { kept: [...kept] },
    };
  }

  await tx.itsm.updateTicket(ticket.key, fitted.fields, now);
  const knowing = withKept(lane, fitted);
  const written = await ourTicket(tx, knowing, true);
  if (written === null) {
    throw new ParkLane(
      'itsm-refused',
      'the ticket cannot be read back: it no longer meets `tickets.where` in itsm.yaml',
      null,
      'change',
    );
  }
  const after = view(runtime, lane, written, now);
  const told = await tellRests(contract, tx, lane, lane.state.kept, fitted, now);
  return {
    lane: withState(moved(after.payload, restsOf(after.shortened)), {
      ...datesOf(contract, lane, ticket, written),
      kept: knowing.state.kept,
    }),
    outcome: 'applied',
    summary: withReasons(`changed here: ${writes.join(', ')}`, fitted.reasons, told, keptOurs),
    rule: null,
    detail: { fields: fitted.fields, kept: [...kept] },
  };
}

/** What the provider says of these fields. A description comes without the lines that we have put behind it there. */
function wordsOf(context: JsonObject, names: ReadonlySet<string>): Payload {
  const said = UPDATE_FIELDS.filter((name) => name !== 'description' && names.has(name));
  return Object.fromEntries(said.map((name) => [name, asText(context[name] ?? '') ?? '']));
}

/** What the provider would be sent for this row. */
function view(
  runtime: Runtime,
  lane: Lane,
  ticket: Ticket,
  now: Instant,
): Pick<MappedPayload, 'payload' | 'shortened'> {
  const { payload, shortened } = mapPayload(runtime.contract, ticket, now);
  return { payload: substitute(payload, lane.state.substitutes), shortened };
}

/**
 * What each incoming value would alter of the payload, and whose word counts where both sides changed it. Where nothing
 * is contested nobody asks what a value alters, and the ticket is not mapped once more for each.
 */
async function weigh(
  runtime: Runtime,
  lane: Lane,
  facts: {
    readonly ticket: Ticket;
    readonly before: Payload;
    readonly incoming: JsonObject;
    readonly isContested: boolean;
  },
  now: Instant,
): Promise<readonly Incoming[]> {
  const { ticket, before, incoming, isContested } = facts;
  const { conflicts } = runtime.contract;
  const weighed: Incoming[] = [];
  for (const [field, value] of Object.entries(incoming)) {
    const changed = { ...ticket, fields: { ...ticket.fields, [field]: value } };
    const alone = isContested ? view(runtime, lane, changed, now).payload : before;
    weighed.push({
      field,
      value,
      isNews: !sameValue(ticket.fields[field], value),
      policy: conflicts.fields.get(field) ?? conflicts.otherwise,
      altered: UPDATE_FIELDS.filter((name) => alone[name] !== before[name]),
    });
  }
  return weighed;
}

/**
 * The provider works again on what both sides had agreed was done. With `comments-only` that holds for every update
 * from then on; otherwise the one that changes the status decides.
 */
function reopens(
  { contract }: Runtime,
  lane: Lane,
  before: Payload,
  context: JsonObject,
  names: ReadonlySet<string>,
  sentAt: Instant,
): boolean {
  const { shadow } = lane.state;
  const speaks = names.has('status') || reopening(contract, lane) === 'comments-only';
  const theirs = asText(context.status ?? '') ?? '';
  return (
    speaks &&
    theirs !== '' &&
    !isDone(theirs) &&
    isDone(before.status) &&
    isDone(shadow.fields.status) &&
    age(shadow, 'status', sentAt) === 'newer'
  );
}

/** The status of a message after which the provider's ticket takes nothing more. */
function endingIn(context: JsonObject): string | null {
  const status = asText(context.status ?? '') ?? '';
  return hasEnded(status) ? status : null;
}
