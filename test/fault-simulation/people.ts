import type { Instant } from '../../engine/domain/instant.ts';
import { seconds } from '../../engine/domain/instant.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { SentMessage } from '../../adapters/simulator/fifo-queue.ts';
import type { DeskResult } from '../../adapters/simulator/provider-desk.ts';
import { goesOn } from '../../engine/wire/fit-text.ts';
import { hasEnded, type ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import type { Chance } from './chance.ts';
import { edited, longText, type ClientWords } from './clients.ts';
import { attachHere } from './files-of-people.ts';
import type { Edit, OfferedThere } from './history.ts';
import { firstWordEdit, wideFields, wideText } from './narrow-columns.ts';
import type { World } from './world.ts';

/** A ticket of the workload: it may be known by either side's number, and later by both. */
export interface Subject {
  readonly index: number;
  readonly kind: 'ticket' | 'change';
  /** The row's key, once the people of the client have made it. */
  key: string | null;
  /** The provider's number, where its people have opened the ticket. */
  providerTicket: string | null;
  inContract: boolean;
  /** The date that its row has from people. */
  lastDated: Instant;
  texts: number;
  comments: number;
  files: number;
  /** That the provider's people have attached. */
  filesThere: number;
}

export const newSubject = (
  index: number,
  inContract: boolean,
  kind: Subject['kind'] = 'ticket',
): Subject => ({
  index,
  kind,
  key: null,
  providerTicket: null,
  inContract,
  lastDated: 0,
  texts: 0,
  comments: 0,
  files: 0,
  filesThere: 0,
});

/** What is said is told apart by these: no two edits of a ticket say the same, and all tickets of all seeds share them. */
export const nextText = (subject: Subject): string => `T${subject.index % 40}.${(subject.texts += 1)}`;

/** A commit may come so late, and be found all the same (`overlap` in itsm.yaml, less the time a poll takes). */
const LATE_COMMIT_MS_MAX = seconds(80);

/** Dates are of whole seconds, and some are older than their commit. */
export function dateOf(world: World, subject: Subject): Instant {
  const now = world.scheduler.now();
  const chance = world.chanceOf('late commit');
  const strikes = world.strikes('late commit');
  // Two people who saved in one second, and one of them was slow: the date is the one that was seen already.
  const sameSecond =
    now - subject.lastDated < LATE_COMMIT_MS_MAX && chance.is(0.5) ? now - subject.lastDated : 0;
  const late = strikes ? sameSecond || chance.int(seconds(1), LATE_COMMIT_MS_MAX) : 0;
  subject.lastDated = now - late;
  if (late > 0) world.history.inject('late commit', null, `a row is committed ${late} ms after its date`);
  return now - late;
}

/** Somebody at the client opens a ticket. */
export async function openHere(world: World, subject: Subject, chance: Chance): Promise<void> {
  const at = dateOf(world, subject);
  const key = String(world.nextKey('tickets'));
  const fields = world.words.newFields(chance, nextText(subject), subject.inContract);
  const ticket = edited(
    world.words,
    { key, number: world.words.number(key), providerNumber: null, fields, comments: [] },
    {},
    at,
  );
  subject.key = key;
  const comment = chance.is(0.4) ? newComment(world, subject, true, at) : null;
  await put(
    world,
    { ...ticket, comments: comment === null ? [] : [comment] },
    ticket.fields,
    at,
    true,
    comment?.key ?? null,
  );
}

/** Somebody at the client gives fields of the ticket these values, if it is there. */
export async function changeHere(world: World, subject: Subject, fields: JsonObject): Promise<void> {
  const ticket = await world.ticketOf(subject);
  if (ticket === null) return;
  const at = dateOf(world, subject);
  await put(world, edited(world.words, ticket, fields, at), fields, at, false, null);
}

/** Somebody at the client comments on the ticket, if it is there. */
export async function commentHere(world: World, subject: Subject, travels: boolean): Promise<void> {
  const ticket = await world.ticketOf(subject);
  if (ticket === null) return;
  const at = dateOf(world, subject);
  const comment = newComment(world, subject, travels, at);
  await put(world, { ...ticket, comments: [...ticket.comments, comment] }, {}, at, false, comment.key);
}

/** Somebody at the provider does something to its ticket, if it is there. */
export async function actThere(
  world: World,
  subject: Subject,
  words: string,
  does: (ticketNumber: string) => DeskResult,
): Promise<void> {
  const before = await world.theirTicketOf(subject);
  if (before !== null) noteTicket(world, words, before, () => does(before.ticketNumber));
}

/** Somebody at the client does something to the ticket, if it is there. */
export async function workHere(world: World, subject: Subject, chance: Chance): Promise<void> {
  const ticket = await world.ticketOf(subject);
  if (ticket === null) return;
  const { words } = world;
  const at = dateOf(world, subject);
  const status = ticket.fields[words.statusField];
  const { status: names, groups } = words;
  const isEnded = status === names.closed || status === names.cancelled;
  const text = nextText(subject);
  const change = (fields: JsonObject): Promise<void> =>
    put(world, edited(words, ticket, fields, at), fields, at, false, null);
  const resolve = (): Promise<void> =>
    change({ [words.statusField]: names.resolved, [words.resolutionField]: `${text} was mended.` });
  const { wordy, narrow } = world.settings;
  const around = narrow ? firstWordEdit(words, ticket.fields, text) : null;
  await chance.weighted<() => Promise<void>>([
    [
      isEnded ? 1 : 8,
      () => change(fitting(words.edit(chance, ticket.fields, text, wordy && !narrow), narrow, text, words)),
    ],
    [around === null || isEnded ? 0 : 8, () => change(around ?? {})],
    [words.custom === null ? 0 : 3, () => change({ custom: words.custom?.(chance) ?? {} })],
    [
      isEnded ? 1 : 8,
      () => {
        const comment = newComment(world, subject, chance.is(0.75), at);
        return put(world, { ...ticket, comments: [...ticket.comments, comment] }, {}, at, false, comment.key);
      },
    ],
    [words.file === undefined ? 0 : isEnded ? 0.5 : 5, () => attachHere(world, subject, ticket, chance, at)],
    [
      isEnded ? 0 : 5,
      () =>
        change({
          [words.statusField]: chance.pick(
            [names.open, names.working, names.waiting].filter((one) => one !== status),
          ),
        }),
    ],
    [
      isEnded ? 0 : 3,
      () => (status === names.resolved ? change({ [words.statusField]: names.closed }) : resolve()),
    ],
    [
      isEnded ? 0 : 1,
      () => change({ [words.statusField]: names.closed, [words.resolutionField]: `${text} is over.` }),
    ],
    [
      isEnded ? 0 : 0.5,
      () => change({ [words.statusField]: names.cancelled, [words.resolutionField]: `${text} was nothing.` }),
    ],
    [
      isEnded ? 0 : 3,
      () => {
        const held = ticket.fields[words.groupField];
        const odd = groups.unknown === null ? [] : [groups.unknown];
        const all = [...groups.own, ...groups.own, ...groups.internal, ...odd, groups.other];
        return change({ [words.groupField]: chance.pick(all.filter((group) => group !== held)) });
      },
    ],
  ])();
}

/** Columns that are narrow take none of the long texts. */
const fitting = (fields: JsonObject, narrow: boolean, text: string, words: ClientWords): JsonObject =>
  narrow && Object.values(fields).some((value) => typeof value === 'string' && value.length > 60)
    ? { [words.textField]: `${text} is odd.` }
    : fields;

function theirComment(world: World, subject: Subject, chance: Chance): string {
  const text = `d${subject.index % 40}.${(subject.comments += 1)}`;
  return world.settings.narrow && chance.is(0.5) ? wideText(chance, text) : text;
}

function newComment(
  world: World,
  subject: Subject,
  travels: boolean,
  at: Instant,
): Ticket['comments'][number] {
  subject.comments += 1;
  const text = `c${subject.index % 40}.${subject.comments}`;
  const isLong = !world.settings.narrow && (subject.index + subject.comments) % 9 === 0;
  const body = isLong ? longText(text) : text;
  return world.words.comment(String(world.nextKey('comments')), body, travels, at);
}

export async function put(
  world: World,
  ticket: Ticket,
  fields: JsonObject,
  dated: Instant,
  isNew: boolean,
  commentKey: string | null,
  decision: Edit['decision'] = null,
  file?: Edit['file'],
): Promise<void> {
  await world.database.twin.putTicket(ticket, dated);
  const comment = ticket.comments.find(({ key }) => key === commentKey);
  const edit: Edit = {
    ...world.history.next(),
    side: 'client',
    ticket: ticket.key,
    number: ticket.number,
    fields,
    comment:
      comment === undefined
        ? null
        : {
            key: comment.key,
            body: world.words.bodyOf(comment.fields),
            travels: world.words.isCommentInScope(comment),
          },
    decision,
    ...(file === undefined ? {} : { file }),
    isNew,
    dated,
  };
  world.history.edits.push(edit);
}

/** Somebody at the provider opens a ticket. */
export function openThere(world: World, subject: Subject, chance: Chance): void {
  const said = world.words.deskTicket(chance, nextText(subject), subject.inContract);
  const ticket = world.settings.narrow ? wideFields(chance, said) : said;
  const number = noteTicket(world, 'opens a ticket', null, () => world.desk.open(ticket));
  subject.providerTicket = number;
}

/** Somebody at the provider does something to the ticket, if it is there and has not ended. */
export async function workThere(world: World, subject: Subject, chance: Chance): Promise<void> {
  const before = await world.theirTicketOf(subject);
  if (before === null || hasEnded(before)) return;
  const { desk } = world;
  const { ticketNumber } = before;
  const text = nextText(subject);
  const act = (words: string, does: () => DeskResult): void => void noteTicket(world, words, before, does);
  const statuses = (['open', 'workinprogress', 'pending'] as const).filter((one) => one !== before.status);
  chance.weighted<() => void>([
    [
      before.status === 'resolved' ? 1 : 8,
      () => {
        // Who opens a description that goes on in a comment writes before it, and saves the rest as it is.
        const around = goesOn(before.description) && chance.is(0.3);
        const fields = around
          ? { description: `${text} was looked at.\n${before.description}` }
          : subject.inContract
            ? world.settings.narrow
              ? wideFields(chance, world.words.deskEdit(chance, text))
              : world.words.deskEdit(chance, text)
            : { priority: chance.pick(['1', '2']) };
        act('edits', () => desk.update(ticketNumber, fields));
      },
    ],
    [
      6,
      () =>
        act('comments', () =>
          desk.comment(ticketNumber, {
            body: theirComment(world, subject, chance),
            message: world.settings.leavesNumberOut ? { clientTicketNumber: '' } : {},
          }),
        ),
    ],
    [
      before.status === 'resolved' ? 2 : 4,
      () => act('sets the status', () => desk.update(ticketNumber, { status: chance.pick(statuses) })),
    ],
    [
      before.status === 'resolved' ? 0 : 2,
      () => act('resolves', () => desk.resolve(ticketNumber, { closeNotes: `${text} was mended there.` })),
    ],
    [
      before.status === 'resolved' ? 2 : 0.3,
      () => act('closes', () => desk.close(ticketNumber, { closeNotes: `${text} is over there.` })),
    ],
    [0.3, () => act('cancels', () => desk.cancel(ticketNumber, { closeNotes: `${text} was nothing.` }))],
  ])();
}

/** What is to be known of a file that this message tells of. */
export type Offered = (message: SentMessage, ticketNumber: string) => OfferedThere;

/** Notes what the desk did; returns the ticket's number. */
export function noteTicket(
  world: World,
  words: string,
  before: ProviderTicket | null,
  does: () => DeskResult,
  offered?: Offered,
): string | null {
  const happening = world.history.next();
  const result = does();
  if (result.kind === 'impossible') return null;
  const { ticket, message } = result;
  const messages = message === null ? [] : [message.id];
  if (message !== null && world.strikes('sender duplicate')) {
    const twin = world.tenant.queue.duplicate(message.id, 'sender');
    if (twin !== null) messages.push(twin.id);
    world.history.inject('sender duplicate', null, `${message.transactionType} is sent twice`, [
      ticket.ticketNumber,
    ]);
  }
  world.history.deeds.push({
    ...happening,
    side: 'provider',
    providerTicket: ticket.ticketNumber,
    clientNumber: ticket.clientTicketNumber,
    before,
    after: ticket,
    messages,
    words,
    ...(message === null || offered === undefined ? {} : { file: offered(message, ticket.ticketNumber) }),
  });
  return ticket.ticketNumber;
}
