import type { TicketType } from '../domain/payload.ts';
import { Written } from './yaml/written.ts';
import type { ByType } from './written-contract.ts';

/** One word for all tickets, or one for each type; null: it is not written, or not as it should be. */
export function compileByType<Policy extends string>(
  written: Written<ByType<Policy>> | null,
  policies: readonly Policy[],
): { readonly [type in TicketType]: Policy } | null {
  const policyOf = (text: string | null | undefined): Policy | undefined =>
    policies.find((policy) => policy === text);
  const byType =
    written?.isMap === true
      ? new Written<{ readonly Incident: Policy; readonly Request: Policy }>(written.node, written.key)
      : null;
  const incident = policyOf(byType === null ? written?.text : byType.get('Incident')?.text);
  const request = policyOf(byType === null ? written?.text : byType.get('Request')?.text);
  return incident === undefined || request === undefined ? null : { Incident: incident, Request: request };
}
