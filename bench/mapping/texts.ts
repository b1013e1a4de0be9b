import type { Random } from '../../engine/runtime/ports.ts';

const TITLES = [
  'Nightly batch ORDP120 abended with S0C7',
  'Packet loss between Omaha and Chicago',
  'Filesystem /oracle/arch voll auf gxdb07',
  'Deadlocks in the order database',
  'VTAM session drops for remote users',
  'SAN-Pfad zu gxesx12 fehlt',
] as const;

/** Sentences as people write them: quotes, paths, accents, a tab now and then. */
const SENTENCES = [
  'Job ORDP120 ended with S0C7 in step 040 at 02:14; restart from there is fine.',
  'Since this morning 3 to 5 % loss on the primary link; the "backup" link is clean.',
  'db2-orders reports SQL0911N about twenty times an hour since the release.',
  'Archive-Logs werden seit 04:10 nicht mehr geschrieben, die Datenbank steht.',
  'See C:\\logs\\agent\\2026-11-23.log and the share \\\\omafs01\\incidents.',
  'Lucía says it began after the change on Tuesday; nobody else has touched it.',
  'The users are in Dallas and Chicago;\tabout forty of them cannot work.',
] as const;

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  const one = choices[Math.floor(random.next() * choices.length)];
  if (one === undefined) throw new Error('there is nothing to choose from');
  return one;
}

export const titleText = (random: Random, number: number): string => `${oneOf(random, TITLES)} (${number})`;

/** So many lines. */
export const bodyText = (random: Random, lines: number): string =>
  Array.from({ length: lines }, () => oneOf(random, SENTENCES)).join('\n');
