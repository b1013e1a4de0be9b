import type { Contract } from '../domain/contract.ts';
import { ruleName } from '../map/rule-fault.ts';
import type { Action } from '../plan/action.ts';
import type { PayloadFault } from '../wire/validate-payload.ts';

/** Why the bridge would refuse this call: every field with its limit and the line of the rule that filled it. */
export function payloadRefusal(
  contract: Contract,
  action: Action,
  faults: readonly PayloadFault[],
): { readonly reason: string; readonly rule: string | null } | null {
  const first = faults[0];
  if (first === undefined) return null;
  const reasons = faults.map((fault) => {
    const rule = ruleOf(contract, fault.field);
    const where = rule === null ? '' : ` [${rule}]`;
    const value = fault.value === '' ? '' : `: "${fault.value}"`;
    return `${fault.field} ${fault.limit}${value}${where}`;
  });
  return {
    reason: `${action.kind} not sent, the bridge would refuse it: ${reasons.join('; ')}`,
    rule: ruleOf(contract, first.field),
  };
}

/** The rule that fills a payload field; `comments[2].body` belongs to the comment rules. */
function ruleOf({ outbound }: Contract, field: string): string | null {
  const ofComment = /^comments(?:\[\d+\])?\.(\w+)/.exec(field)?.[1];
  const rules =
    ofComment === undefined
      ? [outbound.ticketType, ...outbound.fields.values()]
      : [...(outbound.comments?.fields.values() ?? [])];
  const rule = rules.find((candidate) => candidate.field === (ofComment ?? field));
  return rule === undefined ? null : ruleName(rule.field, rule.place);
}
