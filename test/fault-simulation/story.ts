import type { Instant } from '../../engine/domain/instant.ts';
import type { Call, Happening, Write } from './history.ts';
import { bareNumber } from './provider-numbers.ts';
import type { Evidence, Finding } from './evidence.ts';
import { isWrite } from './evidence.ts';

interface Line extends Happening {
  readonly words: string;
}

/** What happened to the tickets of one finding, in the order in which it happened. */
export function storyOf(evidence: Evidence, finding: Finding): readonly string[] {
  const numbers = concerned(evidence, finding.tickets);
  const isOurs = (number: string | null | undefined): boolean =>
    number !== null && number !== undefined && numbers.has(bareNumber(number));
  const { history, tenant, settings } = evidence.world;
  const rows = new Set(evidence.all.filter(({ number }) => isOurs(number)).map(({ key }) => key));
  const lines: Line[] = [];
  const say = ({ order, at }: Happening, words: string): void => void lines.push({ order, at, words });

  for (const edit of history.edits) {
    if (!isOurs(edit.number)) continue;
    const said = [
      edit.isNew ? 'opens the ticket:' : '',
      Object.keys(edit.fields).length > 0 ? JSON.stringify(edit.fields) : '',
      edit.comment === null
        ? ''
        : `comment "${edit.comment.body}"${edit.comment.travels ? '' : ' (internal)'}`,
      edit.decision === null
        ? ''
        : `${edit.decision.decision}: approval ${edit.decision.approval.slice(0, 8)}`,
      edit.at - edit.dated > 1000 ? `(dated ${edit.at - edit.dated} ms ago)` : '',
    ];
    say(edit, `client    ${edit.number} ${said.filter((part) => part !== '').join(' ')}`);
  }
  for (const deletion of history.deletions)
    if (isOurs(deletion.ticket.number))
      say(deletion, `client    ${deletion.ticket.number} ${deletion.words}`);
  for (const deed of history.deeds) {
    if (!isOurs(deed.providerTicket)) continue;
    const altered = evidence.altered(deed).map((field) => `${field} "${deed.after[field]}"`);
    const comment =
      deed.after.comments.length > (deed.before?.comments.length ?? 0)
        ? [`"${deed.after.comments.at(-1)?.body ?? ''}"`]
        : [];
    say(deed, `provider  ${deed.providerTicket} ${deed.words}: ${[...altered, ...comment].join(', ')}`);
  }
  for (const deed of history.changeDeeds) {
    if (!isOurs(deed.providerTicket)) continue;
    const { type, state, approval, shortDescription } = deed.after;
    say(
      deed,
      `provider  ${deed.providerTicket} ${deed.words}: ${type} "${shortDescription}" is ${state}, ${approval}`,
    );
  }
  for (const call of history.calls) {
    if (!isWrite(call) || !(isOurs(call.clientNumber) || isOurs(call.providerTicket))) continue;
    const path = `${call.request.method} ${call.request.path}`;
    say(call, `${call.process.padEnd(9)} ${path} ${payloadWords(call)}`);
    if (call.handled !== null)
      say(
        call.handled,
        `bridge    ${path}: ${call.handled.isAccepted ? `done (${call.after?.ticketNumber ?? ''} is ${call.after?.status ?? '?'})` : 'refused'}`,
      );
    if (call.answered !== null)
      say(call.answered, `${call.process.padEnd(9)} ${path}: ${answerWords(call)} [${evidence.endOf(call)}]`);
  }
  for (const message of tenant.queue.sent()) {
    if (!isOurs(message.group)) continue;
    const settled = evidence.settled.get(message.id);
    if (settled !== undefined)
      say(
        settled,
        `applied   ${message.transactionType} of ${clock(message.sentAt)} (${message.id.slice(0, 8)}): ${settled.outcome}`,
      );
    const accepted = evidence.accepted.get(message.id);
    if (accepted !== undefined)
      say(
        accepted,
        `inbox     ${message.transactionType} of ${clock(message.sentAt)} (${message.id.slice(0, 8)})`,
      );
  }
  for (const commit of history.commits) {
    for (const write of commit.writes) {
      const words = writeWords(write, rows, isOurs);
      if (words !== null) say(commit, `${commit.process.padEnd(9)} ${words}`);
    }
  }
  for (const note of history.notes) {
    if (note.tickets !== null && !note.tickets.some(isOurs)) continue;
    if (note.tickets === null && (note.fault === 'slow delete' || note.fault === 'slow network')) continue;
    say(note, `${note.fault === null ? '--' : '!!'}        ${note.words}`);
  }
  lines.sort((one, other) => one.order - other.order);
  return lines.map(({ at, words }) => `${clock(at - settings.origin)}  ${words}`);
}

/** By every number that these tickets have on either side. */
function concerned(evidence: Evidence, tickets: readonly string[]): ReadonlySet<string> {
  const numbers = new Set(tickets.filter((number) => number !== '').map(bareNumber));
  for (const { number, providerNumber, key } of evidence.all) {
    if (!numbers.has(number) && !numbers.has(bareNumber(providerNumber ?? '-')) && !numbers.has(key))
      continue;
    numbers.add(number);
    for (const theirs of evidence.theirs(number)) numbers.add(bareNumber(theirs.ticketNumber));
    if (providerNumber !== null) numbers.add(bareNumber(providerNumber));
  }
  for (const { ticketNumber } of evidence.world.tenant.changes()) {
    const names = [
      ticketNumber,
      ...evidence.changesOf(ticketNumber).flatMap(({ number, key }) => [number, key]),
    ];
    if (names.some((name) => numbers.has(bareNumber(name))))
      for (const name of names) numbers.add(bareNumber(name));
  }
  return numbers;
}

const IDENTITY: ReadonlySet<string> = new Set([
  'clientName',
  'clientTicketNumber',
  'ticketType',
  'contactName',
  'contactEmail',
]);

const payloadWords = ({ payload }: Call): string =>
  Object.entries(payload)
    .filter(([name]) => !IDENTITY.has(name))
    .map(
      ([name, value]) =>
        `${name} ${name === 'comments' && Array.isArray(value) ? (value as readonly { body?: unknown }[]).map(({ body }) => JSON.stringify(body)).join(' ') : JSON.stringify(value)}`,
    )
    .join(', ');

function answerWords({ answer }: Call): string {
  if (answer === null) return 'nothing';
  return answer.kind === 'no-answer' ? answer.reason : `${answer.status} ${JSON.stringify(answer.body)}`;
}

function writeWords(
  write: Write,
  rows: ReadonlySet<string>,
  isOurs: (number: string | null) => boolean,
): string | null {
  switch (write.kind) {
    case 'accepted':
    case 'settled':
      return null;
    case 'intended':
      return null;
    case 'ticket made':
      return rows.has(write.ticket) ? `makes our ticket: ${JSON.stringify(write.fields)}` : null;
    case 'ticket changed':
      return rows.has(write.ticket) ? `writes our row: ${JSON.stringify(write.fields)}` : null;
    case 'number set':
      return rows.has(write.ticket) ? `writes ${write.providerTicket ?? 'no number'} into our row` : null;
    case 'approval made':
    case 'approval changed':
      return rows.has(write.ticket) ? `writes an approval: ${JSON.stringify(write.fields)}` : null;
    case 'comment made':
      return rows.has(write.ticket) ? `writes a comment: ${JSON.stringify(write.fields)}` : null;
    case 'file made':
      return rows.has(write.ticket) ? `attaches ${write.name} (${write.key})` : null;
    case 'journalled': {
      const { entry } = write;
      if (!isOurs(entry.clientNumber) && !isOurs(entry.providerTicket)) return null;
      return `journal: ${entry.direction} ${entry.transaction} ${entry.outcome}: ${entry.summary}`;
    }
  }
}

const clock = (ms: Instant): string => {
  const text = new Date(ms).toISOString();
  return text.slice(11, 23);
};
