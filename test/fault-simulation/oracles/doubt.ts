import type { UpdateField } from '../../../engine/domain/payload.ts';
import { seconds } from '../../../engine/domain/instant.ts';
import { isSurplusCall, type Evidence } from '../evidence.ts';
import type { Call, Deed } from '../history.ts';
import { bareNumber } from '../provider-numbers.ts';

/** A call whose answer is missing can have its effect so much later: the longest time-out, and a minute. */
const LATE_EFFECT_MS_MAX = seconds(120);

/** The last call before this one, to the same ticket of the provider's, that carried the field, was done, and of which the engine knew that. */
export function lastAgreed(evidence: Evidence, call: Call, field: UpdateField): Call | null {
  const earlier = evidence
    .callsOf(call.clientNumber ?? '')
    .filter((one) => one.order < call.order && one.payload[field] !== undefined && !isSurplusCall(one))
    .filter((one) => one.kind !== 'create' || madeTicketOf(one, call))
    .filter(
      (one) =>
        evidence.endOf(one) === 'acknowledged' && one.answered !== null && one.answered.order < call.order,
    );
  return earlier.at(-1) ?? null;
}

/** A create of a ticket that is one too many agrees to nothing about the other. */
const madeTicketOf = ({ after }: Call, { providerTicket }: Call): boolean =>
  bareNumber(after?.ticketNumber ?? '') === bareNumber(providerTicket ?? '');

/**
 * Whether nobody on our side could be sure what the provider had in this field: an answer was missing, the two sides'
 * words crossed, or the provider's word had not been applied yet.
 */
export function isInDoubt(evidence: Evidence, call: Call, field: UpdateField): boolean {
  const agreed = lastAgreed(evidence, call, field);
  const since = agreed?.order ?? 0;
  const unanswered = evidence
    .unanswered(call.clientNumber ?? '')
    .filter(
      ({ order, intent }) =>
        order < evidence.intendedAt(call) && (intent.kind === 'create' || intent.fields[field] !== undefined),
    );
  if (agreed !== null && keepsInternal(agreed) !== keepsInternal(call)) return true;
  if (hasNoWordOfOurs(evidence, call, field)) return true;
  if (isInDoubtOfReplaced(evidence, call, field)) return true;
  if (agreed?.kind === 'create' && unanswered.some(({ intent }) => intent.kind === 'create')) return true;
  if (agreed?.kind === 'create' && isOtherCreateOpen(evidence, call, agreed)) return true;
  if (
    unanswered.some(
      (one) => one.order > since || (agreed !== null && agreed.at < one.at + LATE_EFFECT_MS_MAX),
    )
  )
    return true;
  return evidence
    .deedsOf(call.providerTicket ?? '')
    .filter(
      (deed) => deed.order < (call.handled?.order ?? call.order) && evidence.altered(deed).includes(field),
    )
    .some((deed) => isUnsettled(evidence, call, field, since, deed));
}

/** An answer to another create was still to come, from a process that stood still. */
const isOtherCreateOpen = (evidence: Evidence, call: Call, agreed: Call): boolean =>
  evidence
    .callsOf(call.clientNumber ?? '')
    .some(
      (one) =>
        one.kind === 'create' &&
        one !== agreed &&
        one.order < call.order &&
        (one.answered?.order ?? Infinity) > evidence.intendedAt(call),
    );

/** A word of the provider's that was not applied yet, or was applied while ours had something to say too. */
function isUnsettled(evidence: Evidence, call: Call, field: UpdateField, since: number, deed: Deed): boolean {
  const settled = deed.messages.map((id) => evidence.settled.get(id));
  if (settled.some((one) => one === undefined || one.order > call.order)) return true;
  const appliedAt = Math.max(...settled.map((one) => one?.order ?? 0));
  if (appliedAt < since) return false;
  // Nobody here took the provider's word, so what was agreed before it still is.
  if (settled.some((one) => one?.outcome === 'dropped')) return true;
  if (evidence.clocksDisagree) return true;
  const crosses = evidence
    .callsOf(call.clientNumber ?? '')
    .some(
      (one) =>
        one.order < appliedAt &&
        one.payload[field] !== undefined &&
        deed.at <=
          (evidence.endOf(one) === 'acknowledged'
            ? (one.answered?.at ?? one.at)
            : one.at + LATE_EFFECT_MS_MAX),
    );
  const contested = evidence.world.history.edits.some(
    (edit) =>
      edit.number === call.clientNumber &&
      edit.order < appliedAt &&
      edit.order > since &&
      evidence.touches(edit, field),
  );
  return crosses || contested;
}

/** The ticket whose place this one has taken had said something of it, and no answer came. */
const isInDoubtOfReplaced = (
  evidence: Evidence,
  { providerTicket, clientNumber, order }: Call,
  field: UpdateField,
): boolean =>
  evidence.world.history.calls.some(
    (one) =>
      one.providerTicket === providerTicket &&
      one.clientNumber !== clientNumber &&
      one.order < order &&
      one.payload[field] !== undefined &&
      evidence.endOf(one) === 'ambiguous',
  );

/** What the provider has is none of the contract's words, so what stands for it here says something else there. */
function hasNoWordOfOurs(evidence: Evidence, call: Call, field: UpdateField): boolean {
  const table = evidence.world.contract.outbound.fields.get(field)?.table;
  const held = call.before?.[field];
  return table !== null && table !== undefined && !table.entries.some(({ provider }) => provider === held);
}

/** What is sent then is not what the row says: once the ticket is handed back, the row's values are news again. */
export const keepsInternal = ({ announced }: Call): boolean =>
  announced?.action.kind === 'update' && announced.action.keepsInternal;
