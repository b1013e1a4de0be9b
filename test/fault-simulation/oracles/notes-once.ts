import type { ActionKind } from '../../../engine/domain/lane.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { ProviderTicket } from '../../../adapters/simulator/provider-ticket.ts';
import { continuation, hasEnded, sentComments, whole, type Evidence, type Oracle } from '../evidence.ts';
import { notesOfChanges } from './changes.ts';
import { outOfOrder } from './comment-order.ts';
import { unsentOnReplaced } from './replaced.ts';

/** Every comment in scope arrives once, in order, both ways. */
export const notesOnce: Oracle = {
  name: 'notes-once',
  check: (evidence) => [
    ...evidence.tickets.flatMap((ticket) => {
      const theirs = evidence.linked(ticket);
      if (theirs === null) return [];
      return [...goingOut(evidence, ticket, theirs), ...comingIn(evidence, ticket)].map((words) => ({
        tickets: [ticket.number, theirs.ticketNumber],
        words,
      }));
    }),
    ...unsentOnReplaced(evidence),
    ...notesOfChanges(evidence),
  ],
};

function goingOut(evidence: Evidence, ticket: Ticket, theirs: ProviderTicket): readonly string[] {
  const faults: string[] = [];
  const arrivedAt = ({ comments }: ProviderTicket): readonly string[] =>
    whole(comments.filter(({ by }) => by === 'client').map(({ body }) => body));
  const arrived = [...evidence.formersOf(ticket.number), theirs].flatMap(arrivedAt);
  const written = evidence
    .editsOf(ticket)
    .flatMap((edit) => (edit.comment?.travels === true ? [{ ...edit, comment: edit.comment }] : []));
  const endedAt = endedByUsAt(evidence, ticket, theirs);
  for (const { comment, order } of written) {
    const count = arrived.filter((body) => body === comment.body).length;
    const sends = evidence.callsOf(ticket.number).filter((call) => sentComments(call).includes(comment.body));
    const doubtful = sends.filter((call) => evidence.endOf(call) === 'ambiguous').length;
    if (count === 0 && (!hasEnded(theirs) || order < endedAt))
      faults.push(`"${comment.body}" has not arrived`);
    if (count > 1 && count > doubtful + 1)
      faults.push(`"${comment.body}" is there ${count} times, ${doubtful} answers were missing`);
    if (count > 1 && doubtful === 0)
      faults.push(`"${comment.body}" is there ${count} times, and every answer came`);
  }
  const internal = evidence.editsOf(ticket).filter(({ comment }) => comment?.travels === false);
  for (const { comment } of internal)
    if (arrived.includes(comment?.body ?? ''))
      faults.push(`"${comment?.body ?? ''}" is not for the provider`);
  return [
    ...faults,
    ...outOfOrder(written, arrived),
    ...againForNothing(evidence, ticket, arrivedAt(theirs)),
  ];
}

/** What a description goes on with is sent once to a ticket of the provider's, unless an answer was missing or it was another in between. */
function againForNothing(evidence: Evidence, ticket: Ticket, arrived: readonly string[]): readonly string[] {
  const rests = arrived.map(continuation).filter((rest) => rest !== null);
  const isDoubtful = evidence
    .callsOf(ticket.number)
    .some(
      (call) =>
        sentComments(call).some((text) => continuation(text) !== null) &&
        evidence.endOf(call) === 'ambiguous',
    );
  return rests
    .filter((rest, index) => rest === rests[index - 1] && !isDoubtful)
    .map(
      (rest) => `the rest of the description is there again though nothing changed: "${rest.slice(0, 40)}…"`,
    );
}

/**
 * When we first set out to end the provider's ticket: every comment that the row had then went before. 0: the provider's
 * own people ended it, and what is written here meanwhile comes too late.
 */
export function endedByUsAt(evidence: Evidence, ticket: Ticket, theirs: ProviderTicket): number {
  const isOurs = evidence
    .callsOf(ticket.number)
    .some(
      ({ providerTicket, before, after }) =>
        providerTicket === theirs.ticketNumber &&
        before !== null &&
        !hasEnded(before) &&
        after !== null &&
        hasEnded(after),
    );
  const first = [...evidence.intents.values()].find(
    ({ clientNumber, intent }) => clientNumber === ticket.number && ENDS.has(intent.kind),
  );
  return isOurs && first !== undefined ? first.order : 0;
}

const ENDS: ReadonlySet<ActionKind> = new Set(['close', 'cancel']);

function comingIn(evidence: Evidence, ticket: Ticket): readonly string[] {
  const { words } = evidence.world;
  const faults: string[] = [];
  const tickets = evidence.theirs(ticket.number).filter((theirs) => !evidence.isUnheardOf(theirs));
  for (const theirs of tickets) {
    // What they wrote before they re-opened it is on the ticket of ours that was replaced then.
    const replaced = evidence.ticketsOf(theirs.ticketNumber).filter(({ key }) => key !== ticket.key);
    const here = [...replaced, ticket].flatMap(({ comments }) =>
      comments.map(({ fields }) => words.bodyOf(fields)),
    );
    const written = theirs.comments.filter(({ by }) => by === 'provider').map(({ body }) => body);
    for (const body of written) {
      const count = here.filter((one) => one === body).length;
      if (count !== 1) faults.push(`their "${body}" is here ${count} times`);
    }
    const positions = written.map((body) => here.indexOf(body)).filter((position) => position !== -1);
    if (
      positions.some((position, index) => position < (positions[index - 1] ?? -1)) &&
      !evidence.clocksDisagree
    )
      faults.push(`their comments are here in another order: ${here.join(', ')}`);
  }
  return faults;
}
