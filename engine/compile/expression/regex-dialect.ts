/**
 * Regular expressions are written in JavaScript's dialect and matched by RE2, whose time grows with the text only and
 * never explodes. This translates the one into the other, so that what both can say means the same.
 */

/** What the dialect of RE2 cannot say. */
export class UnsupportedRegex extends Error {
  /** Offset within the pattern. */
  readonly offset: number;
  readonly length: number;
  readonly hint: string;

  constructor(message: string, offset: number, length: number, hint: string) {
    super(message);
    this.offset = offset;
    this.length = length;
    this.hint = hint;
  }
}

/** JavaScript's white space, as the inside of a class; RE2's has only the ASCII ones, without \v. */
const SPACES =
  '\\t-\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}';
const NO_SPACES =
  '\\x{0}-\\x{8}\\x{E}-\\x{1F}!-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}' +
  '\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}';
const ANY = '\\x{0}-\\x{10FFFF}';
const NO_LINE_END = '[^\\n\\r\\x{2028}\\x{2029}]';

/** Escapes that mean the same in both. */
const SAME = 'dDwWbBnrtvf';
const QUANTIFIER = /\{(\d+)(?:,(\d*))?\}/y;
/** RE2's own: a larger count would make a larger program. */
const REPEATS_MAX = 1000;

/** Throws UnsupportedRegex. The pattern is one that JavaScript accepts without the flags `u` and `v`. */
export function toRe2(pattern: string): string {
  let at = 0;
  let isInClass = false;
  let result = '';
  while (at < pattern.length) {
    const character = pattern[at] ?? '';
    if (character === '\\') {
      const [text, length] = escape(pattern, at, isInClass);
      result += text;
      at += length;
      continue;
    }
    if (isInClass) {
      isInClass = character !== ']';
      // RE2 would take `[:alpha:]` for a class of its own.
      result += character === '[' ? '\\[' : character;
      at++;
      continue;
    }
    const [text, length] = plain(pattern, at);
    isInClass = text === '[' || text === '[^';
    result += text;
    at += length;
  }
  return result;
}

function plain(pattern: string, at: number): readonly [string, number] {
  const character = pattern[at] ?? '';
  switch (character) {
    case '.':
      return [NO_LINE_END, 1];
    case '[': {
      if (pattern.startsWith('[]', at)) return [`[^${ANY}]`, 2];
      if (pattern.startsWith('[^]', at)) return [`[${ANY}]`, 3];
      return pattern.startsWith('[^', at) ? ['[^', 2] : ['[', 1];
    }
    case '{':
      return quantifier(pattern, at);
    case '(':
      refuseLookAround(pattern, at);
      return ['(', 1];
    default:
      return [character, 1];
  }
}

function quantifier(pattern: string, at: number): readonly [string, number] {
  QUANTIFIER.lastIndex = at;
  const found = QUANTIFIER.exec(pattern);
  // A brace that counts nothing stands for itself.
  if (found === null) return ['\\{', 1];
  const [text, from, to] = found;
  if (Math.max(Number(from), Number(to ?? 0)) > REPEATS_MAX) {
    const hint = `Count to ${REPEATS_MAX} at the most; $length tells how long a text is.`;
    throw new UnsupportedRegex(`${text} counts further than ${REPEATS_MAX}`, at, text.length, hint);
  }
  return [text, text.length];
}

function refuseLookAround(pattern: string, at: number): void {
  const [found] = /^\(\?<?[=!]/.exec(pattern.slice(at)) ?? [];
  if (found === undefined) return;
  const what = found.includes('<') ? 'look-behind' : 'look-ahead';
  const hint = 'Match what is around it too and take a group, or test for it with a second $contains.';
  throw new UnsupportedRegex(`${found}…) is a ${what}`, at, found.length, hint);
}

const hex = (code: number): string => `\\x{${code.toString(16).toUpperCase()}}`;

function escape(pattern: string, at: number, isInClass: boolean): readonly [string, number] {
  const character = pattern[at + 1] ?? '';
  const rest = pattern.slice(at + 1);
  if (character === 's') return [isInClass ? SPACES : `[${SPACES}]`, 2];
  if (character === 'S') return [isInClass ? NO_SPACES : `[^${SPACES}]`, 2];
  if (character === 'b' && isInClass) return [hex(8), 2];
  if (SAME.includes(character)) return [`\\${character}`, 2];

  const pair = /^u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})/.exec(rest);
  if (pair !== null) {
    const code =
      (Number.parseInt(pair[1] ?? '', 16) - 0xd800) * 0x400 + Number.parseInt(pair[2] ?? '', 16) - 0xdc00;
    return [hex(code + 0x10000), 12];
  }
  const code = /^(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))/.exec(rest);
  if (code !== null) return [hex(Number.parseInt(code[1] ?? code[2] ?? '', 16)), code[0].length + 1];
  const control = /^c([A-Za-z])/.exec(rest);
  if (control !== null) return [hex((control[1] ?? '').charCodeAt(0) % 32), 3];
  if (/^0(?![0-9])/.test(rest)) return [hex(0), 2];
  if (/^[A-Za-z0-9]/.test(character)) {
    const isReference = /[1-9k]/.test(character);
    const message = isReference ? `\\${character} refers back to a group` : `\\${character} is not an escape`;
    const hint = isReference
      ? 'Match the parts apart, with groups of $match, and compare them with =.'
      : `Write ${character} without the backslash if you mean the letter.`;
    throw new UnsupportedRegex(message, at, 2, hint);
  }
  return [hex(rest.codePointAt(0) ?? 0), 1 + String.fromCodePoint(rest.codePointAt(0) ?? 0).length];
}
