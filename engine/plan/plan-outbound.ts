import type { Contract } from '../domain/contract.ts';
import type { Lane, LedgerEntry } from '../domain/lane.ts';
import { COMMENTS_PER_CALL_MAX } from '../domain/limits.ts';
import { createFieldsOf, hasEnded, isDone, type Filling, type Payload } from '../domain/payload.ts';
import type { MappedTicket, TriggerVerdict } from '../map/outbound.ts';
import { ruleName } from '../map/rule-fault.ts';
import { restsOf } from '../map/shorten.ts';
import { isUnsure } from '../domain/shadow.ts';
import type { Upload } from '../domain/upload.ts';
import type { Action, ActionComment, OutboundPlan } from './action.ts';
import { changedFields, type Fields } from './changed-fields.ts';
import { fieldNames, hasFields } from './move-shadow.ts';
import { planAttachments, uploadsAwaited } from './plan-attachments.ts';
import { planOwed } from './plan-owed.ts';
import { planReplaced } from './plan-replaced.ts';
import { firstOfCall, inCall, planComments, unsentComments } from './plan-comments.ts';
import { planContinuation } from './plan-continuation.ts';
import { substitute } from './substitute.ts';

/** Everything that decides what goes out for one ticket. */
export interface OutboundFacts {
  readonly contract: Contract;
  readonly lane: Lane;
  readonly mapped: MappedTicket;
  readonly trigger: TriggerVerdict;
  readonly ledger: readonly LedgerEntry[];
  /** Files that were begun to be sent; absent: none were. */
  readonly uploads?: readonly Upload[];
}

/**
 * The calls that bring the provider to where the ticket is now, in their one order: create, then field updates, then
 * comments, then files, then resolve, then close. The provider ignores everything else in a resolution, takes nothing after a
 * close, and takes `closed` only after `resolved` (client guide v1.2). Files are only begun here: they are sent beside the
 * lane, and what ends the ticket waits for them.
 */
export function planOutbound(facts: OutboundFacts): OutboundPlan {
  const { lane, mapped, ledger } = facts;
  if (lane.state.link === 'replaced') {
    return planReplaced(lane, mapped.comments, ledger, mapped.payload.status);
  }

  const owed = planOwed(lane);
  if (lane.state.link !== 'linked') {
    const create = planCreate(facts);
    return create.kind === 'actions' ? behind(owed, create) : create;
  }
  return behind(owed, planLinked(facts));
}

function planCreate(facts: OutboundFacts): OutboundPlan {
  const { lane, mapped, trigger } = facts;
  if (trigger.kind !== 'match') {
    const summary =
      lane.state.link === 'unknown'
        ? 'no trigger matches any more, and whether the create was carried out is not known: a message that names the ticket links it'
        : 'no trigger matches: the ticket does not travel';
    return { kind: 'held', summary, rule: null };
  }
  const rule = ruleName(trigger.rule.name, trigger.rule.place);
  const status = mapped.payload.status;
  if (status !== undefined && isDone(status)) {
    const summary =
      lane.state.link === 'unknown'
        ? `the ticket is ${status} already, and whether its create was carried out is not known: a message that names it links and ends it`
        : `the ticket is ${status} already: there is nothing to open`;
    return { kind: 'held', summary, rule };
  }
  const because =
    lane.state.link === 'unknown'
      ? 'no answer came to the last create, and no word of the ticket since'
      : `trigger "${trigger.rule.name}" matches`;
  return createOf(facts, { because, rule, former: lane.state.former.at(-1) ?? null });
}

/** Ours is worked on again, and the provider's takes nothing more: by the contract's word a new one is opened there. */
function planAnew(
  facts: OutboundFacts,
  ended: string,
  held: Extract<OutboundPlan, { readonly kind: 'held' }>,
): OutboundPlan {
  const { contract, lane, mapped, trigger } = facts;
  const { keptInternal, afterClosed } = contract.outbound;
  const not = (why: string): OutboundPlan => ({ ...held, summary: `${held.summary}; ${why}` });
  // What was resolved is closed by itself, seven days after; of anything else that is closed a message is on its way.
  if (!isDone(lane.state.shadow.fields.status)) return not('its message has not come yet');
  if (mapped.keptInternal && keptInternal !== null) return not('one of our own groups has ours: no new one');
  if (trigger.kind !== 'match') return not('no trigger matches: no new one is opened there');
  const former = lane.providerTicket ?? '';
  const create = createOf(facts, {
    because: `re-opened after ${former} was ${ended}; trigger "${trigger.rule.name}" matches`,
    rule: ruleName('after_closed', afterClosed.place),
    former,
  });
  if (create.kind !== 'actions') return create;
  return { ...create, actions: create.actions.map((action) => ({ ...action, instead: former })) };
}

/** `former`: the provider's ticket, ended by now, that the new one names. */
function createOf(
  { lane, mapped, ledger }: OutboundFacts,
  said: { readonly because: string; readonly rule: string; readonly former: string | null },
): OutboundPlan {
  if (mapped.ticketType === null) return { kind: 'nothing' };
  const payload = createFieldsOf(substitute(mapped.payload, lane.state.substitutes));
  return {
    kind: 'actions',
    actions: [
      {
        kind: 'create',
        ticketType: mapped.ticketType,
        payload,
        comments: createComments(lane, mapped, ledger, said.former),
        because: `${said.because}${shortenedWords(mapped, payload)}`,
        rule: said.rule,
      },
    ],
  };
}

function planLinked(facts: OutboundFacts): OutboundPlan {
  const { contract, lane, mapped, ledger, uploads = [] } = facts;
  const { shadow } = lane.state;
  const agreed = shadow.fields.status;
  const wanted = substitute(mapped.payload, lane.state.substitutes);
  const status = wanted.status;
  const comments = planComments(mapped.comments, ledger);
  const rules = contract.outbound.attachments;
  const files = planAttachments(rules, mapped.attachments ?? [], ledger, uploads);

  const ended = hasEnded(agreed) ? agreed : lane.state.endedThere;
  if (ended != null) {
    const differs = status !== ended || comments.length > 0 || files.length > 0;
    if (!differs && !hasFields(changedFields(shadow, wanted))) return { kind: 'nothing' };
    const summary = `the provider's ticket is ${ended} and takes nothing more`;
    const held = { kind: 'held', summary, rule: null } as const;
    const policy = contract.outbound.afterClosed.byType[mapped.ticketType ?? 'Incident'];
    return policy === 'hold' || status === undefined || isDone(status) ? held : planAnew(facts, ended, held);
  }

  const endings = planEndings(wanted, lane);
  // Nothing may reach a ticket that is perhaps closed: whether it is comes first.
  if (hasEnded(status) && isEndInDoubt(lane)) return { kind: 'actions', actions: endings };
  const staysResolved = agreed === 'resolved' && !isUnsure(shadow, 'status') && isDone(status);
  const updates = staysResolved ? [] : planUpdate(contract, lane, mapped, wanted);
  const rests = restsOf(mapped.shortened);
  // A description that waits takes its rest along.
  const waits = staysResolved || (mapped.keptInternal && contract.outbound.keptInternal !== null);
  const goesOn = waits ? [] : planContinuation(lane.state, rests.description, 'description');
  const notesGoOn = endings.length === 0 ? [] : planContinuation(lane.state, rests.closeNotes, 'closeNotes');
  const awaited = endings.length === 0 ? [] : uploadsAwaited(rules, uploads);
  const first = inOrder(inOrder(updates, goesOn), inOrder(comments, files));
  if (first.length === 0 && awaited.length > 0) {
    const names = awaited.map(({ name }) => name).join(', ');
    return { kind: 'waits', summary: `${endings[0]?.kind ?? ''} after what is on its way: ${names}` };
  }
  const actions = inOrder(first, inOrder(notesGoOn, endings));

  if (actions.length > 0) return { kind: 'actions', actions };
  const waiting = staysResolved
    ? [
        ...fieldNames(changedFields(shadow, wanted)),
        ...planContinuation(lane.state, rests.description, 'description').map(
          () => 'the rest of the description',
        ),
      ]
    : [];
  if (waiting.length > 0) {
    return {
      kind: 'held',
      summary: `changed since the ticket was resolved (${waiting.join(', ')}): travels if it is re-opened`,
      rule: null,
    };
  }
  return { kind: 'nothing' };
}

/** The field update, or the word that the client keeps the ticket internal. */
function planUpdate(
  contract: Contract,
  lane: Lane,
  mapped: MappedTicket,
  wanted: Payload,
): readonly Action[] {
  const { shadow } = lane.state;
  const kept = contract.outbound.keptInternal;
  if (mapped.keptInternal && kept !== null) {
    if (lane.state.keptInternal || isDone(wanted.status)) return [];
    const fields = onlyDifferent(lane, substitute(kept.send, lane.state.substitutes));
    if (!hasFields(fields)) return [];
    return [
      {
        kind: 'update',
        fields,
        keepsInternal: true,
        because: 'one of our own groups has taken the ticket over',
        rule: ruleName('kept_internal', kept.place),
      },
    ];
  }

  const status = wanted.status;
  const isMoved =
    status !== undefined &&
    !isDone(status) &&
    (status !== shadow.fields.status || isUnsure(shadow, 'status'));
  const fields = changedFields(shadow, wanted);
  if (isMoved) fields.status = status;
  // In their order: the status comes behind what was compared.
  let names = '';
  for (const field in fields) names += names === '' ? field : `, ${field}`;
  if (names === '') return [];
  const reopens = shadow.fields.status === 'resolved' && fields.status !== undefined;
  return [
    {
      kind: 'update',
      fields,
      keepsInternal: false,
      because: `${reopens ? 're-opened; ' : ''}changed: ${names}${shortenedWords(mapped, fields)}`,
      rule: null,
    },
  ];
}

/** Which of the fields do not say all, and why. */
function shortenedWords({ shortened }: MappedTicket, fields: Payload): string {
  if (shortened.length === 0) return '';
  const reasons = shortened.filter(({ field }) => field in fields).map(({ reason }) => reason);
  return reasons.length === 0 ? '' : `; ${reasons.join('; ')}`;
}

/**
 * A create that is sent again carries no comment that the unanswered one did not: whichever of the two happened, the
 * same comments have crossed. The others follow.
 */
function createComments(
  { state }: Lane,
  mapped: MappedTicket,
  ledger: readonly LedgerEntry[],
  former: string | null,
): readonly ActionComment[] {
  const unsent = unsentComments(mapped.comments, ledger);
  const { intent } = state;
  const carried =
    intent?.kind === 'create' ? unsent.filter(({ key }) => intent.comments.includes(key)) : unsent;
  if (former === null) return inCall(firstOfCall(carried, false));
  const body = `This ticket goes on from ${former}, which has ended and takes nothing more.`;
  return [
    { key: null, payload: { body } },
    ...inCall(firstOfCall(carried, false, COMMENTS_PER_CALL_MAX - 1)),
  ];
}

/** Resolve, close, cancel: each a call of its own that carries status and closeNotes only. */
function planEndings(wanted: Payload, lane: Lane): readonly Action[] {
  const { status, closeNotes } = wanted;
  if (!isDone(status)) return [];
  const { shadow } = lane.state;
  const agreed = shadow.fields.status;
  const unsure = isUnsure(shadow, 'status');
  if (status === agreed && !unsure) return [];
  // In doubt it is resolved once more: only where the doubt is about a close is it certainly resolved, unless the provider
  // has re-opened it since.
  const isResolved = agreed === 'resolved' && !lane.state.reopenedThere && (!unsure || isEndInDoubt(lane));
  switch (status) {
    case 'resolved':
      return [ending('resolve', 'resolved', closeNotes, 'the ticket is resolved')];
    case 'closed':
      return [
        ...(isResolved
          ? []
          : [
              ending(
                'resolve',
                'resolved',
                closeNotes,
                'the ticket is closed; closing passes through resolved',
              ),
            ]),
        ending('close', 'closed', closeNotes, 'the ticket is closed'),
      ];
    case 'cancelled':
      return [ending('cancel', 'cancelled', closeNotes, 'the ticket is cancelled')];
    default:
      return [];
  }
}

const ending = (
  kind: 'resolve' | 'close' | 'cancel',
  status: string,
  closeNotes: string | undefined,
  because: string,
): Action => ({
  kind,
  fields: closeNotes === undefined ? { status } : { status, closeNotes },
  because,
  rule: null,
});

/** A close or a cancellation was sent, and no answer came. */
const isEndInDoubt = ({ state }: Lane): boolean =>
  isUnsure(state.shadow, 'status') && (state.intent?.kind === 'close' || state.intent?.kind === 'cancel');

function onlyDifferent(lane: Lane, fields: Fields): Fields {
  const { shadow } = lane.state;
  const different: Filling<Fields> = {};
  for (const field of fieldNames(fields)) {
    const value = fields[field];
    if (value !== undefined && (value !== shadow.fields[field] || isUnsure(shadow, field)))
      different[field] = value;
  }
  return different;
}

/** Mostly there is nothing in one of them. */
function inOrder(first: readonly Action[], then: readonly Action[]): readonly Action[] {
  if (first.length === 0) return then;
  return then.length === 0 ? first : [...first, ...then];
}

/** What is owed goes out first. */
function behind(owed: readonly Action[], plan: OutboundPlan): OutboundPlan {
  if (owed.length === 0) return plan;
  return { kind: 'actions', actions: plan.kind === 'actions' ? [...owed, ...plan.actions] : owed };
}
