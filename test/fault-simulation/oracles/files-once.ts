import { seconds } from '../../../engine/domain/instant.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { StoredFile } from '../../../adapters/simulator/file-store.ts';
import type { ProviderTicket } from '../../../adapters/simulator/provider-ticket.ts';
import { hasEnded, type Evidence, type Oracle } from '../evidence.ts';
import type { AttachedHere, Call, Edit } from '../history.ts';
import { filesIn } from './files-in.ts';
import { endedByUsAt } from './notes-once.ts';

const PATIENCE_MS_MIN = seconds(60);

/** Every file in scope arrives with its bytes and their type, under one name; one that is refused has one comment here. */
export const filesOnce: Oracle = {
  name: 'files-once',
  check: async (evidence) => [
    ...(await filesIn(evidence)),
    ...evidence.tickets.flatMap((ticket) => {
      const theirs = evidence.linked(ticket);
      if (theirs === null || ticket.change !== undefined) return [];
      const arrived = evidence.world.tenant.files.of(theirs.ticketNumber);
      const faults = evidence
        .editsOf(ticket)
        .flatMap((edit) =>
          edit.file === undefined ? [] : ofFile(evidence, ticket, theirs, arrived, edit, edit.file),
        );
      return [...faults, ...strangers(evidence, ticket, theirs, arrived)].map((words) => ({
        tickets: [ticket.number, theirs.ticketNumber],
        words,
      }));
    }),
    ...impatient(evidence),
  ],
};

function ofFile(
  evidence: Evidence,
  ticket: Ticket,
  theirs: ProviderTicket,
  arrived: readonly StoredFile[],
  { order }: Edit,
  file: AttachedHere,
): readonly string[] {
  const { name, travels, isRefused, sha256, type } = file;
  const found = arrived.filter((one) => one.sha256 === sha256);
  if (!travels) return found.length === 0 ? [] : [`the file "${name}" is not for the provider`];
  const isOver = hasEnded(theirs) && order >= endedByUsAt(evidence, ticket, theirs);
  if (isRefused) {
    const begin = `The attachment "${name}" was not sent`;
    const told = ticket.comments.filter(({ fields }) =>
      evidence.world.words.bodyOf(fields).startsWith(begin),
    );
    return [
      ...(found.length === 0 ? [] : [`the file "${name}" is of a kind that is not sent`]),
      ...(told.length === 1 || (isOver && told.length === 0)
        ? []
        : [`that "${name}" is refused is told ${told.length} times`]),
    ];
  }
  if (found.length === 0) return isOver ? [] : [`the file "${name}" has not arrived`];
  const [one] = found;
  const doubtful = putsOf(evidence, one?.name ?? '', theirs.ticketNumber).filter(
    (call) => evidence.endOf(call) === 'ambiguous' || isForgotten(evidence, call, name),
  ).length;
  return [
    ...(found.length === 1 ? [] : [`the file "${name}" is there under ${found.length} names`]),
    ...(one?.contentType === type
      ? []
      : [`the file "${name}" is ${one?.contentType ?? ''} there, not ${type}`]),
    ...((one?.times ?? 1) <= doubtful + 1
      ? []
      : [`the file "${name}" was put ${one?.times ?? 0} times, ${doubtful} answers were missing`]),
  ];
}

/** What is there and nobody has attached, and words of Bridgehead's own that went over. */
function strangers(
  evidence: Evidence,
  ticket: Ticket,
  theirs: ProviderTicket,
  arrived: readonly StoredFile[],
): readonly string[] {
  const attached = new Set(evidence.editsOf(ticket).map(({ file }) => file?.sha256));
  return [
    ...arrived
      .filter(({ sha256 }) => !attached.has(sha256))
      .map(({ name }) => `the file "${name}" there is none of ours`),
    ...theirs.comments
      .filter(({ by, body }) => by === 'client' && /^The (?:attachment "|provider attached )/.test(body))
      .map(({ body }) => `says there what is said here: ${body}`),
  ];
}

/** The puts of one file, in the order in which they were sent. */
const putsOf = ({ world }: Evidence, name: string, providerTicket: string): readonly Call[] =>
  world.history.calls.filter(
    ({ kind, request, after }) =>
      kind === 'put-file' &&
      request.path.endsWith(`/${name}`) &&
      (after === null || after.ticketNumber === providerTicket),
  );

/** The process that put it died before it wrote down that the file is there. */
const isForgotten = ({ world, journal }: Evidence, { process, order }: Call, name: string): boolean =>
  world.history.interrupted.has(process) &&
  !journal.some(
    (entry) =>
      entry.process === process &&
      entry.order > order &&
      entry.transaction === 'attachment' &&
      entry.outcome === 'sent' &&
      entry.summary.includes(name),
  );

/** A put that may have been carried out is not repeated sooner than any other call. */
function impatient(evidence: Evidence): readonly { tickets: readonly string[]; words: string }[] {
  const { calls } = evidence.world.history;
  const asked = calls.filter(({ kind }) => kind === 'attachment-url');
  const puts = calls
    .filter(({ kind }) => kind === 'put-file')
    .map((put) => {
      const name = put.request.path.split('/').at(-1) ?? '';
      // Files of several tickets may have one name; addresses are good for one.
      const ask = asked.find(
        ({ answer }) => answer?.kind === 'answer' && JSON.stringify(answer.body).includes(put.request.path),
      );
      return { put, of: `${ask?.providerTicket ?? ''}/${name}` };
    });
  return puts.flatMap(({ put, of }, index) => {
    const earlier = puts.slice(0, index).findLast((one) => one.of === of)?.put;
    if (earlier === undefined || evidence.endOf(earlier) !== 'ambiguous') return [];
    const ms = put.at - earlier.at;
    return ms >= PATIENCE_MS_MIN
      ? []
      : [
          {
            tickets: [of.split('/')[0] ?? ''],
            words: `${of} is put again after ${ms} ms, and the answer before was missing`,
          },
        ];
  });
}
