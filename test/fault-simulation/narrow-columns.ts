import type { SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import type { DeskFields } from '../../adapters/simulator/provider-desk.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import { goesOn } from '../../engine/wire/fit-text.ts';
import { readBack } from '../../engine/map/storable.ts';
import type { Chance } from './chance.ts';
import type { ClientWords } from './clients.ts';
import { whole } from './parts.ts';
import { textOf } from './text-of.ts';

type Rewritings = readonly (readonly [string, string])[];

/** What the columns take that the provider writes to, in the client's description of them. */
export const NARROW: Readonly<Record<SampleItsm, Rewritings>> = {
  acme: [
    ['    title: title\n', '    title: { column: title, length: 60, characters: utf8mb3 }\n'],
    [
      '    description: description\n',
      '    description: { column: description, length: 100, characters: latin1 }\n',
    ],
    ['    body: body\n', '    body: { column: body, length: 90, characters: latin1 }\n'],
  ],
  globex: [
    ['    subject: subject\n', '    subject: { column: subject, length: 60, characters: latin1 }\n'],
    ['    text: long_text\n', '    text: { column: long_text, length: 100, characters: utf8mb3 }\n'],
    ['    text: entry_text\n', '    text: { column: entry_text, length: 90, characters: utf8mb3 }\n'],
  ],
  initech: [
    [
      '    title: title\n    details: details\n',
      '    title: { column: title, length: 60 }\n    details: { column: details, length: 100 }\n',
    ],
    [
      '    body: body\n    author: author\n    shared: { column: shared, type: boolean }\n    written: ',
      '    body: { column: body, length: 90 }\n    author: author\n    shared: { column: shared, type: boolean }\n    written: ',
    ],
  ],
};

/** A text that a narrow column does not take: its end is told apart by what it begins with. */
export const wideText = (chance: Chance, text: string): string =>
  `${text} 😀 ${'and it is looked at by everybody who has time, '.repeat(chance.int(1, 3))}${text}.`.slice(
    0,
    160,
  );

/** What the provider's people write, some of it wide. */
export function wideFields<T extends DeskFields>(chance: Chance, fields: T): T {
  const { shortDescription, description } = fields;
  return {
    ...fields,
    ...(shortDescription === undefined || chance.is(0.5)
      ? {}
      : { shortDescription: wideText(chance, shortDescription) }),
    ...(description === undefined || chance.is(0.3)
      ? {}
      : { description: `${wideText(chance, description)}\n${wideText(chance, description)}` }),
  };
}

/** Somebody here writes another first word into what is there, and saves the rest as it is; null: there is nothing to do that in. */
export function firstWordEdit(words: ClientWords, fields: JsonObject, text: string): JsonObject | null {
  const held = textOf(fields[words.textField] ?? '');
  const [first = ''] = /^\S+/.exec(held) ?? [];
  return goesOn(held) && first.length >= text.length
    ? { [words.textField]: text + held.slice(first.length) }
    : null;
}

/** The comments as they were said: parts are one again, and characters themselves. */
export function saidComments(words: ClientWords, comments: Ticket['comments']): Ticket['comments'] {
  const bodies = comments.map(({ fields }) => words.bodyOf(fields));
  let at = 0;
  return whole(bodies).map((body) => {
    const comment = comments[at];
    if (comment === undefined) throw new Error('there are no more texts than comments');
    at += body === bodies[at] ? 1 : Number(/^\(\d+\/(\d+)\) /.exec(bodies[at] ?? '')?.[1] ?? 1);
    return { ...comment, fields: { ...comment.fields, [words.bodyField]: readBack(body) } };
  });
}
