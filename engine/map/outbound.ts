import type { Contract, FieldRule, OutboundAttachments, OutboundComments, Rule } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { CommentPayload, Payload, TicketType } from '../domain/payload.ts';
import { attachmentContext, commentContext, ticketContext, type Ticket } from '../domain/ticket.ts';
import type { AppendedLine } from './appended.ts';
import { firstMatch, testCondition } from './condition.ts';
import { asText, evaluateText } from './field.ts';
import { preparedOutbound } from './prepared/prepare-outbound.ts';
import { ruleName, type RuleFault } from './rule-fault.ts';
import { commentParts, fitText, type Shortened } from './shorten.ts';
import { toProvider } from './table.ts';

/** A ticket as the provider would see it: what the planner compares with the shadow. */
export interface MappedTicket {
  readonly ticketType: TicketType | null;
  readonly payload: Payload;
  /** The client works the ticket itself now. */
  readonly keptInternal: boolean;
  /** The comments in scope, oldest first. */
  readonly comments: readonly MappedComment[];
  /** Every attachment, oldest first; absent: the contract sends none, or the ITSM has none. */
  readonly attachments?: readonly MappedAttachment[];
  /** Texts that were too long for their fields. */
  readonly shortened: readonly Shortened[];
  /** Rules that could not do their work; the fields concerned are missing above. */
  readonly faults: readonly RuleFault[];
}

export interface MappedPayload {
  readonly payload: Payload;
  readonly shortened: readonly Shortened[];
  readonly faults: readonly RuleFault[];
}

export interface MappedComment {
  readonly key: string;
  /** As it travels: in one call, and in several parts if it is too long for one comment. */
  readonly parts: readonly CommentPayload[];
  /** What became of a body that is too long; null: it is not. */
  readonly shortened: string | null;
}

export interface MappedAttachment {
  readonly key: string;
  /** As the ITSM has it. */
  readonly name: string;
  /** Bytes, as the row has them; null: it does not say. */
  readonly size: number | null;
  /** It is in scope. */
  readonly travels: boolean;
}

export type TriggerVerdict =
  | { readonly kind: 'match'; readonly rule: Rule }
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: RuleFault };

/** Which trigger, if any, lets this ticket travel. */
export function matchTrigger(contract: Contract, ticket: Ticket, now: Instant): TriggerVerdict {
  const { outbound } = contract;
  const place = preparedOutbound(outbound)?.trigger(ticket, now) ?? null;
  if (place === null) return firstMatch(outbound.triggers, ticketContext(ticket), now);
  const rule = outbound.triggers[place];
  return rule === undefined ? { kind: 'none' } : { kind: 'match', rule };
}

export const mapTicket = (contract: Contract, ticket: Ticket, now: Instant): MappedTicket =>
  preparedOutbound(contract.outbound)?.ticket(ticket, now) ?? mapByRules(contract, ticket, now);

/** Rule by rule: the reason of every fault, and whatever is unusual. */
function mapByRules(contract: Contract, ticket: Ticket, now: Instant): MappedTicket {
  const { ticketType: typeRule, keptInternal: kept } = contract.outbound;
  const context = ticketContext(ticket);
  const faults: RuleFault[] = [];

  const { payload, shortened, faults: payloadFaults } = mapPayloadByRules(contract, ticket, now);
  faults.push(...payloadFaults);
  const type = mapTexts([typeRule], context, now);
  faults.push(...type.faults);

  let keptInternal = false;
  if (kept !== null) {
    const verdict = testCondition('kept_internal', kept.place, kept.when, context, now);
    if (verdict.kind === 'fault') faults.push(verdict.fault);
    keptInternal = verdict.kind === 'yes';
  }

  const comments = mapComments(contract.outbound.comments, ticket, now);
  faults.push(...comments.faults);

  const attachments = mapAttachments(contract.outbound.attachments, ticket, now);
  faults.push(...attachments.faults);

  const typeText = type.values[typeRule.field];
  const ticketType = typeText === 'Incident' || typeText === 'Request' ? typeText : null;
  if (ticketType === null && type.faults.length === 0) {
    faults.push({
      code: 'rule-failed',
      subject: 'ticket_type',
      reason: `ticket_type: the expression yields "${typeText ?? ''}"; allowed are Incident and Request`,
      rule: ruleName('ticket_type', typeRule.place),
    });
  }
  return {
    ticketType,
    payload,
    keptInternal,
    comments: comments.mapped,
    ...(attachments.mapped === undefined ? {} : { attachments: attachments.mapped }),
    shortened,
    faults,
  };
}

/** The payload alone: what the shadow is compared and moved with. */
export function mapPayload(contract: Contract, ticket: Ticket, now: Instant): MappedPayload {
  const payload = preparedOutbound(contract.outbound)?.payload(ticket, now) ?? null;
  return payload === null ? mapPayloadByRules(contract, ticket, now) : { payload, shortened: [], faults: [] };
}

function mapPayloadByRules(contract: Contract, ticket: Ticket, now: Instant): MappedPayload {
  const { values, shortened, faults } = mapTexts(
    contract.outbound.fields.values(),
    ticketContext(ticket),
    now,
  );
  return { payload: values, shortened, faults };
}

/** The comments in scope, oldest first; without rules none is. */
export function mapComments(
  rules: OutboundComments | null,
  ticket: Ticket,
  now: Instant,
): { readonly mapped: readonly MappedComment[]; readonly faults: readonly RuleFault[] } {
  const mapped: MappedComment[] = [];
  const faults: RuleFault[] = [];
  if (rules === null) return { mapped, faults };

  for (const comment of ticket.comments) {
    const context = commentContext(comment);
    const verdict = testCondition('comments', rules.when.place, rules.when, context, now);
    if (verdict.kind === 'fault') faults.push(verdict.fault);
    if (verdict.kind !== 'yes') continue;
    const { values, faults: fieldFaults } = mapTexts(rules.fields.values(), context, now);
    faults.push(...fieldFaults);
    mapped.push({ key: comment.key, ...commentParts(rules.fields.get('body'), values) });
  }
  return { mapped, faults };
}

function mapAttachments(
  rules: OutboundAttachments | null,
  ticket: Ticket,
  now: Instant,
): { readonly mapped?: readonly MappedAttachment[]; readonly faults: readonly RuleFault[] } {
  if (rules === null || ticket.attachments === undefined) return { faults: [] };
  const mapped: MappedAttachment[] = [];
  const faults: RuleFault[] = [];
  for (const attachment of ticket.attachments) {
    const { key, name, size } = attachment;
    const context = attachmentContext(attachment);
    const verdict = testCondition('attachments', rules.when.place, rules.when, context, now);
    if (verdict.kind === 'fault') faults.push(verdict.fault);
    mapped.push({ key, name, size, travels: verdict.kind === 'yes' });
  }
  return { mapped, faults };
}

function mapTexts(
  rules: Iterable<FieldRule>,
  context: JsonObject,
  now: Instant,
): {
  readonly values: Readonly<Record<string, string>>;
  readonly shortened: readonly Shortened[];
  readonly faults: readonly RuleFault[];
} {
  const values: Record<string, string> = {};
  const shortened: Shortened[] = [];
  const faults: RuleFault[] = [];
  for (const rule of rules) {
    const result = evaluateText(rule, context, now, toProvider);
    if (result.kind === 'fault') faults.push(result.fault);
    if (result.kind !== 'value') continue;
    if (rule.tooLong === null && rule.append.length === 0) {
      values[rule.field] = result.value;
      continue;
    }
    const fitted = fitText(rule, result.value, appendedLines(rule, context, now, faults));
    values[rule.field] = fitted.text;
    if (fitted.shortened !== null) shortened.push(fitted.shortened);
  }
  return { values, shortened, faults };
}

/** A custom field without a value is left out: an empty line says nothing. */
function appendedLines(
  rule: FieldRule,
  context: JsonObject,
  now: Instant,
  faults: RuleFault[],
): readonly AppendedLine[] {
  const lines: AppendedLine[] = [];
  for (const append of rule.append) {
    const result = append.value.evaluate(context, now);
    if (result.kind === 'failed') {
      faults.push({
        code: 'rule-failed',
        subject: `${rule.field}.append.${append.label}`,
        reason: `${rule.field}: appended "${append.label}": the expression \`${append.value.source}\` failed: ${result.reason}`,
        rule: ruleName(append.label, append.place),
      });
    }
    const value = result.kind === 'value' ? asText(result.value) : null;
    if (value !== null && value.trim() !== '') lines.push({ label: append.label, value });
  }
  return lines;
}
