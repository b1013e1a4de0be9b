import { goesOn } from '../../../engine/wire/fit-text.ts';
import { readBack } from '../../../engine/map/storable.ts';
import type { Ticket } from '../../../engine/domain/ticket.ts';
import type { Evidence } from '../evidence.ts';

/** What a column of ours did not take stands in the last comment that carries it on: people here can read all that was said. */
export const untold = (evidence: Evidence): readonly { tickets: readonly string[]; words: string }[] =>
  evidence.stored.flatMap((stored) => {
    const known = evidence.tickets.find(({ key }) => key === stored.key);
    if (known === undefined) return [];
    return Object.entries(stored.fields).flatMap(([field, held]) => {
      const whole = known.fields[field];
      if (typeof held !== 'string' || typeof whole !== 'string' || held === whole || !goesOn(held)) return [];
      const rest = lastRest(evidence, known, field);
      const told = readBack(held.replace(MARK, '')) + (rest ?? '');
      return squeezed(told) === squeezed(whole)
        ? []
        : [{ tickets: [stored.number], words: `${field} of ${stored.number} says "${told}", of "${whole}"` }];
    });
  });

const MARK = /\s*\[… continued in a comment\]$/;

function lastRest({ world: { words } }: Evidence, { comments }: Ticket, field: string): string | null {
  const openings = [`[${field} goes on:]\n`, `[${field} has changed; it goes on:]\n`];
  for (const { fields } of comments.toReversed()) {
    const body = words.bodyOf(fields);
    const opening = openings.find((one) => body.startsWith(one));
    if (opening !== undefined) return body.slice(opening.length);
  }
  return null;
}

/** A text is divided at blanks, which are in neither part. */
const squeezed = (text: string): string => text.replace(/\s+/g, '');
