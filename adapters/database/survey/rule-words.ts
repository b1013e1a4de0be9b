import type { FieldRule } from '../../../engine/domain/contract.ts';
import type { Path } from './spots.ts';

/** A word of the client's that a rule writes, as far as it can be told without a message. */
export interface RuleWord {
  readonly word: string;
  readonly path: Path;
  readonly part: 'key' | 'value';
}

/** The words on the way back through the rule's table, its default, and the texts that it writes in any case. */
export function inboundWords(rule: FieldRule, path: Path): readonly RuleWord[] {
  const words: RuleWord[] = [];
  if (rule.table !== null) {
    const { name, entries } = rule.table;
    // Of several words with one provider value the first written is the way back.
    const first = entries.filter(
      (entry, index) => entries.findIndex(({ provider }) => provider === entry.provider) === index,
    );
    for (const { client } of first) words.push({ word: client, path: ['tables', name, client], part: 'key' });
  } else {
    for (const word of literals(rule.value.source))
      words.push({ word, path: [...path, 'value'], part: 'value' });
  }
  if (rule.default !== null) words.push({ word: rule.default, path: [...path, 'default'], part: 'value' });
  return words;
}

const TEXT = `'([^'\\\\]*)'|"([^"\\\\]*)"`;
const ONE = new RegExp(`^(?:${TEXT})$`);
/** The condition holds no other choice, so that the two texts are all that can come out. */
const EITHER = new RegExp(`^[^?:]*\\?\\s*(?:${TEXT})\\s*:\\s*(?:${TEXT})$`);

/** `'x'`, or `condition ? 'x' : 'y'`. */
function literals(source: string): readonly string[] {
  const found = ONE.exec(source.trim()) ?? EITHER.exec(source.trim());
  // Of each pair of quotes only one kind has matched.
  const texts: readonly (string | undefined)[] = found ?? [];
  return texts.slice(1).filter((text) => text !== undefined);
}
