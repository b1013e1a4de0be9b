/**
 * The bridge's double escaping (client guide v1.2). A free text goes through two JSON readers on the provider's side;
 * so a newline, carriage return, tab, double quote or backslash must arrive in the string that the first one decodes
 * as the two characters `\n`, `\r`, `\t`, `\"`, `\\`.
 */
const UNESCAPES: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  '\\"': '"',
  '\\\\': '\\',
};

/** So long that one sign after the other is found faster than all at once. */
const LONG = 200;

/** A short text to which nothing is done on its way, as most names, addresses and dates are: to see that is quickest. */
export const isPlain = (text: string): boolean => text.length < LONG && PLAIN.test(text);

const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Puts the escaping on. `unescapeText(escapeText(text)) === text` for every string. The signs are looked for each by itself:
 * that is far faster than for all at once.
 */
export function escapeText(text: string): string {
  let newline = indexFrom(text, '\n', 0);
  let quote = indexFrom(text, '"', 0);
  let backslash = indexFrom(text, '\\', 0);
  let tab = indexFrom(text, '\t', 0);
  let carriageReturn = indexFrom(text, '\r', 0);
  let escaped = '';
  let from = 0;
  for (;;) {
    const next = Math.min(newline, quote, backslash, tab, carriageReturn);
    if (next === text.length) return from === 0 ? text : escaped + text.slice(from);
    escaped += text.slice(from, next);
    from = next + 1;
    if (next === newline) {
      escaped += '\\n';
      newline = indexFrom(text, '\n', from);
    } else if (next === quote) {
      escaped += '\\"';
      quote = indexFrom(text, '"', from);
    } else if (next === backslash) {
      escaped += '\\\\';
      backslash = indexFrom(text, '\\', from);
    } else if (next === tab) {
      escaped += '\\t';
      tab = indexFrom(text, '\t', from);
    } else {
      escaped += '\\r';
      carriageReturn = indexFrom(text, '\r', from);
    }
  }
}

/** Where the sign is next; the text's length: nowhere. */
function indexFrom(text: string, sign: string, from: number): number {
  const index = text.indexOf(sign, from);
  return index === -1 ? text.length : index;
}

/** Whether a text is one that has been escaped: each backslash begins a pair, and what would be escaped is in none but those. */
export function isEscaped(text: string): boolean {
  if (isPlain(text)) return true;
  if (text.includes('\n') || text.includes('\r') || text.includes('\t')) return false;
  let quote = text.indexOf('"');
  let at = text.indexOf('\\');
  while (at !== -1) {
    if ((quote !== -1 && quote < at) || !SECOND_SIGNS.has(text.charCodeAt(at + 1))) return false;
    if (quote === at + 1) quote = text.indexOf('"', at + 2);
    at = text.indexOf('\\', at + 2);
  }
  return quote === -1;
}

const SECOND_SIGNS: ReadonlySet<number> = new Set(Array.from('nrt"\\', (sign) => sign.charCodeAt(0)));

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
  return hasUnseen(whole) ? whole.replace(new RegExp(UNSEEN, 'g'), '') : whole;
}

function hasUnseen(text: string): boolean {
  if (text.length < LONG) return UNSEEN.test(text);
  for (const sign of UNSEEN_SIGNS) if (text.includes(sign)) return true;
  return false;
}

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const UNSEEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;
const UNSEEN_SIGNS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((sign) =>
  UNSEEN.test(sign),
);
