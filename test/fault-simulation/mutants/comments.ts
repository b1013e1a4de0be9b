import { TWICE, REPEATED } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** Each comment once, in order. */
export const COMMENTS_MUTANTS: readonly Mutant[] = [
  {
    name: 'comments of a create are not in the ledger',
    because: 'the create is settled, and its fields are agreed',
    file: 'engine/runtime/link.ts',
    find: `  await recordSent(tx, lane.id, intent.comments, now);
  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields`,
    replace: `  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields`,
  },
  {
    name: 'comments of a repeated create',
    because: 'what is new since then can travel along',
    file: 'engine/plan/plan-outbound.ts',
    find: `    intent?.kind === 'create' ? unsent.filter(({ key }) => intent.comments.includes(key)) : unsent;`,
    replace: `    intent?.kind === 'create' ? unsent : unsent;`,
    focus: TWICE,
  },
  {
    name: 'the newest comment first',
    because: 'people read the newest first',
    file: 'engine/plan/plan-comments.ts',
    find: `  return mapped.filter((comment) => !crossed.has(comment.key));`,
    replace: `  return mapped.filter((comment) => !crossed.has(comment.key)).reverse();`,
  },
  {
    name: 'a comment is looked up by its message',
    because: 'a message that is new brings a comment that is new',
    file: 'engine/runtime/write-comment.ts',
    find: `    providerId !== null &&\n    ledger.some(`,
    replace: `    providerId === '' &&\n    ledger.some(`,
    focus: REPEATED,
  },
];
