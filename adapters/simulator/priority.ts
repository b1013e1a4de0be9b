/** Priority, impact and urgency belong together at the provider: whichever a client sends, the others follow. */
export interface Priority {
  readonly priority: string;
  readonly impact: string;
  readonly urgency: string;
}

const FALLBACK = '3';
const IMPACT_AND_URGENCY: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['1', ['1', '1']],
  ['2', ['1', '2']],
  ['3', ['2', '2']],
  ['4', ['3', '3']],
]);

/** `1`–`4`; anything else falls back to 3 (client guide v1.2). */
export function fromPriority(value: string): Priority {
  const priority = IMPACT_AND_URGENCY.has(value) ? value : FALLBACK;
  const [impact, urgency] = IMPACT_AND_URGENCY.get(priority) ?? [FALLBACK, FALLBACK];
  return { priority, impact, urgency };
}

/** `1`–`3` each; anything else falls back to 3. */
export function fromImpactAndUrgency(givenImpact: string, givenUrgency: string): Priority {
  const [impact, urgency] = [level(givenImpact), level(givenUrgency)];
  const priority = String(Math.min(Number(impact) + Number(urgency) - 1, 4));
  return { priority, impact, urgency };
}

/** What becomes of `before` when some of the three are set. */
export function changePriority(
  before: Priority,
  change: { readonly priority?: string; readonly impact?: string; readonly urgency?: string },
): Priority {
  if (change.priority !== undefined) return fromPriority(change.priority);
  if (change.impact === undefined && change.urgency === undefined) return before;
  return fromImpactAndUrgency(change.impact ?? before.impact, change.urgency ?? before.urgency);
}

const level = (value: string): string => (['1', '2', '3'].includes(value) ? value : FALLBACK);
