import { createSequence, isList, isSequence, push, type List } from '../list.ts';

/** What one step of a path has yielded, value by value, as one sequence. A list alone at the end stays the list it is. */
export function collected(results: readonly unknown[], isLast: boolean): List {
  const [only] = results;
  if (isLast && results.length === 1 && isList(only) && !isSequence(only)) return only;
  const sequence = createSequence();
  for (const result of results) {
    if (!isList(result) || result.cons === true) push(sequence, result);
    else for (const item of result) push(sequence, item);
  }
  return sequence;
}
