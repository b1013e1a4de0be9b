import { hasEnded, isEnding, isSurplusCall, type Evidence, type Oracle } from '../evidence.ts';
import type { Call } from '../history.ts';
import { callsToEnded } from './changes.ts';

/** No field goes to a closed ticket; closing passes through resolved. */
export const closedIsClosed: Oracle = {
  name: 'closed-is-closed',
  check: (evidence) => [
    ...evidence.world.history.calls
      .filter(({ kind }) => kind === 'update' || kind === 'notes')
      .filter((call) => !isSurplusCall(call))
      .flatMap((call) =>
        [...toEnded(evidence, call), ...withoutResolving(evidence, call)].map((words) => ({
          tickets: [call.clientNumber ?? '', call.providerTicket ?? ''],
          words,
        })),
      ),
    ...callsToEnded(evidence),
  ],
};

function toEnded(evidence: Evidence, call: Call): readonly string[] {
  const { before, providerTicket } = call;
  if (before === null || !hasEnded(before) || providerTicket === null) return [];
  const ended = endedBy(evidence, call, providerTicket);
  if (ended === null) return [];
  return [`${call.request.method} ${call.request.path} goes to a ticket that is ${before.status}: ${ended}`];
}

/** How the engine knew that the ticket had ended; null: it could not know. */
function endedBy(evidence: Evidence, call: Call, providerTicket: string): string | null {
  const ours = evidence
    .callsOf(call.clientNumber ?? '')
    .find(
      (one) =>
        one.order < call.order &&
        one.providerTicket === providerTicket &&
        isEnding(one) &&
        one.after !== null &&
        hasEnded(one.after) &&
        evidence.endOf(one) === 'acknowledged' &&
        (one.answered?.order ?? Infinity) < call.order,
    );
  if (ours !== undefined) return 'our own call had ended it';
  const theirs = evidence
    .deedsOf(providerTicket)
    .find(
      (deed) =>
        hasEnded(deed.after) &&
        deed.messages.some((id) => (evidence.settled.get(id)?.order ?? Infinity) < evidence.intendedAt(call)),
    );
  return theirs === undefined ? null : 'their closing had been applied here';
}

/** The provider refuses a close that comes without a resolution; only its own people can be the reason. */
function withoutResolving(evidence: Evidence, call: Call): readonly string[] {
  const { before, payload, providerTicket } = call;
  if (payload.status !== 'closed' || before === null || before.status === 'resolved' || hasEnded(before))
    return [];
  const reopened = evidence
    .deedsOf(providerTicket ?? '')
    .some(
      (deed) =>
        deed.before?.status === 'resolved' &&
        deed.order < (call.handled?.order ?? 0) &&
        deed.messages.some((id) => (evidence.settled.get(id)?.order ?? Infinity) > call.order),
    );
  return reopened ? [] : [`${call.request.path} is closed without being resolved: it is ${before.status}`];
}
