import type { Contract, FieldRule } from '../domain/contract.ts';
import type { AnyTicketType } from '../domain/payload.ts';
import { ruleName } from '../map/rule-fault.ts';
import type { Action } from '../plan/action.ts';
import type { PayloadFault } from '../wire/validate-payload.ts';

/** Why the bridge would refuse this call: every field with its limit and the line of the rule that filled it. */
export function payloadRefusal(
  contract: Contract,
  action: Action,
  ticketType: AnyTicketType | null,
  faults: readonly PayloadFault[],
): { readonly reason: string; readonly rule: string | null } | null {
  const first = faults[0];
  if (first === undefined) return null;
  const continued = continuedRule(contract, action);
  const rules =
    continued === null
      ? rulesOf(contract, action, ticketType)
      : { fields: [continued], comments: [continued] };
  const reasons = faults.map((fault) => {
    const rule = ruleOf(rules, fault.field);
    const where = rule === null ? '' : ` [${rule}]`;
    const value = fault.value === '' ? '' : `: "${fault.value}"`;
    return `${fault.field} ${fault.limit}${value}${where}`;
  });
  return {
    reason: `${action.kind} not sent, the bridge would refuse it: ${reasons.join('; ')}`,
    rule: ruleOf(rules, first.field),
  };
}

interface Rules {
  readonly fields: readonly FieldRule[];
  /** Those that fill a comment. */
  readonly comments: readonly FieldRule[];
}

/** The rule of a text that goes on in the comments of this call; null: they are people's. */
const continuedRule = ({ outbound }: Contract, action: Action): FieldRule | null =>
  action.kind === 'notes' && action.continues !== undefined
    ? (outbound.fields.get(action.continues.field) ?? null)
    : null;

function rulesOf({ outbound, changes }: Contract, action: Action, ticketType: AnyTicketType | null): Rules {
  if ('approvalId' in action) {
    const decided = changes?.approvals?.decided;
    if (decided === undefined) return { fields: [], comments: [] };
    return { fields: [decided.by], comments: decided.comment === null ? [] : [decided.comment] };
  }
  const comments = ticketType === 'Change' ? (changes?.sends ?? null) : outbound.comments;
  return {
    fields: [outbound.ticketType, ...outbound.fields.values()],
    comments: [...(comments?.fields.values() ?? [])],
  };
}

/** The rule that fills a payload field; `comments[2].body` belongs to the comment rules. */
function ruleOf({ fields, comments }: Rules, field: string): string | null {
  const ofComment = /^comments(?:\[\d+\])?\.(\w+)/.exec(field)?.[1];
  const rules = ofComment === undefined ? fields : comments;
  const only = rules.length === 1 && ofComment === 'body' ? rules[0] : undefined;
  const rule = only ?? rules.find((candidate) => candidate.field === (ofComment ?? field));
  return rule === undefined ? null : ruleName(rule.field, rule.place);
}
