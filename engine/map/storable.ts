import type { CharacterSet } from '../domain/itsm-description.ts';

/** cp1252 has these in the places of control characters, of which it keeps five. */
const CP1252 = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u0081\u008d\u008f\u0090\u009d');

/** Whether a column of that character set has a place for the character. Half a pair has none anywhere. */
export function holds(characters: CharacterSet, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return true;
  if (code >= 0xd800 && code <= 0xdfff) return false;
  switch (characters) {
    case 'utf8mb4':
      return true;
    case 'utf8mb3':
      return code <= 0xffff;
    case 'latin1':
      return (code >= 0xa0 && code <= 0xff) || CP1252.has(character);
  }
}

const inNumbers = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** The same characters that were written out in the text already: they must not come back as something else. */
const LOOKS_SO = /\[(?=U\+[0-9A-F]{4,6}\])/g;
const NUMBER = /\[U\+([0-9A-F]{4,6})\]/g;
const CODE_MAX = 0x10ffff;

/** The characters of a text that the set lacks, each once. */
export const lacking = (text: string, characters: CharacterSet): readonly string[] => [
  ...new Set(Array.from(text).filter((character) => !holds(characters, character))),
];

/** The text as a column of that character set takes it: `[U+1F600]` for what it lacks. `readBack` undoes it. */
export function storable(text: string, characters: CharacterSet): string {
  if (lacking(text, characters).length === 0) return text;
  const safe = text.replace(LOOKS_SO, inNumbers('['));
  return Array.from(safe, (character) =>
    holds(characters, character) ? character : inNumbers(character),
  ).join('');
}

/** The text with the characters that `storable` wrote by their numbers, whatever people have written around them. */
export const readBack = (text: string): string =>
  text.replace(NUMBER, (written, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code > CODE_MAX ? written : String.fromCodePoint(code);
  });

/** The length of parts of `whole` once they are storable: no less than it will be, each unit by itself. */
export function storedLength(whole: string, characters: CharacterSet): (part: string) => number {
  const bracket = whole.search(LOOKS_SO) === -1 ? 1 : inNumbers('[').length;
  const isWellFormed = !/\p{Surrogate}/u.test(whole);
  const lengthOf = (unit: string): number => {
    if (unit === '[') return bracket;
    if (characters === 'utf8mb4' && isWellFormed) return 1;
    return holds(characters, unit) ? 1 : inNumbers(unit).length;
  };
  return (part) => {
    let length = 0;
    for (let at = 0; at < part.length; at += 1) length += lengthOf(part.charAt(at));
    return length;
  };
}
