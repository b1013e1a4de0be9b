/**
 * The bridge's double escaping: newline, carriage return, tab, double quote and backslash arrive in the decoded JSON
 * string as two characters each (client guide v1.2).
 */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);
const CHARACTERS: ReadonlyMap<string, string> = new Map([...ESCAPES].map(([from, to]) => [to, from]));

export const escapeText = (text: string): string =>
  text.replace(/[\n\r\t"\\]/g, (character) => ESCAPES.get(character) ?? character);

/** Undoes `escapeText` once. Expects a text for which `isEscaped` holds. */
export const unescapeText = (text: string): string =>
  text.replace(/\\[nrt"\\]/g, (pair) => CHARACTERS.get(pair) ?? pair);

/** No raw newline, carriage return, tab or double quote, and every backslash begins one of the five pairs. */
export const isEscaped = (text: string): boolean => /^(?:[^\n\r\t"\\]|\\[nrt"\\])*$/.test(text);
