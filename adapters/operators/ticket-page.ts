import type { Instant } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { InboxMessage, Lane } from '../../engine/domain/lane.ts';
import { droppedText } from '../../engine/runtime/operator.ts';
import { standsAt, type StandsAt } from '../../engine/runtime/skip-step.ts';
import { paint } from '../terminal/paint.ts';
import { visible } from '../terminal/visible.ts';
import { wrap } from '../terminal/wrap.ts';
import { nameOf } from './group-causes.ts';
import { labelled, PAGE_WIDTH, plural, sinceText, dateText } from './list-text.ts';
import type { Desk } from './open-desk.ts';
import { triedAgain, whatHelps } from './what-helps.ts';

/** Everything that is to be known of one parked or dropped ticket. */
export interface TicketPage {
  readonly lane: Lane;
  readonly waiting: readonly InboxMessage[];
  /** What a skip would pass over. */
  readonly stands: StandsAt | null;
  /** The newest lines of its journal, oldest first. */
  readonly journal: readonly JournalEntry[];
}

const JOURNAL_LINES = 5;
const MESSAGES_SHOWN = 10;

export async function readTicketPage({ runtime }: Desk, laneId: number): Promise<TicketPage | null> {
  return runtime.ports.database.transaction(async (tx) => {
    const { store } = tx;
    const lane = await store.lane(laneId, false);
    if (lane === null) return null;
    const ticket = lane.clientNumber ?? lane.providerTicket;
    return {
      lane,
      waiting: await store.waitingIn(laneId),
      stands: lane.parked === null ? null : await standsAt(runtime, tx, lane),
      journal: ticket === null ? [] : await store.readJournal({ ticket, limit: JOURNAL_LINES }),
    };
  });
}

/** The page in words: why it stands still, what waits behind it, and what each decision would do. */
export function ticketPageText(
  { folder, files }: Pick<Desk, 'folder' | 'files'>,
  page: TicketPage,
  { color, now }: { readonly color: boolean; readonly now: Instant },
): string {
  const { lane, waiting, journal } = page;
  const { parked } = lane;
  const { dropped } = lane.state;
  const provider =
    lane.clientNumber === null || lane.providerTicket === null ? '' : ` (${lane.providerTicket})`;
  const title = (words: string): string => paint(`${nameOf(lane)}${provider} ${words}`, 'strong', color);
  const head =
    parked === null
      ? [title(dropped === null ? 'is not parked' : 'is dropped')]
      : [title(`is parked since ${sinceText(parked.at, now)}: ${parked.code}`)];
  return [
    ...head,
    ...(dropped === null ? [] : indented(droppedText(dropped))),
    ...(parked === null
      ? []
      : [
          ...indented(parked.reason),
          ...ruleLines(parked.rule, files, color),
          ...labelled('again', triedAgain(lane, parked, now), color),
          ...labelled('helps', whatHelps(parked.code), color),
          ...lookLines(lane, folder, color),
        ]),
    '',
    ...waitingLines(waiting, parked?.messageId ?? null, now),
    ...(parked === null ? [] : ['   What differs from the provider waits too.']),
    '',
    paint('Journal', 'strong', color),
    ...journal.flatMap(({ at, direction, transaction, outcome, summary }) =>
      indented(`${dateText(at)} ${direction} ${transaction} ${outcome}: ${summary}`),
    ),
    '',
    paint('Decisions', 'strong', color),
    ...decisionLines(page, folder, color),
  ].join('\n');
}

const indented = (words: string): readonly string[] =>
  wrap(visible(words), PAGE_WIDTH - 5).map((line, index) => `${index === 0 ? '   ' : '     '}${line}`);

/** The rule, and its line as the file says it now. */
function ruleLines(
  rule: string | null,
  files: ReadonlyMap<string, string>,
  color: boolean,
): readonly string[] {
  if (rule === null) return [];
  const [, file = '', line = '0'] = /\(([^()]+):(\d+)\)$/.exec(rule) ?? [];
  const source = files.get(file)?.split('\n')[Number(line) - 1];
  return [
    ...labelled('rule', rule, color),
    ...(source === undefined
      ? []
      : [`     ${paint(`${line} |`, 'dim', color)} ${visible(source).trimEnd()}`]),
  ];
}

/** What to look for at the provider, before a create or comments are sent again. */
function lookLines({ clientNumber, state }: Lane, folder: string, color: boolean): readonly string[] {
  const { intent } = state;
  if (intent?.kind === 'create') {
    const title = intent.fields.shortDescription;
    return labelled(
      'look for',
      `a ticket of the provider's with our number ${clientNumber ?? ''}${title === undefined ? '' : `, "${title}"`}, opened about ` +
        `${dateText(intent.at)}. If it is there: bridgehead parked link ${folder} ${clientNumber ?? ''} NUMBER, or write ` +
        'its number into the row of the ticket. If not: retry sends it again',
      color,
    );
  }
  if (intent?.kind !== 'notes') return [];
  const words =
    `${plural(intent.comments.length, 'comment')} sent at ${dateText(intent.at)}: a retry sends them again, and ` +
    'they are there twice if they had arrived; if they have, skip';
  return labelled('look for', words, color);
}

function waitingLines(
  waiting: readonly InboxMessage[],
  failing: string | null,
  now: Instant,
): readonly string[] {
  if (waiting.length === 0) return ['No message waits.'];
  const oldest = Math.min(...waiting.map(({ sentAt }) => sentAt));
  const more = waiting.length - MESSAGES_SHOWN;
  return [
    `${plural(waiting.length, 'message')} waiting, the oldest sent ${sinceText(oldest, now)}:`,
    ...waiting.slice(0, MESSAGES_SHOWN).map(({ transactionType, sentAt, messageId, group }, index) => {
      const here = messageId === failing ? '  <- it stands here' : '';
      return `   ${index + 1}. ${visible(transactionType)} of ${visible(group)}, ${dateText(sentAt)}${here}`;
    }),
    ...(more > 0 ? [`   and ${more} more`] : []),
  ];
}

function decisionLines(
  { lane, stands, waiting }: TicketPage,
  folder: string,
  color: boolean,
): readonly string[] {
  const name = nameOf(lane);
  /** What it does, and the command on a line of its own. */
  const decision = (what: string, words: string, more = ''): readonly string[] => [
    ...labelled(what, words, color),
    ...labelled('', `bridgehead parked ${what} ${folder} ${name}${more}`, color),
  ];
  if (lane.state.dropped !== null) {
    const words = 'takes it back: what differs travels again; messages that were dropped stay so';
    return decision('retry', words);
  }
  if (lane.parked === null) return labelled('none', 'it goes on by itself', color);
  const because = ' --because WHY';
  return [
    ...decision('retry', 'tries again with the rules as they are now, in order'),
    ...(stands === null || stands.kind === 'cannot'
      ? labelled('skip', `is not possible: ${stands?.reason ?? ''}`, color)
      : decision('skip', skipWords(stands), because)),
    ...decision(
      'drop',
      `takes the ticket out: ${plural(waiting.length, 'waiting message')} dropped, and nothing travels either way until ` +
        'retry takes it back',
      because,
    ),
  ];
}

const skipWords = (stands: Exclude<StandsAt, { readonly kind: 'cannot' }>): string =>
  stands.kind === 'message'
    ? `passes over the ${stands.message.transactionType} for good, and goes on with the rest`
    : `regards the ${stands.action.kind} as said (${stands.action.because}); the two sides stay different in it`;
