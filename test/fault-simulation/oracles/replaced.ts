import type { Ticket } from '../../../engine/domain/ticket.ts';
import { hasEnded, sentComments, whole, type Evidence } from '../evidence.ts';

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

/** One ticket of ours and the one that has taken its place, because the provider has re-opened its ticket. */
interface Replacement {
  readonly providerTicket: string;
  readonly old: Ticket;
  readonly fresh: Ticket;
}

function replacements(evidence: Evidence): readonly Replacement[] {
  return evidence.world.tenant.tickets().flatMap(({ ticketNumber: providerTicket }) => {
    const rows = evidence.ticketsOf(providerTicket);
    return rows.slice(1).flatMap((fresh, index) => {
      const old = rows[index];
      return old === undefined ? [] : [{ providerTicket, old, fresh }];
    });
  });
}

/** The two name each other, in the fields that the contract says. */
export function misnamed(evidence: Evidence): readonly Fault[] {
  const { onNew, onOld } = evidence.world.contract.inbound.references;
  return replacements(evidence).flatMap(({ providerTicket, old, fresh }) => {
    const tickets = [providerTicket, old.number, fresh.number];
    return [
      ...(onNew === null || fresh.fields[onNew] === old.number
        ? []
        : [{ tickets, words: `${fresh.number} does not name ${old.number}, whose place it took` }]),
      ...(onOld === null || old.fields[onOld] === fresh.number
        ? []
        : [{ tickets, words: `${old.number} does not name ${fresh.number}, which took its place` }]),
      ...(old.providerNumber === null
        ? []
        : [{ tickets, words: `${old.number} still has the number of ${old.providerNumber}` }]),
    ];
  });
}

/** What was written on the old one before the provider's word was here has been sent, unless the provider said that its ticket had ended. */
export function unsentOnReplaced(evidence: Evidence): readonly Fault[] {
  return replacements(evidence).flatMap(({ providerTicket, old, fresh }) => {
    const reopening = evidence.settlements.find(({ writes }) =>
      writes.some(
        (write) =>
          write.kind === 'number set' &&
          write.ticket === fresh.key &&
          write.providerTicket === providerTicket,
      ),
    );
    const known = evidence.accepted.get(reopening?.message.messageId ?? '')?.order ?? 0;
    const theirs = evidence.world.tenant.ticket(providerTicket);
    // What we have ended there, as far as we know, takes no comment.
    const isOver = [...evidence.intents.values()].some(
      ({ clientNumber, order, intent: { kind } }) =>
        clientNumber === old.number && order < known && (kind === 'close' || kind === 'cancel'),
    );
    if (isOver) return [];
    const refused = evidence
      .callsOf(old.number)
      .filter(({ before, handled }) => handled?.isAccepted === false && before !== null && hasEnded(before))
      .flatMap(sentComments);
    const arrived = whole(theirs?.comments.map(({ body }) => body) ?? []);
    return evidence
      .editsOf(old)
      .filter(({ comment, order }) => comment?.travels === true && order < known)
      .filter(({ comment }) => ![...arrived, ...refused].includes(comment?.body ?? ''))
      .map(({ comment }) => ({
        tickets: [providerTicket, old.number],
        words: `"${comment?.body ?? ''}" on ${old.number} has not arrived, and ${fresh.number} has taken its place`,
      }));
  });
}
