import type { Contract, Rule } from '../../engine/domain/contract.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import type { Json } from '../../engine/domain/json.ts';
import { ticketContext, type Ticket } from '../../engine/domain/ticket.ts';
import { conditionReason, placeOf } from '../preview/reason.ts';
import { ticketSources } from '../preview/sources.ts';
import type { ConditionReason } from '../preview/preview.ts';

/** Every trigger of a contract asked about one ticket, with what its condition saw. */
export async function triggerReasons(
  { outbound, itsm }: Contract,
  ticket: Ticket,
  now: Instant,
): Promise<readonly ConditionReason[]> {
  const sources = ticketSources(itsm);
  const reasons: ConditionReason[] = [];
  for (const trigger of outbound.triggers) {
    reasons.push(await conditionReason(trigger, ticketContext(ticket), now, { sources, asked: true }));
  }
  return reasons;
}

/**
 * One trigger that did not hold, on one line: `"incidents …" (rules/acme/contract.yaml:41:13) needs kind = 'incident' …;
 * here kind is "request" (tickets.kind), group is "Fleet" (groups.name)`. What holds of it is named too: a person
 * sees at a glance which part does not.
 */
export function reasonText({ name, place, expression, fault, operands }: ConditionReason): string {
  const head = `"${name}" (${place}) needs ${expression}`;
  if (fault !== null) return `${head}; ${fault}`;
  const seen = operands
    .filter(({ source, value }) => source !== null || value === null)
    .map(({ text, value, source }) => `${text} is ${wordOf(value)}${source === null ? '' : ` (${source})`}`);
  return seen.length === 0 ? head : `${head}; here ${seen.join(', ')}`;
}

const wordOf = (value: Json): string => (value === null ? 'nothing' : JSON.stringify(value));

export const triggerName = ({ name, when }: Rule): string => `"${name}" (${placeOf(when.place)})`;
