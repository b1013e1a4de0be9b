import type { Phrase, PhrasePart } from '../../engine/domain/phrase.ts';

/** A page for people, before it is known whether a terminal or Markdown shows it. */
export interface Page {
  readonly title: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly phrase: Phrase }
  | { readonly kind: 'list'; readonly items: readonly Phrase[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly Phrase[])[];
    };

/** Makes a phrase: texts as they are, what is put in between by its own kind. */
export function say(texts: TemplateStringsArray, ...parts: readonly (PhrasePart | Phrase)[]): Phrase {
  const said: PhrasePart[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== '') said.push({ kind: 'text', text });
    const part = parts[index];
    if (part !== undefined) said.push(...('kind' in part ? [part] : part));
  }
  return said;
}

export const text = (words: string): PhrasePart => ({ kind: 'text', text: words });
export const name = (word: string): PhrasePart => ({ kind: 'name', text: word });
export const fixed = (word: string): PhrasePart => ({ kind: 'literal', text: word });

export const paragraph = (phrase: Phrase): Block => ({ kind: 'paragraph', phrase });
export const list = (items: readonly Phrase[]): Block => ({ kind: 'list', items });

/** Phrases one behind the other, with commas and a word before the last. */
export function enumerated(phrases: readonly Phrase[], word: 'and' | 'or'): Phrase {
  return phrases.flatMap((phrase, index) => {
    if (index === 0) return [...phrase];
    return [text(index === phrases.length - 1 ? ` ${word} ` : ', '), ...phrase];
  });
}
