import { LONG, NARROW } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** Texts that are too long for the other side, or for our columns. */
export const TEXTS_MUTANTS: readonly Mutant[] = [
  {
    name: 'a rest is sent once for ever',
    because: 'the provider has what the description goes on with',
    file: 'engine/plan/plan-continuation.ts',
    find: `  if (rest === undefined || continued[field] === textDigest(rest)) return [];`,
    replace: `  if (rest === undefined || continued[field] !== undefined) return [];`,
    focus: LONG,
  },
  {
    name: 'a rest that the provider moved is sent back',
    because: 'it is another text now',
    file: 'engine/runtime/write-update.ts',
    find: `      continued: moveContinued(lane.state.continued, rests, restsAfter),`,
    replace: ``,
    focus: LONG,
  },
  {
    name: 'a head that comes back is taken for the whole',
    because: 'the description is what the provider says it is',
    file: 'engine/map/said-back.ts',
    find: `    else if (short?.rest != null) whole[field] = rejoined(said, short.whole, short.rest);`,
    replace: ``,
    focus: LONG,
  },
  {
    name: 'a comment whose first part fits',
    because: 'a call has room for ten comments',
    file: 'engine/plan/plan-comments.ts',
    find: `for (const payload of parts) called.push({ key, payload });`,
    replace: `for (const payload of parts.slice(0, 1)) called.push({ key, payload });`,
    focus: LONG,
  },
  {
    name: 'a message forgets what the other columns lack',
    because: 'what was just written says what is missing',
    file: 'engine/runtime/fit-columns.ts',
    find: `  return withState(lane, { kept: { ...Object.fromEntries(before), ...kept } });`,
    replace: `  return withState(lane, { kept: before.length < 0 ? {} : { ...kept } });`,
    focus: NARROW,
  },
  {
    name: 'a rest that has changed is not told',
    because: 'the comment with the rest is there',
    file: 'engine/runtime/fit-columns.ts',
    find: `    if (earlier === rest) continue;`,
    replace: `    if (earlier !== null) continue;`,
    focus: NARROW,
  },
  {
    name: 'what was cut is written as it was said',
    because: 'the characters were looked at before',
    file: 'engine/map/fit-column.ts',
    find: `  const stored = characters === null ? head : storable(head, characters);`,
    replace: `  const stored = characters === null ? storable(head, 'utf8mb4') : head;`,
    focus: NARROW,
  },
  {
    name: 'characters that were replaced stay replaced',
    because: 'the row says what it says',
    file: 'engine/map/fit-column.ts',
    find: `  const said = replaced ? readBack(text) : text;`,
    replace: `  const said = replaced && rest === null ? readBack(text) : text;`,
    focus: NARROW,
  },
];
