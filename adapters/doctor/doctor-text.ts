import type { JournalEntry } from '../../engine/domain/journal.ts';
import { dateText, PAGE_WIDTH } from '../operators/list-text.ts';
import { paint } from '../terminal/paint.ts';
import { visible } from '../terminal/visible.ts';
import { wrap } from '../terminal/wrap.ts';
import { countText, type Check } from './check.ts';
import type { TicketStory } from './ticket-story.ts';

const WORDS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', 'not-checked': '-   ' } as const;
const STYLES = { ok: 'good', warn: 'strong', fail: 'bad', 'not-checked': 'dim' } as const;
const ABOUT_WIDTH = 10;
const HEAD_WIDTH = 5 + ABOUT_WIDTH;

/** A line for each check, below it what helps; then each ticket with the journal's lines that show it. */
export function doctorText(
  title: string,
  checks: readonly Check[],
  stories: readonly TicketStory[],
  color: boolean,
): string {
  const all = [...checks, ...stories.flatMap((story) => story.checks)];
  return [
    paint(`${title}: ${countText(all)}`, 'strong', color),
    ...(checks.length === 0 ? [] : ['', ...checks.flatMap((check) => checkLines(check, color))]),
    ...stories.flatMap((story) => ['', ...storyLines(story, color)]),
  ].join('\n');
}

function checkLines({ about, verdict, text, help }: Check, color: boolean): readonly string[] {
  const head = paint(WORDS[verdict], STYLES[verdict], color);
  return [
    ...broken(text).map((line, index) =>
      index === 0 ? `${head} ${about.padEnd(ABOUT_WIDTH)}${line}` : `${' '.repeat(HEAD_WIDTH)}${line}`,
    ),
    ...(help === null
      ? []
      : broken(`helps: ${help}`).map((line) => `${' '.repeat(HEAD_WIDTH)}${paint(line, 'dim', color)}`)),
  ];
}

const storyLines = ({ ticket, checks, evidence }: TicketStory, color: boolean): readonly string[] => [
  paint(ticket, 'strong', color),
  ...checks.flatMap((check) => checkLines(check, color)),
  ...(evidence.length === 0 ? ['     journal   nothing'] : evidence.flatMap(evidenceLines)),
];

function evidenceLines(entry: JournalEntry, index: number): readonly string[] {
  const { at, direction, transaction, outcome, summary, rule, providerTicket } = entry;
  const theirs = providerTicket === null ? '' : ` ${providerTicket}`;
  const by = rule === null ? '' : ` [${rule}]`;
  const words = `${dateText(at)}${theirs} ${direction} ${transaction} ${outcome}: ${summary}${by}`;
  return broken(words).map((line, part) => {
    const label = index === 0 && part === 0 ? 'journal' : '';
    return `     ${label.padEnd(ABOUT_WIDTH)}${part === 0 ? '' : '  '}${line}`;
  });
}

const broken = (words: string): readonly string[] => wrap(visible(words), PAGE_WIDTH - HEAD_WIDTH - 2);
