import { textOf } from '../text-of.ts';
import { isDone, type UpdateField } from '../../../engine/domain/payload.ts';
import {
  continuation,
  isSurplusCall,
  sentComments,
  sentFields,
  type Evidence,
  type Oracle,
} from '../evidence.ts';
import type { Call, Write } from '../history.ts';
import { endsDeleted } from './deleted.ts';
import { isInDoubt, keepsInternal, lastAgreed } from './doubt.ts';

/** Applying one side's change never causes a call or a write back. */
export const noEcho: Oracle = {
  name: 'no-echo',
  check: (evidence) => [
    ...callsBack(evidence),
    ...continuationsBack(evidence),
    ...commentsBack(evidence),
    ...writesBack(evidence),
  ],
};

interface Fault {
  readonly tickets: readonly string[];
  readonly words: string;
}

/** Every field that goes out has a person's edit behind it that is not agreed yet, or a doubt. */
function callsBack(evidence: Evidence): readonly Fault[] {
  return evidence.world.history.calls
    .filter((call) => call.kind === 'update' && !isSurplusCall(call))
    .flatMap((call) =>
      sentFields(call)
        .filter((field) => !isExplained(evidence, call, field))
        .map((field) => ({
          tickets: [call.clientNumber ?? '', call.providerTicket ?? ''],
          words: `sends ${field} "${textOf(call.payload[field])}", and nobody here has changed it since it was agreed`,
        })),
    );
}

/** What a description goes on with is sent because a person here wrote it, and not because the provider did. */
function continuationsBack(evidence: Evidence): readonly Fault[] {
  const goesOn = (call: Call): boolean => sentComments(call).some((text) => continuation(text) !== null);
  return evidence.world.history.calls.filter(goesOn).flatMap((call) => {
    const { clientNumber, order, providerTicket } = call;
    const before = evidence.callsOf(clientNumber ?? '').filter((one) => one.order < order);
    // What was refused was not said.
    const last = before.findLast((one) => goesOn(one) && evidence.endOf(one) !== 'refused');
    const isDoubtful = before.some((one) => evidence.endOf(one) === 'ambiguous');
    const since = last === undefined ? 0 : evidence.intendedAt(last);
    const isOurs = evidence.world.history.edits.some(
      (edit) =>
        edit.number === clientNumber &&
        edit.order > since &&
        edit.order < order &&
        evidence.touches(edit, 'description'),
    );
    // What a create of ours has made there has nothing of it yet.
    const isNew =
      last?.providerTicket !== providerTicket &&
      before.some(({ kind, after }) => kind === 'create' && after?.ticketNumber === providerTicket);
    return isOurs || isDoubtful || isNew
      ? []
      : [
          {
            tickets: [clientNumber ?? '', providerTicket ?? ''],
            words: 'says what the description goes on with, and nobody here has changed it since',
          },
        ];
  });
}

function isExplained(evidence: Evidence, call: Call, field: UpdateField): boolean {
  const agreed = lastAgreed(evidence, call, field);
  if (endsDeleted(evidence, call)) return true;
  if (keepsInternal(call)) return isNewlyKept(evidence, call);
  // A close passes through resolved: several calls for one edit, if a word of theirs came in between.
  const isClose = field === 'status' && call.payload.status === 'closed';
  let since = agreed !== null && keepsInternal(agreed) ? lastAgreed(evidence, agreed, field) : agreed;
  while (isClose && since?.payload.status === 'resolved') since = lastAgreed(evidence, since, field);
  // The row is read before the call is sent: an edit in between is in the next one.
  const begin = since === null ? 0 : evidence.intendedAt(since);
  const isOurs = evidence.world.history.edits.some(
    (edit) =>
      edit.number === call.clientNumber &&
      edit.order < call.order &&
      edit.order > begin &&
      evidence.touches(edit, field),
  );
  return (
    isOurs ||
    (field === 'closeNotes' && call.payload.status !== undefined) ||
    isInDoubt(evidence, call, field) ||
    crossedReopening(evidence, call, field)
  );
}

/** It was said of the ticket that this one has taken the place of, after they had re-opened that: the new one says its own. */
function crossedReopening(evidence: Evidence, call: Call, field: UpdateField): boolean {
  const { providerTicket, clientNumber, order } = call;
  const reopened = evidence
    .deedsOf(providerTicket ?? '')
    .filter(({ before, after }) => isDone(before?.status) && !isDone(after.status));
  return evidence.world.history.calls.some(
    (one) =>
      one.providerTicket === providerTicket &&
      one.clientNumber !== clientNumber &&
      one.order < order &&
      sentFields(one).includes(field) &&
      reopened.some((deed) => deed.order < (one.handled?.order ?? 0)),
  );
}

/** That we keep a ticket is said once each time that its group becomes one of our own, whoever gave it that group. */
function isNewlyKept(evidence: Evidence, call: Call): boolean {
  const said = evidence
    .callsOf(call.clientNumber ?? '')
    .findLast(
      (one) => one.order < call.order && keepsInternal(one) && evidence.endOf(one) === 'acknowledged',
    );
  if (said === undefined) return true;
  const since = evidence.intendedAt(said);
  const { groupField } = evidence.world.words;
  return (
    evidence.world.history.edits.some(
      (edit) => edit.number === call.clientNumber && edit.order > since && groupField in edit.fields,
    ) ||
    evidence.settlements.some(
      ({ order, writes }) =>
        order > since &&
        order < call.order &&
        writes.some(
          (write) =>
            write.kind === 'ticket changed' &&
            groupField in write.fields &&
            evidence.rowOf(call)?.key === write.ticket,
        ),
    )
  );
}

function commentsBack(evidence: Evidence): readonly Fault[] {
  const theirWords = new Set(
    [...evidence.world.tenant.tickets(), ...evidence.world.tenant.changes()].flatMap(({ comments }) =>
      comments.filter(({ by }) => by === 'provider').map(({ body }) => body),
    ),
  );
  return evidence.world.history.calls.flatMap((call) =>
    sentComments(call)
      .filter((body) => theirWords.has(body))
      .map((body) => ({
        tickets: [call.clientNumber ?? ''],
        words: `sends the provider's own comment back: "${body}"`,
      })),
  );
}

/** A file that is not sent, or not stored, has a comment that says so. */
const isRefusedFile = (write: Write): boolean =>
  write.kind === 'journalled' &&
  (write.entry.transaction === 'attachment' || write.entry.transaction === 'Attachment') &&
  write.entry.outcome === 'refused';

/** The provider's ticket has ended, and ours goes on there as another one: a comment says so. */
const isLeftThere = (write: Write): boolean => write.kind === 'number set' && write.providerTicket === null;

/** Rows change only in the transaction that gives a message its outcome; the provider's number alone may be written at any time. */
function writesBack(evidence: Evidence): readonly Fault[] {
  const isRowWrite = ({ kind }: Write): boolean =>
    kind === 'ticket made' ||
    kind === 'ticket changed' ||
    kind === 'comment made' ||
    kind === 'approval made' ||
    kind === 'approval changed';
  return evidence.world.history.commits
    .filter(({ writes }) => writes.some(isRowWrite) && !writes.some(({ kind }) => kind === 'settled'))
    .filter(({ writes }) => !writes.some(isRefusedFile) && !writes.some(isLeftThere))
    .map(({ writes, process }) => ({
      tickets: writes.flatMap((write) => ('ticket' in write ? [write.ticket] : [])),
      words: `${process} writes a row without a message that says so`,
    }));
}
