import type { Contract, Rule } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/journal.ts';
import type { InboxMessage, Lane } from '../domain/lane.ts';
import { isDone } from '../domain/payload.ts';
import { canBeFiltered, decideMessage, isFormer, type MessageDecision } from '../decide/decide-message.ts';
import { firstMatch } from '../map/condition.ts';
import { changeMessage, isAboutChange, type ChangeMessage } from '../map/change-message.ts';
import { messageContext, notesContext } from '../map/inbound.ts';
import { validateMessage } from '../wire/validate-message.ts';
import { laneOfTicket } from './accept.ts';
import { applyChange, withChange } from './apply-change.ts';
import { goneRule, goneText, hearStatus, isCreateOfGone } from './gone-ticket.ts';
import { adopt, claim, linkTo, settleCreate } from './link.ts';
import { mergeInto } from './merge-lanes.ts';
import { reopening } from './open-again.ts';
import { openTicket, type Applied } from './open-ticket.ts';
import { ParkLane, ticketGone } from './park.ts';
import type { Transaction } from './ports.ts';
import { settleMessage } from './settle-message.ts';
import { inboundEntry, withState, type Runtime, type StepEnd } from './step.ts';
import { withSurplus } from './surplus-lane.ts';
import { takeAttachment } from './take-attachment.ts';
import { hasUnsentComments, isUnfinished } from './unfinished.ts';
import { writeComment } from './write-comment.ts';
import { ourTicket } from './our-ticket.ts';
import { writeUpdate } from './write-update.ts';

/** The message waits: what our ticket still has to say goes first. */
export interface SpeakFirst {
  readonly kind: 'speak-first';
  /** Knows what the message says of the provider's change: whether it takes anything. */
  readonly lane: Lane;
}

/**
 * Gives one message its effect and its outcome: ITSM rows, link, shadow, ledger, inbox and journal, in the one
 * transaction it is called in. Throws ParkLane when it cannot, having written nothing that stays.
 */
export async function applyMessage(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
): Promise<StepEnd | SpeakFirst> {
  const { contract, ports } = runtime;
  const now = ports.clock.now();
  const change = readChange(contract, lane, message);
  const context = change?.context ?? messageContext(contract.inbound, message.transactionType, message.body);

  const owner = await findOwner(tx, lane, context, now);
  if (owner !== null) {
    await mergeInto(tx, lane, owner.id, now);
    ports.log.info('lane merged', {
      contract: contract.name,
      lane: lane.id,
      into: owner.id,
      ticket: owner.clientNumber,
    });
    return { kind: 'again' };
  }

  const ready = await recogniseLink(runtime, tx, lane, message, context, now);
  const decision = decideMessage({
    lane: ready,
    message,
    context,
    outOfScope: await matchOutOfScope(runtime, message, context, now),
    faults: validateMessage(message),
    change,
  });
  if (decision.kind === 'change' && decision.decision.kind === 'open-again' && change !== null) {
    const told = withChange(ready, (known) => ({ ...known, seen: change.seen }));
    if (await isUnfinished(contract, tx, told, now)) return { kind: 'speak-first', lane: told };
  }
  if (decision.kind === 'apply' && takesItsPlace(contract, ready, context, decision.names)) {
    if (await hasUnsentComments(contract, tx, ready, now)) return { kind: 'speak-first', lane: ready };
  }
  const applied =
    decision.kind === 'change' && change !== null
      ? await applyChange(runtime, tx, ready, message, change, decision.decision, now)
      : await carryOut(runtime, tx, ready, message, context, decision, now);
  const attached =
    applied.fetches === true ? await takeAttachment(runtime, tx, applied, message, context, now) : applied;

  const saved: Lane = { ...attached.lane, parked: null };
  await tx.store.saveLane(saved);
  await settleMessage(tx.store, message, attached.outcome, now);
  await tx.store.journal(
    inboundEntry(attached.lane, message, now, {
      outcome: attached.outcome,
      summary: attached.summary,
      transactionId: message.messageId,
      rule: attached.rule,
      detail: attached.detail,
    }),
  );
  return {
    kind: 'again',
    ...(attached.fetches === true ? { fetches: true } : {}),
    // Where a link is made, or a second ticket found, another lane's messages may have come along.
    ...(lane.state.link === 'linked' && decision.kind === 'apply' ? { saved } : {}),
  };
}

/** Whether the message may re-open the ticket, so that another one of ours takes its place. */
function takesItsPlace(
  contract: Contract,
  lane: Lane,
  context: JsonObject,
  names: ReadonlySet<string>,
): boolean {
  const { status } = context;
  return (
    reopening(contract, lane) === 'new-ticket' &&
    names.has('status') &&
    typeof status === 'string' &&
    !isDone(status) &&
    isDone(lane.state.shadow.fields.status)
  );
}

/** The message as one about a change, over what its lane knows of that; null: it is not, or the contract takes none. */
function readChange(contract: Contract, { state }: Lane, message: InboxMessage): ChangeMessage | null {
  const { transactionType, body } = message;
  if (contract.changes === null) return null;
  if (state.ticketType !== 'Change' && !isAboutChange(transactionType, body)) return null;
  return changeMessage(contract.inbound, transactionType, body, state.change?.seen ?? {});
}

/** A lane that only knows the provider's ticket may turn out to belong to a ticket of ours. */
async function findOwner(
  tx: Transaction,
  lane: Lane,
  context: JsonObject,
  now: Instant,
): Promise<Lane | null> {
  const number = context.clientTicketNumber;
  if (lane.clientTicket !== null || typeof number !== 'string' || number === '') return null;
  const byNumber = await tx.store.laneByClientNumber(number);
  if (byNumber !== null) return byNumber;
  const key = await tx.itsm.ticketKeyByNumber(number);
  return key === null ? null : tx.store.lane(await laneOfTicket(tx.store, key, now), true);
}

/** Links a lane whose ticket the provider names, or whose ITSM row already carries the provider's number. */
async function recogniseLink(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
  context: JsonObject,
  now: Instant,
): Promise<Lane> {
  if (lane.clientTicket === null || lane.state.link === 'linked' || lane.state.link === 'replaced')
    return lane;
  const ticket = await ourTicket(tx, lane, true);
  if (ticket === null) {
    const namesIt = lane.clientNumber !== null && context.clientTicketNumber === lane.clientNumber;
    const isNews = message.transactionType !== 'ReturnEnsonoNum' && namesIt && !isFormer(lane, message.group);
    return isNews && isCreateOfGone(runtime, lane) ? settleLink(runtime, tx, lane, message.group, now) : lane;
  }
  const named: Lane = { ...lane, clientNumber: ticket.number };
  if (lane.state.link === 'unlinked' && lane.state.intent === null && ticket.providerNumber !== null) {
    await claim(tx, lane, ticket.providerNumber, 'operator', now);
    return adopt(tx, runtime.contract, named, ticket, ticket.providerNumber, now);
  }
  if (isFormer(lane, message.group)) return named;
  // A ReturnEnsonoNum is decided on by itself; any other message that names our ticket settles the link in passing.
  const namesUs = context.clientTicketNumber === ticket.number;
  if (message.transactionType === 'ReturnEnsonoNum' || !namesUs) return named;
  return linkTo(runtime.contract, tx, named, ticket, message.group, now);
}

async function matchOutOfScope(
  { contract }: Runtime,
  message: InboxMessage,
  context: JsonObject,
  now: Instant,
): Promise<Rule | null> {
  if (!canBeFiltered(message)) return null;
  const match = firstMatch(contract.inbound.outOfScope, context, now);
  if (match.kind === 'fault')
    throw new ParkLane('rule-failed', match.fault.reason, match.fault.rule, 'operator');
  return match.kind === 'match' ? match.rule : null;
}

async function carryOut(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  message: InboxMessage,
  context: JsonObject,
  decision: MessageDecision,
  now: Instant,
): Promise<Applied> {
  const plain = (outcome: Outcome, summary: string, change: Partial<Lane['state']> = {}): Applied => ({
    lane: withState(lane, change),
    outcome,
    summary,
    rule: null,
    detail: {},
  });
  switch (decision.kind) {
    case 'drop':
      return {
        ...plain('dropped', decision.summary, decision.marks ? { outOfScope: decision.rule } : {}),
        rule: decision.rule,
      };
    case 'not-handled':
      return plain('not-handled', decision.summary);
    case 'duplicate': {
      const known = plain('duplicate', decision.summary, {
        numberOwed:
          lane.state.numberOwed ||
          (message.transactionType === 'Create' && context.clientTicketNumber === ''),
      });
      return lane.state.surplus.includes(message.group)
        ? withComment(runtime, tx, { ...known, ...fetching(message) }, context, now)
        : known;
    }
    case 'park':
      throw new ParkLane(decision.code, decision.reason, null, 'operator');
    case 'surplus':
      runtime.ports.log.error('one ticket twice', {
        contract: runtime.contract.name,
        ticket: lane.clientNumber,
        provider_ticket: lane.providerTicket,
        surplus: decision.providerTicket,
        summary: 'the provider has two tickets for one of ours: the second is cancelled there',
      });
      return withComment(
        runtime,
        tx,
        {
          ...plain(
            'applied',
            `${decision.providerTicket} is a second provider ticket for ${lane.clientNumber ?? ''}: to be cancelled there`,
          ),
          ...fetching(message),
          lane: await withSurplus(tx, lane, decision.providerTicket, now),
        },
        context,
        now,
      );
    case 'former': {
      const summary = `${decision.providerTicket} had ended before ours went on there as ${lane.providerTicket ?? 'another ticket'}`;
      return withComment(runtime, tx, { ...plain('dropped', summary), ...fetching(message) }, context, now);
    }
    case 'link': {
      const linked = await settleLink(runtime, tx, lane, decision.providerTicket, now);
      return {
        ...plain('applied', `linked: the provider's ticket is ${decision.providerTicket}`),
        lane: linked,
      };
    }
    case 'attach': {
      const gone = await goneRule(runtime, tx, lane);
      if (gone !== null) return { ...plain('dropped', goneText(lane)), rule: gone };
      return { ...plain('applied', ''), fetches: true };
    }
    case 'open':
      return openTicket(runtime, tx, lane, message, context, now);
    case 'change':
      throw new Error('a message about a change is carried out as one');
    case 'apply': {
      const { names } = decision;
      // The ticket that is written is read anyway, and then it is there.
      const isThere = names.size > 0 && (await ourTicket(tx, lane, true)) !== null;
      const gone = isThere ? null : await goneRule(runtime, tx, lane);
      if (gone !== null) {
        const knowing = names.has('status') ? hearStatus(lane, context, message.sentAt) : lane;
        return { ...plain('dropped', goneText(lane)), lane: knowing, rule: gone };
      }
      const inScope = withState(lane, { outOfScope: canBeFiltered(message) ? null : lane.state.outOfScope });
      const updated = await writeUpdate(runtime, tx, inScope, message, context, names, now);
      const comment = await writeComment(runtime, tx, updated.lane, context, now);
      if (comment === null) return updated;
      const isOnlyComment = names.size === 0;
      return {
        ...updated,
        outcome: comment.outcome,
        summary: isOnlyComment ? comment.summary : `${updated.summary}; ${comment.summary}`,
      };
    }
  }
}

/** A file of a ticket that is one too many is kept too. */
const fetching = ({ transactionType }: InboxMessage): Pick<Applied, 'fetches'> =>
  transactionType === 'Attachment' ? { fetches: true } : {};

/** Somebody wrote to the ticket that is one too many: the ticket is cancelled, what was written is kept, if there is a place for it. */
async function withComment(
  runtime: Runtime,
  tx: Transaction,
  applied: Applied,
  context: JsonObject,
  now: Instant,
): Promise<Applied> {
  const gone = await goneRule(runtime, tx, applied.lane);
  if (gone !== null) {
    // A message that says nothing new of a ticket may bring something new all the same.
    const brings = applied.fetches === true || notesContext(runtime.contract.inbound, context) !== null;
    return {
      ...applied,
      outcome: brings && applied.outcome === 'duplicate' ? 'dropped' : applied.outcome,
      fetches: false,
      summary: `${applied.summary}; ${goneText(applied.lane)}`,
      rule: gone,
    };
  }
  const comment = await writeComment(runtime, tx, applied.lane, context, now);
  if (comment === null) return applied;
  return { ...applied, outcome: comment.outcome, summary: `${applied.summary}; ${comment.summary}` };
}

async function settleLink(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  providerTicket: string,
  now: Instant,
): Promise<Lane> {
  const ticket = await ourTicket(tx, lane, true);
  if (ticket === null) {
    // Linked, it can be ended there.
    if (!isCreateOfGone(runtime, lane)) throw ticketGone(lane);
    await claim(tx, lane, providerTicket, 'operator', now);
    return settleCreate(tx, lane, providerTicket, now);
  }
  return linkTo(runtime.contract, tx, lane, ticket, providerTicket, now);
}
