import { durationText } from '../../engine/compile/duration.ts';
import { ALARM_KINDS, isDuration, type WatchedKind } from '../../engine/domain/alarm.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Phrase } from '../../engine/domain/phrase.ts';
import { enumerated, fixed, paragraph, say, text, type Block, type Section } from './page.ts';

/** What each alarm is about, for people who do not run the engine. */
const WORDS: Readonly<Record<WatchedKind, string>> = {
  'queue-unread': 'messages had been unread in the provider’s queue for 15 minutes',
  'queue-age': 'the age of the oldest message in the queue when it was read',
  'queue-receives': 'times that one message was received without being taken out of the queue',
  'last-poll': 'time without the queue being read to its end',
  waiting: 'messages that wait here, those of held-up tickets not counted',
  'waiting-age': 'how long the oldest of these has waited',
  parked: 'tickets that are held up',
  'unanswered-creates': 'tickets sent to the provider without a word whether they arrived',
  'unanswered-age': 'how long the oldest of these has been so',
  'files-age': 'how long the oldest file has been on its way',
  'files-expiring': 'files of the provider’s that could not be had yet and soon cannot any more',
  'files-given-up': 'files that were given up within a day',
  'bridge-failures': 'calls in a row without a usable answer of the provider',
  'database-away': 'time in which our database takes no writes',
  'clock-skew': 'how far another clock is away from ours',
};

/** From when on operators are told, and how. */
export function alarmSection({ alarms }: Contract): Section {
  const kinds = ALARM_KINDS.filter((kind): kind is WatchedKind => kind !== 'stopped');
  const rows = kinds.flatMap((kind): readonly (readonly Phrase[])[] => {
    const threshold = alarms.thresholds[kind];
    if (threshold === null) return [];
    return [
      [
        say`${text(WORDS[kind])}`,
        say`${text(isDuration(kind) ? durationText(threshold) : String(threshold))}`,
      ],
    ];
  });
  const off = kinds
    .filter((kind) => alarms.thresholds[kind] === null)
    .map((kind) => say`${text(WORDS[kind])}`);
  const told = [
    say`the log`,
    ...(alarms.webhook === null ? [] : [say`a webhook`]),
    ...(alarms.command === null ? [] : [say`the command ${fixed(alarms.command[0])}`]),
  ];
  const blocks: Block[] = [
    paragraph(
      say`Our operators are told in ${enumerated(told, 'and')}, once when it begins and once when it is over, when the contract stops by itself, and from this much on:`,
    ),
    { kind: 'table', head: ['what', 'from'], rows },
  ];
  if (off.length > 0) blocks.push(paragraph(say`Never told: ${enumerated(off, 'and')}.`));
  return { heading: 'When our operators are told', blocks };
}
