import { bareNumber } from '../provider-numbers.ts';
import { formerIn, hasEnded, type Evidence, type Oracle } from '../evidence.ts';
import type { Call } from '../history.ts';
import { changesMade } from './changes.ts';

/** At most one provider ticket per client ticket, and one client ticket per provider ticket. */
export const oneCreate: Oracle = {
  name: 'one-create',
  check: (evidence) => [
    ...createdTwice(evidence),
    ...leftOver(evidence),
    ...openedTwice(evidence),
    ...changesMade(evidence),
  ],
};

/** A create is sent again only where the one before may not have happened. */
function createdTwice(evidence: Evidence): readonly Fault[] {
  return evidence.all.flatMap(({ number }) => {
    const creates = evidence.callsOf(number).filter(({ kind }) => kind === 'create');
    return creates.flatMap((call, index) => {
      const known = creates.slice(0, index).find((earlier) => isKnown(evidence, earlier, call));
      return known === undefined
        ? []
        : [
            {
              tickets: [number],
              words: `${number} is created again, although the provider had answered with its number`,
            },
          ];
    });
  });
}

/** To the process that got the answer at once; to any other if it was written down before that one set out. */
function isKnown(evidence: Evidence, earlier: Call, later: Call): boolean {
  const former = earlier.after?.ticketNumber;
  // Instead of one that has ended.
  if (former !== undefined && formerIn(later) === former && isOver(evidence, former, later)) return false;
  if (evidence.endOf(earlier) !== 'acknowledged') return false;
  if (earlier.process === later.process) return (earlier.answered?.order ?? Infinity) < later.order;
  const written = evidence.journal.find(
    ({ transactionId, outcome }) => outcome === 'sent' && transactionId === earlier.announced?.intent.id,
  );
  return (written?.order ?? Infinity) < evidence.intendedAt(later);
}

/** The provider's ticket had ended before that call. */
const isOver = (evidence: Evidence, providerTicket: string, { order }: Call): boolean =>
  [...evidence.deedsOf(providerTicket), ...evidence.world.history.calls].some(
    (one) =>
      one.order < order &&
      one.after !== null &&
      'ticketNumber' in one.after &&
      one.after.ticketNumber === providerTicket &&
      hasEnded(one.after),
  );

/** What exists twice for a moment is cancelled; only what nobody ever hears of stays. */
function leftOver(evidence: Evidence): readonly Fault[] {
  return evidence.tickets.flatMap((ticket) => {
    const linked = evidence.linked(ticket);
    return evidence.theirs(ticket.number).flatMap((theirs) => {
      const { ticketNumber } = theirs;
      if (ticketNumber === linked?.ticketNumber || hasEnded(theirs)) return [];
      if (evidence.isUnheardOf(theirs)) return [];
      return [
        {
          tickets: [ticket.number, ticketNumber],
          words: `${ticketNumber} is left over: ${ticket.number} is linked to ${linked?.ticketNumber ?? 'nothing'}`,
        },
      ];
    });
  });
}

function openedTwice(evidence: Evidence): readonly Fault[] {
  const rows = new Map<string, string[]>();
  for (const { number, providerNumber } of evidence.tickets) {
    if (providerNumber === null) continue;
    const bare = bareNumber(providerNumber);
    rows.set(bare, [...(rows.get(bare) ?? []), number]);
  }
  return [...rows]
    .filter(([, numbers]) => numbers.length > 1)
    .map(([bare, numbers]) => ({
      tickets: [bare, ...numbers],
      words: `${bare} has several of our tickets: ${numbers.join(', ')}`,
    }));
}

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}
