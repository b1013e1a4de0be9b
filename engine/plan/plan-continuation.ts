import type { LaneState } from '../domain/lane.ts';
import { CONTINUED_FIELDS, type ContinuedField } from '../domain/payload.ts';
import { numberedParts, type Rests } from '../map/shorten.ts';
import type { Action } from './action.ts';
import { textDigest } from './text-digest.ts';

const NAMES: Readonly<Record<ContinuedField, string>> = {
  description: 'description',
  closeNotes: 'close notes',
};

/**
 * The comments that carry on a text which is too long for its field: sent behind the field, once, and anew whenever the
 * rest has changed, which is then said in it. All parts travel in one call.
 */
export function planContinuation(
  { continued }: LaneState,
  rest: string | undefined,
  field: ContinuedField,
): readonly Action[] {
  if (rest === undefined || continued[field] === textDigest(rest)) return [];
  const name = NAMES[field];
  const isAnew = continued[field] !== undefined;
  const opening = isAnew
    ? `[The ${name} has changed; it goes on:]\n`
    : `[The ${name} ${field === 'closeNotes' ? 'go' : 'goes'} on:]\n`;
  const parts = numberedParts(opening + rest) ?? [opening + rest];
  return [
    {
      kind: 'notes',
      comments: parts.map((body) => ({ key: null, payload: { body } })),
      continues: { field, digest: textDigest(rest) },
      because: `the ${name} ${field === 'closeNotes' ? 'are' : 'is'} too long for the field${isAnew ? ', and the rest has changed' : ''}`,
      rule: null,
    },
  ];
}

/** What the provider has of each rest, once this is so by whoever's word. */
export const continuedAs = (rests: Rests, before: LaneState['continued'] = {}): LaneState['continued'] => {
  const continued: { [field in ContinuedField]?: string } = {};
  for (const field of CONTINUED_FIELDS) {
    const rest = rests[field];
    if (rest !== undefined) continued[field] = textDigest(rest);
    else if (before[field] !== undefined) continued[field] = '';
  }
  return continued;
};

/** The rests that the provider was told of and that are not there any more: the field itself says it all now. */
export function withoutEnded(continued: LaneState['continued'], rests: Rests): LaneState['continued'] {
  const ended = CONTINUED_FIELDS.filter(
    (field) => rests[field] === undefined && (continued[field] ?? '') !== '',
  );
  return ended.length === 0
    ? continued
    : { ...continued, ...Object.fromEntries(ended.map((field) => [field, ''])) };
}

/** A message of the provider's has changed a text: its rest is as the provider has it, if it was so before. */
export function moveContinued(
  continued: LaneState['continued'],
  before: Rests,
  after: Rests,
): LaneState['continued'] {
  const moved: { [field in ContinuedField]?: string } = { ...continued };
  for (const field of CONTINUED_FIELDS) {
    const was = before[field];
    const rest = after[field];
    if (was === rest) continue;
    // A person has changed the rest, and that was not sent yet.
    if (was !== undefined && continued[field] !== textDigest(was)) continue;
    moved[field] = rest === undefined ? '' : textDigest(rest);
  }
  return moved;
}
