import type { Contract, OutboundComments } from '../../engine/domain/contract.ts';
import type { KnownApproval } from '../../engine/domain/provider-change.ts';
import { attachmentContext, commentContext, ticketContext, type Ticket } from '../../engine/domain/ticket.ts';
import { mapChange } from '../../engine/map/outbound-change.ts';
import { mapTicket, type MappedComment } from '../../engine/map/outbound.ts';
import { observeContract } from '../../engine/map/observe-contract.ts';
import type { Situation } from '../rehearsal/situation.ts';
import { Collector } from './collector.ts';
import type { AttachmentReason, CommentReason, ConditionReason, OutboundReasons } from './preview.ts';
import { conditionReason, fieldReason, withDecision } from './reason.ts';
import { attachmentSources, commentSources, ticketSources, type SourceOf } from './sources.ts';

/**
 * Why the ticket travels or not, and how each field came to its value: every trigger, also those that the engine does
 * not ask because one before them holds.
 * @param rehearsed what the engine itself asked
 */
export async function outboundReasons(
  contract: Contract,
  ticket: Ticket,
  situation: Situation,
  rehearsed: Collector,
): Promise<OutboundReasons> {
  if (ticket.change !== undefined) return changeReasons(contract, ticket, situation, rehearsed);
  const { now } = situation;
  const { outbound, itsm } = contract;
  const triggersCount = !isLinked(situation);
  const context = ticketContext(ticket);
  const sources = ticketSources(itsm);

  const triggers: ConditionReason[] = [];
  for (const trigger of outbound.triggers) {
    const asked = triggersCount && rehearsed.last(trigger.when) !== null;
    triggers.push(await conditionReason(trigger, context, now, { sources, asked }));
  }
  const kept = outbound.keptInternal;
  const collector = new Collector();
  const observed = observeContract(contract, collector);
  const { shortened, comments: travelling } = mapTicket(observed.contract, ticket, now);
  observed.end();
  const ofTicket = new Set([outbound.ticketType, ...outbound.fields.values()]);
  return {
    triggers: withDecision(triggers),
    kept_internal:
      kept === null
        ? null
        : await conditionReason({ name: 'kept_internal', ...kept }, context, now, {
            sources,
            asked: rehearsed.last(kept.when) !== null,
          }),
    fields: collector
      .fields()
      .filter(({ seen }) => ofTicket.has(seen.rule))
      .map((filled) =>
        fieldReason(filled, collector, {
          sources,
          asked: rehearsed.last(filled.seen.rule.value) !== null,
          shortened: shortened.find(({ field }) => field === filled.seen.rule.field)?.reason ?? null,
        }),
      ),
    comments: await commentReasons(
      { rules: outbound.comments, sources: commentSources(itsm), travelling },
      ticket,
      situation,
      collector,
      rehearsed,
    ),
    attachments: await attachmentReasons(contract, ticket, situation, rehearsed),
  };
}

/** Of a change only comments and answers to approvals go out: the fields are those of the answers. */
async function changeReasons(
  contract: Contract,
  ticket: Ticket,
  situation: Situation,
  rehearsed: Collector,
): Promise<OutboundReasons> {
  const collector = new Collector();
  const observed = observeContract(contract, collector);
  const approvals = approvalsOf(situation, rehearsed, contract);
  const { comments: travelling } = mapChange(observed.contract, ticket, approvals, situation.now);
  observed.end();
  const { changes, itsm } = contract;
  const decided = changes?.approvals?.decided ?? null;
  const ofAnswer = new Set(decided === null ? [] : [decided.by, decided.comment]);
  const sources = (): null => null;
  return {
    triggers: [],
    kept_internal: null,
    fields: collector
      .fields()
      .filter(({ seen }) => ofAnswer.has(seen.rule))
      .map((filled) =>
        fieldReason(filled, collector, { sources, asked: rehearsed.last(filled.seen.rule.value) !== null }),
      ),
    comments: await commentReasons(
      {
        rules: changes?.sends ?? null,
        sources: commentSources({ comments: itsm.changeRequests?.comments ?? null }),
        travelling,
      },
      ticket,
      situation,
      collector,
      rehearsed,
    ),
    attachments: [],
  };
}

/** The approvals whose decision the engine looked at. */
function approvalsOf(
  { ticket }: Situation,
  rehearsed: Collector,
  { changes }: Contract,
): readonly KnownApproval[] {
  const when = changes?.approvals?.decided.when;
  const asked = when === undefined ? [] : rehearsed.all(when).map(({ input }) => input.key);
  return (ticket?.change?.approvals ?? [])
    .filter(({ key }) => asked.includes(key))
    .map(({ key }) => ({ id: key, key, state: 'requested', answer: null, told: null }));
}

async function commentReasons(
  {
    rules,
    sources,
    travelling,
  }: {
    readonly rules: OutboundComments | null;
    readonly sources: SourceOf;
    readonly travelling: readonly MappedComment[];
  },
  ticket: Ticket,
  situation: Situation,
  collector: Collector,
  rehearsed: Collector,
): Promise<readonly CommentReason[]> {
  if (rules === null) return [];
  const { now } = situation;
  const reasons: CommentReason[] = [];
  for (const comment of ticket.comments) {
    const asked = rehearsed.all(rules.when).some(({ input }) => input.key === comment.key);
    const rule = { name: 'comments', place: rules.when.place, when: rules.when };
    const when = await conditionReason(rule, commentContext(comment), now, { sources, asked });
    const fields = collector
      .fields()
      .filter(
        ({ seen, evaluation }) =>
          [...rules.fields.values()].includes(seen.rule) && evaluation?.input.key === comment.key,
      )
      .map((filled) =>
        fieldReason(filled, collector, {
          sources,
          asked,
          shortened:
            filled.seen.rule.field === 'body'
              ? (travelling.find(({ key }) => key === comment.key)?.shortened ?? null)
              : null,
        }),
      );
    reasons.push({ key: comment.key, crossed: crossedHow(situation, comment.key), when, fields });
  }
  return reasons;
}

async function attachmentReasons(
  { outbound: { attachments: rules }, itsm }: Contract,
  ticket: Ticket,
  situation: Situation,
  rehearsed: Collector,
): Promise<readonly AttachmentReason[]> {
  if (rules === null) return [];
  const sources = attachmentSources(itsm);
  const reasons: AttachmentReason[] = [];
  for (const attachment of ticket.attachments ?? []) {
    const { key, name } = attachment;
    const asked = rehearsed.all(rules.when).some(({ input }) => input.key === key);
    const context = attachmentContext(attachment);
    const when = await conditionReason({ ...rules, name: 'attachments' }, context, situation.now, {
      sources,
      asked,
    });
    reasons.push({ key, name, crossed: fileCrossedHow(situation, key), when });
  }
  return reasons;
}

function fileCrossedHow({ known }: Situation, key: string): AttachmentReason['crossed'] {
  switch (known.kind) {
    case 'nothing':
      return 'no';
    case 'agreed':
      return known.ticket.attachments?.some((one) => one.key === key) === true ? 'sent' : 'no';
    case 'stored': {
      const entry = known.ledger.find((one) => one.kind === 'attachment' && one.clientId === key);
      return entry === undefined ? 'no' : entry.origin === 'client' ? 'sent' : 'from-provider';
    }
  }
}

/** Once the provider has a ticket, no trigger is asked any more. */
function isLinked({ ticket, known }: Situation): boolean {
  switch (known.kind) {
    case 'nothing':
      // A row with a number is adopted; without a ticket of ours the provider opened one.
      return ticket?.providerNumber !== null;
    case 'agreed':
      return true;
    case 'stored':
      return known.lane.state.link === 'linked' || known.lane.state.link === 'replaced';
  }
}

function crossedHow({ ticket, known }: Situation, key: string): CommentReason['crossed'] {
  if (ticket === null || ticket.comments.every((comment) => comment.key !== key)) return 'from-provider';
  switch (known.kind) {
    case 'nothing':
      return 'no';
    case 'agreed':
      return known.ticket.comments.some((comment) => comment.key === key) ? 'sent' : 'no';
    case 'stored': {
      const entry = known.ledger.find(({ kind, clientId }) => kind === undefined && clientId === key);
      return entry === undefined ? 'no' : entry.origin === 'client' ? 'sent' : 'from-provider';
    }
  }
}
