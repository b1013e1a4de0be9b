/**
 * The bridge's double escaping (client guide v1.2). A free text goes through two JSON readers on the provider's side;
 * so a newline, carriage return, tab, double quote or backslash must arrive in the string that the first one decodes
 * as the two characters `\n`, `\r`, `\t`, `\"`, `\\`.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

const UNESCAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([plain, escaped]) => [escaped, plain]),
);

/** Puts the escaping on. `unescapeText(escapeText(text)) === text` for every string. */
export const escapeText = (text: string): string =>
  NEEDS_ESCAPING.test(text)
    ? text.replace(/[\n\r\t"\\]/g, (character) => ESCAPES[character] ?? character)
    : text;

const NEEDS_ESCAPING = /[\n\r\t"\\]/;

/** Takes the escaping off, once. A backslash that begins no known pair stays as it is. */
export const unescapeText = (text: string): string =>
  text.replace(/\\[nrt"\\]/g, (pair) => UNESCAPES[pair] ?? pair);

/**
 * A text that every JSON reader, database and XML document on the way can hold: unpaired surrogates become U+FFFD, and
 * control characters other than tab, newline and carriage return are left out (nobody sees them, and one NUL can make
 * the other side refuse a whole ticket).
 */
export function sendableText(text: string): string {
  // Nearly every text is one already.
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return UNSEEN.test(whole) ? whole.replace(new RegExp(UNSEEN, 'g'), '') : whole;
}

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const UNSEEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;
