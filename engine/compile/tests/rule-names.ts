import { reopenPolicies, type Contract } from '../../domain/contract.ts';

/** The names under which the journal knows what decided: of triggers, filters and error rules, and of the rules there is one of. */
export function ruleNames({ outbound, inbound, changes, errors }: Contract): ReadonlySet<string> {
  return new Set([
    ...outbound.triggers.map(({ name }) => name),
    ...inbound.outOfScope.map(({ name }) => name),
    ...errors.map(({ name }) => name),
    ...(outbound.keptInternal === null ? [] : ['kept_internal']),
    ...(outbound.deleted === null ? [] : ['deleted']),
    ...(outbound.attachments === null ? [] : ['attachments']),
    ...(reopenPolicies(inbound).every((policy) => policy === 'reopen') ? [] : ['reopen']),
    ...(Object.values(outbound.afterClosed.byType).includes('new-ticket') ? ['after_closed'] : []),
    ...(changes?.approvals == null ? [] : ['decided']),
  ]);
}
