import type { Instant } from '../../engine/domain/instant.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { paint } from '../terminal/paint.ts';
import { visible } from '../terminal/visible.ts';
import { wrap } from '../terminal/wrap.ts';
import { nameOf, type Cause } from './group-causes.ts';
import { triedAgain, whatHelps } from './what-helps.ts';

/** Columns of everything that is printed here. */
export const PAGE_WIDTH = 100;
/** Tickets of a cause that are named unless all are asked for. */
const TICKETS_SHOWN = 8;
const INDENT = '   ';
const LABEL_WIDTH = 9;

export interface ListStyle {
  readonly color: boolean;
  readonly all: boolean;
  readonly now: Instant;
}

/** Every cause with its tickets, numbered from 1, and what helps. */
export function listText(folder: string, causes: readonly Cause[], style: ListStyle): string {
  const count = causes.reduce((sum, { tickets }) => sum + tickets.length, 0);
  if (count === 0) return `${folder}: no ticket is parked`;
  const title = `${folder}: ${plural(count, 'ticket')} parked, ${plural(causes.length, 'cause')}`;
  return [
    paint(title, 'strong', style.color),
    ...causes.map((cause, index) => causeText(folder, cause, index + 1, style)),
  ].join('\n\n');
}

function causeText(folder: string, cause: Cause, number: number, style: ListStyle): string {
  const { code, rule, reason, tickets } = cause;
  const oldest = tickets[0];
  const since = oldest === undefined ? '' : `, since ${sinceText(oldest.parked.at, style.now)}`;
  const again = new Set(tickets.map(({ lane, parked }) => triedAgain(lane, parked, style.now)));
  const [firstWay = '', ...otherWays] = again;
  return [
    `${paint(`${number}  ${code}`, 'bad', style.color)}  ${plural(tickets.length, 'ticket')}${since}`,
    ...wrap(visible(reason), PAGE_WIDTH - INDENT.length).map((line) => `${INDENT}${line}`),
    ...(rule === null ? [] : labelled('rule', rule, style.color)),
    ...ticketLines(cause, style),
    ...labelled(
      'again',
      otherWays.length === 0 ? firstWay : `${firstWay}; others otherwise (show)`,
      style.color,
    ),
    ...labelled('helps', whatHelps(code), style.color),
    ...labelled('then', `bridgehead parked retry ${folder} --cause ${number}`, style.color),
  ].join('\n');
}

function ticketLines({ tickets }: Cause, { all, color, now }: ListStyle): readonly string[] {
  if (!all) {
    const names = tickets.slice(0, TICKETS_SHOWN).map(({ lane }) => nameOf(lane));
    const more = tickets.length - names.length;
    return labelled('tickets', `${names.join(' ')}${more === 0 ? '' : ` and ${more} more (--all)`}`, color);
  }
  return [
    ...labelled('tickets', `all ${tickets.length}:`, color),
    ...tickets.flatMap(({ lane, parked }) => {
      const words = `${nameOf(lane)}  since ${sinceText(parked.at, now)}  ${visible(parked.reason)}`;
      return wrap(words, PAGE_WIDTH - 2 * INDENT.length - 2).map(
        (line, index) => `${INDENT}${INDENT}${index === 0 ? '' : '  '}${line}`,
      );
    }),
  ];
}

/** A word in front, and what it says, broken to fit beside it. */
export const labelled = (label: string, words: string, color: boolean): readonly string[] =>
  wrap(visible(words), PAGE_WIDTH - INDENT.length - LABEL_WIDTH).map((line, index) => {
    const head = (index === 0 ? label : '').padEnd(LABEL_WIDTH);
    return `${INDENT}${paint(head, 'dim', color && index === 0)}${line}`;
  });

/** Tickets that operators took out, with who and why. */
export function droppedText(folder: string, lanes: readonly Lane[], color: boolean): string {
  if (lanes.length === 0) return `${folder}: no ticket is dropped`;
  const title = paint(`${folder}: ${plural(lanes.length, 'ticket')} dropped`, 'strong', color);
  const lines = lanes.flatMap((lane) => {
    const { dropped } = lane.state;
    if (dropped === null) return [];
    const words = `${nameOf(lane)}  ${dateText(dropped.at)} by ${dropped.by}: ${dropped.because}`;
    return wrap(visible(words), PAGE_WIDTH - INDENT.length).map((line) => `${INDENT}${line}`);
  });
  return [title, ...lines, '', `Taken back by: bridgehead parked retry ${folder} TICKET`].join('\n');
}

/** `2026-11-23 21:31 UTC` */
export const dateText = (at: Instant): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `2026-11-23 21:31 UTC (2 h)` */
export const sinceText = (at: Instant, now: Instant): string => `${dateText(at)} (${ageText(now - at)})`;

/** The largest unit that fits: `5 s`, `12 min`, `3 h`, `9 d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
