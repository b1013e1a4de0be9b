import type { Lane, Parked } from '../../engine/domain/lane.ts';

export interface ParkedLane {
  readonly lane: Lane;
  readonly parked: Parked;
}

/** Tickets that stand still for one cause. */
export interface Cause {
  readonly code: string;
  /** The rule that led here, as `name (file:line)`; null: none did. */
  readonly rule: string | null;
  /** As the tickets have it, with `…` for what differs between them. */
  readonly reason: string;
  /** The one that has been parked longest first. */
  readonly tickets: readonly ParkedLane[];
}

/**
 * Sorts parked tickets by what would help all of them at once: one code and one line of the rules; or, where no rule led
 * there, one code and one reason, whatever numbers and values of the ticket it names. The cause with the most tickets
 * comes first.
 */
export function groupCauses(parked: readonly ParkedLane[]): readonly Cause[] {
  const groups = new Map<string, ParkedLane[]>();
  for (const one of parked) {
    const { code, rule, reason } = one.parked;
    const key = JSON.stringify([code, rule ?? withoutValues(reason)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()]
    .map((group): Cause => {
      const tickets = [...group].sort((a, b) => a.parked.at - b.parked.at || a.lane.id - b.lane.id);
      const reasons = tickets.map(({ parked: { reason } }) => reason);
      const { code = '', rule = null } = tickets[0]?.parked ?? {};
      return { code, rule, reason: commonReason(reasons), tickets };
    })
    .sort((a, b) => b.tickets.length - a.tickets.length || since(a) - since(b));
}

/** What people call a lane's ticket. */
export const nameOf = ({ id, clientNumber, providerTicket }: Lane): string =>
  clientNumber ?? providerTicket ?? `#${id}`;

const since = ({ tickets }: Cause): number => tickets[0]?.parked.at ?? 0;

/** Quoted values and whatever has digits in it: numbers, ticket numbers, dates. */
const VALUE = /"[^"]*"|\S*\d[^\s,;:)\]]*/g;
const PLACE = '…';

const withoutValues = (reason: string): string => reason.replace(VALUE, PLACE);

/** What all have in common, word by word, where it is the same sentence; otherwise the first. */
function commonReason(reasons: readonly string[]): string {
  const [first = ''] = reasons;
  if (reasons.every((reason) => reason === first)) return first;
  if (reasons.some((reason) => withoutValues(reason) !== withoutValues(first))) return first;
  const values = reasons.map((reason) => reason.match(VALUE) ?? []);
  let index = 0;
  return first.replace(VALUE, (value) => {
    const at = index;
    index += 1;
    return values.every((others) => others[at] === value) ? value : PLACE;
  });
}
