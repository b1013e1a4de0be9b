import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { ProviderTicket } from '../../../adapters/simulator/provider-ticket.ts';
import { hasEnded, isEnding, isSurplusCall, isWrite, type Evidence } from '../evidence.ts';
import type { Call } from '../history.ts';
import { bareNumber } from '../provider-numbers.ts';

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

/** What the provider has of a ticket that was deleted here, and somebody here can know of. */
function theirsOf(evidence: Evidence, { number, providerNumber }: Ticket): readonly ProviderTicket[] {
  const bare = bareNumber(providerNumber ?? '-');
  return evidence.world.tenant
    .tickets()
    .filter((theirs) => theirs.clientTicketNumber === number || bareNumber(theirs.ticketNumber) === bare)
    .filter((theirs) => !evidence.isUnheardOf(theirs));
}

/** Nobody works there on what nobody asks for any more. */
export const leftOpen = (evidence: Evidence): readonly Fault[] =>
  evidence.deleted.flatMap(({ ticket }) =>
    theirsOf(evidence, ticket)
      .filter((theirs) => !hasEnded(theirs))
      .map(({ ticketNumber, status }) => ({
        tickets: [ticket.number, ticketNumber],
        words: `${ticketNumber} is ${status}, and ${ticket.number} was deleted here`,
      })),
  );

/** What was read of the row after it was gone: nothing but the end of the provider's ticket, and what is owed whatever ours says. */
export const sentOfDeleted = (evidence: Evidence): readonly Fault[] =>
  evidence.deleted.flatMap(({ ticket, order }) =>
    evidence
      .callsOf(ticket.number)
      .filter((call) => isWrite(call) && evidence.intendedAt(call) > order && !isItsEnd(call))
      .map(({ request, providerTicket }) => ({
        tickets: [ticket.number, providerTicket ?? ''],
        words: `${request.method} ${request.path} speaks of ${ticket.number}, which was deleted before`,
      })),
  );

const isItsEnd = (call: Call): boolean =>
  call.kind === 'return-number' ||
  isSurplusCall(call) ||
  (isEnding(call) && call.payload.status !== 'resolved');

/** The row was gone when the call was set out on, so that ending the provider's ticket is what there is to say. */
export const endsDeleted = (evidence: Evidence, call: Call): boolean =>
  isEnding(call) &&
  evidence.deleted.some(
    ({ ticket, order }) => ticket.number === call.clientNumber && order < evidence.intendedAt(call),
  );

/** What the provider says of it is dropped: it has no effect, and opens nothing in its place. */
export const takenForDeleted = (evidence: Evidence): readonly Fault[] =>
  evidence.deleted.flatMap(({ ticket, order }) => {
    const numbers = new Set(theirsOf(evidence, ticket).map(({ ticketNumber }) => bareNumber(ticketNumber)));
    return evidence.settlements
      .filter((one) => one.order > order && numbers.has(bareNumber(one.message.group)))
      .filter(
        ({ message, outcome, writes }) =>
          (SAYS_SOMETHING.has(message.transactionType) &&
            !NO_EFFECT.has(outcome) &&
            !isOneTooMany(evidence, ticket, message.group)) ||
          writes.some(
            ({ kind }) => kind === 'ticket made' || kind === 'ticket changed' || kind === 'comment made',
          ),
      )
      .map(({ message, outcome }) => ({
        tickets: [ticket.number, message.group],
        words: `${message.transactionType} ${message.messageId} is ${outcome}, and ${ticket.number} was deleted before`,
      }));
  });

/** That there are two for one of ours is taken, whoever says it. */
const isOneTooMany = (evidence: Evidence, { number }: Ticket, group: string): boolean =>
  evidence.callsOf(number).some((call) => isSurplusCall(call) && call.providerTicket === group);

/** Nothing but what it says of the ticket is to be taken of these. */
const SAYS_SOMETHING: ReadonlySet<string> = new Set(['Update', 'Notes', 'Closure', 'Attachment']);
const NO_EFFECT: ReadonlySet<string> = new Set(['dropped', 'duplicate']);
