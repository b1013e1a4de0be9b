import { textOf } from '../text-of.ts';
import { UPDATE_FIELDS, type UpdateField } from '../../../engine/domain/payload.ts';
import { isDone } from '../../../engine/domain/payload.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import { EMPTY_SHADOW } from '../../../engine/domain/shadow.ts';
import { stripLines } from '../../../engine/map/appended.ts';
import type { Shortened } from '../../../engine/map/shorten.ts';
import { asWhole } from '../../../engine/map/said-back.ts';
import { mapMessage, messageContext } from '../../../engine/map/inbound.ts';
import { mapTicket, matchTrigger, type MappedTicket } from '../../../engine/map/outbound.ts';
import { caseFields } from '../../../adapters/simulator/message-bodies.ts';
import type { ProviderTicket } from '../../../adapters/simulator/provider-ticket.ts';
import { TEXT_LENGTH_MAX } from '../../../engine/domain/limits.ts';
import { goesOn } from '../../../engine/wire/fit-text.ts';
import { continuation, hasEnded, whole, type Evidence, type Oracle } from '../evidence.ts';
import type { Edit } from '../history.ts';
import { changesDiffer } from './changes.ts';
import { leftOpen } from './deleted.ts';
import { misnamed } from './replaced.ts';
import { untold } from './told-here.ts';

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

/** Once faults stop, both sides agree on every mapped field within a bounded time. */
export const convergence: Oracle = {
  name: 'convergence',
  check: async (evidence) => {
    const faults: Fault[] = [
      ...(await unsettled(evidence)),
      ...notOpenedHere(evidence),
      ...changesDiffer(evidence),
      ...misnamed(evidence),
      ...leftOpen(evidence),
      ...untold(evidence),
    ];
    for (const ticket of evidence.tickets) {
      for (const words of await differences(evidence, ticket))
        faults.push({ tickets: [ticket.number, ticket.providerNumber ?? ''], words });
    }
    return faults;
  },
};

/** Something is left to do, long after the faults have stopped. */
async function unsettled(evidence: Evidence): Promise<readonly Fault[]> {
  const { run, world } = evidence;
  if (run.isSettled) return [];
  const { backlog, due } = await world.database.twin.transaction(async ({ store }) => {
    const lanes = await store.dueLanes({
      owner: 'oracle',
      now: Number.MAX_SAFE_INTEGER,
      horizon: Number.MAX_SAFE_INTEGER,
      limit: 10,
      except: [],
    });
    const due = (await Promise.all(lanes.map((id) => store.lane(id, false)))).filter((lane) => lane !== null);
    return { backlog: await store.backlog(), due };
  });
  const waiting = due.map((lane) => ({
    tickets: [lane.clientNumber ?? '', lane.providerTicket ?? ''],
    words: `${lane.clientNumber ?? lane.providerTicket ?? ''} is never done: due at ${new Date(lane.dueAt ?? 0).toISOString()}, link ${lane.state.link}, intent ${lane.state.intent?.kind ?? 'none'}`,
  }));
  const known = backlog.parked.filter(({ lane }) => !evidence.isOfNobody(lane.providerTicket ?? ''));
  const parked = known.map(({ lane, parked: { code, reason } }) => ({
    tickets: [lane.clientNumber ?? '', lane.providerTicket ?? ''],
    words: `${lane.clientNumber ?? ''} is parked: ${code}: ${reason}`,
  }));
  const rest = {
    tickets: [],
    words: `${backlog.messagesWaiting} messages wait, ${backlog.ambiguous} answers are missing`,
  };
  return [...waiting, ...parked, ...(waiting.length + backlog.parked.length === 0 ? [rest] : [])];
}

/** Every ticket of the provider's that is in the contract has one of ours, or had: ours may have gone on as another one there. */
function notOpenedHere({ run, world, all }: Evidence): readonly Fault[] {
  const here = new Set(all.map(({ providerNumber }) => providerNumber));
  for (const { writes } of world.history.commits)
    for (const write of writes) if (write.kind === 'number set') here.add(write.providerTicket);
  return run.subjects
    .filter(
      ({ providerTicket, inContract, kind }) =>
        kind === 'ticket' && providerTicket !== null && inContract && !here.has(providerTicket),
    )
    .map(({ providerTicket }) => ({
      tickets: [providerTicket ?? ''],
      words: `${providerTicket ?? ''} is not here`,
    }));
}

async function differences(evidence: Evidence, ticket: Ticket): Promise<readonly string[]> {
  const { world } = evidence;
  const now = world.scheduler.now();
  const mapped = mapTicket(world.contract, ticket, now);
  const theirs = evidence.linked(ticket);
  if (theirs === null) {
    if (evidence.isReplaced(ticket)) return [];
    const trigger = matchTrigger(world.contract, ticket, now);
    const isOwed = trigger.kind === 'match' && !isDone(mapped.payload.status);
    return isOwed ? [`${ticket.number} travels, and the provider does not have it`] : [];
  }
  if (theirs.clientTicketNumber !== ticket.number)
    return [`the provider knows ${ticket.number} as "${theirs.clientTicketNumber}"`];
  const faults: string[] = [...cutHere(evidence, ticket)];
  if (hasEnded(theirs)) return [...faults, ...endedDifferences(evidence, ticket, mapped, theirs)];
  for (const field of UPDATE_FIELDS) {
    const fault = await fieldFault(evidence, ticket, mapped, theirs, field);
    if (fault !== null) faults.push(fault);
  }
  return faults;
}

/** The provider takes nothing more: ours has ended too, unless somebody here took it up again since, or the contract lets ours alone. */
function endedDifferences(
  evidence: Evidence,
  ticket: Ticket,
  mapped: MappedTicket,
  theirs: ProviderTicket,
): readonly string[] {
  const ours = mapped.payload.status;
  if (hasStatusEnded(ours)) return [];
  const { words, contract } = evidence.world;
  const { statusField } = words;
  const end = evidence.deedsOf(theirs.ticketNumber).find(({ after }) => hasEnded(after));
  const applied = Math.min(...(end?.messages ?? []).map((id) => evidence.settled.get(id)?.order ?? Infinity));
  const isLater = ({ order, dated }: Edit): boolean =>
    order > applied || (order > (end?.order ?? 0) && dated > (end?.at ?? 0));
  const policy = contract.conflicts.fields.get(statusField) ?? contract.conflicts.otherwise;
  // With `latest` the whole row has one date.
  const touched = evidence
    .editsOf(ticket)
    .some(
      (edit) =>
        (statusField in edit.fields && (edit.order > (end?.order ?? 0) || edit.order > applied)) ||
        (policy === 'latest' && Object.keys(edit.fields).length > 0 && isLater(edit)),
    );
  const lastWord = evidence.editsOf(ticket).findLast((edit) => statusField in edit.fields);
  if (touched || (end === undefined && lastWord !== undefined)) return [];
  return [`${ticket.number} is ${ours ?? '?'}, and the provider's has ended as ${theirs.status}`];
}

const hasStatusEnded = (status: string | undefined): boolean => status === 'closed' || status === 'cancelled';

async function fieldFault(
  evidence: Evidence,
  ticket: Ticket,
  mapped: MappedTicket,
  theirs: ProviderTicket,
  field: UpdateField,
): Promise<string | null> {
  const { world } = evidence;
  const { contract } = world;
  const kept = mapped.keptInternal ? contract.outbound.keptInternal : null;
  const isOver = isDone(theirs.status) && isDone(mapped.payload.status);
  // What is changed on a resolved ticket waits for its re-opening; how it was resolved is said with the status.
  if (field === 'closeNotes' || (isOver && field !== 'status')) return null;
  // Kept internal is said once: what the provider does with it then is its own affair.
  if (kept !== null && field !== 'status') return null;
  if (kept !== null && !isDone(mapped.payload.status)) return null;
  // The contract takes a re-opened ticket's comments only.
  if (contract.inbound.reopen.Incident === 'comments-only' && wasReopened(evidence, theirs)) return null;
  const ours = substituted(world, field, mapped.payload[field]);
  const held = theirs[field];
  if (field === 'description' && !isSaidElsewhere(mapped, theirs))
    return `${ticket.number} does not go on at the provider: its rest was "${restOf(mapped)?.slice(0, 40) ?? ''}…"`;
  if (ours === undefined || ours === held) return null;
  if (
    field === 'description' &&
    stripLines(ours) === stripLines(held) &&
    isTheirText(evidence, ticket, theirs)
  )
    return null;
  if (await saysTheSame(world, ticket, mapped, theirs, field)) return null;
  return `${field} of ${ticket.number}: ours "${ours}", theirs "${held}"`;
}

/**
 * A long text of ours came back with its head alone, and was taken for the whole. One that people here have made short since
 * may have crossed a word of the provider's about the long one, and then says that it went on.
 */
function cutHere(evidence: Evidence, ticket: Ticket): readonly string[] {
  const { words } = evidence.world;
  const text = textOf(ticket.fields[words.textField]);
  const last = evidence.editsOf(ticket).findLast((edit) => typeof edit.fields[words.textField] === 'string')
    ?.fields[words.textField];
  return goesOn(text) && textOf(last).length > TEXT_LENGTH_MAX
    ? [`the description of ${ticket.number} has lost what it went on with`]
    : [];
}

const shortenedText = ({ shortened }: MappedTicket): Shortened | undefined =>
  shortened.find(({ field }) => field === 'description');

const restOf = (mapped: MappedTicket): string | null => shortenedText(mapped)?.rest ?? null;

/** What does not fit into the description is there: in the last comment that carries it on, or in a text of the provider's own. */
function isSaidElsewhere(mapped: MappedTicket, theirs: ProviderTicket): boolean {
  const rest = restOf(mapped);
  if (rest === null || shortenedText(mapped)?.whole === stripLines(theirs.description)) return true;
  const said = whole(theirs.comments.filter(({ by }) => by === 'client').map(({ body }) => body));
  const last = said.map(continuation).findLast((one) => one !== null);
  return last !== undefined && (last === rest || rest.endsWith(last) || last.endsWith(rest));
}

/** A group that the provider does not have is sent as another, by the contract's own word. */
function substituted(
  { settings, words }: Evidence['world'],
  field: UpdateField,
  value: string | undefined,
): string | undefined {
  return field === 'group' && settings.unknownGroup && value === words.unknownBridgeGroup
    ? 'Ensono Service Desk'
    : value;
}

/** Their description has no lines of ours behind it, if it was they who wrote it and nobody here changed anything since. */
function isTheirText(evidence: Evidence, ticket: Ticket, theirs: ProviderTicket): boolean {
  const deed = evidence
    .deedsOf(theirs.ticketNumber)
    .findLast((one) => evidence.altered(one).includes('description'));
  const sent = evidence
    .callsOf(ticket.number)
    .findLast(
      (call) =>
        call.kind === 'update' && call.payload.description !== undefined && call.handled?.isAccepted === true,
    );
  if (deed === undefined || (sent?.handled?.order ?? 0) > deed.order) return false;
  const applied = Math.max(...deed.messages.map((id) => evidence.settled.get(id)?.order ?? 0));
  return !evidence
    .editsOf(ticket)
    .some((edit) => edit.order > applied && evidence.touches(edit, 'description'));
}

const wasReopened = (evidence: Evidence, theirs: ProviderTicket): boolean =>
  evidence
    .deedsOf(theirs.ticketNumber)
    .some((deed) => deed.before?.status === 'resolved' && !isDone(deed.after.status));

/** What the provider has would be written here as what is here: a word of theirs that has no word of ours of its own. */
async function saysTheSame(
  { contract, tenant, scheduler }: Evidence['world'],
  ticket: Ticket,
  mapped: MappedTicket,
  theirs: ProviderTicket,
  field: UpdateField,
): Promise<boolean> {
  const said = messageContext(contract.inbound, 'Update', caseFields(theirs, tenant.account));
  const { context } = asWhole({ context: said, names: new Set([field]) }, mapped, EMPTY_SHADOW);
  const { fields } = mapMessage(
    contract.inbound.fields.values(),
    context,
    new Set([field]),
    ticket.fields,
    scheduler.now(),
  );
  const names = Object.keys(fields);
  return names.length > 0 && names.every((name) => textOf(fields[name]) === textOf(ticket.fields[name]));
}
