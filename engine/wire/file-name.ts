/**
 * Names of files as the bridge takes them (client guide v1.2): letters, digits, `-` and `.`, beginning with a letter or a
 * digit, never `.exe`. With base64 `.base64` is put behind.
 */

/** Long names are cut before their extension; the bridge names no limit. */
export const FILE_NAME_LENGTH_MAX = 120;
const EXTENSION_LENGTH_MAX = 16;

/** Put behind the name of a file that travels as text. */
export const BASE64_SUFFIX = '.base64';

/** Letters of other alphabets that take no mark off when they are decomposed. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};

/** A name that the bridge takes, as like the file's own as can be: `Störung 3 (neu).PNG` → `Storung-3-neu.PNG`. */
export function validFileName(name: string): string {
  // Of a path only its end is a name.
  const own = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const plain = own
    .replace(/[^\0-\x7f]/gu, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/-*\.[-.]*/g, '.')
    .replace(/-{2,}/g, '-')
    .replace(/[-.]+$/, '');
  const { stem, extension } = split(plain);
  const cut = stem.replace(/^[-.]+/, '').slice(0, FILE_NAME_LENGTH_MAX - extension.length);
  // Of a name in another alphabet the extension alone is left, or nothing.
  return `${cut.replace(/[-.]+$/, '') || 'file'}${extension}`;
}

/**
 * The same, unlike all that are taken, compared without regard to case: the second `log.txt` of a ticket is `log-2.txt`.
 * It follows from its arguments alone; whoever sends it again must hand in what was taken the first time, or keep it.
 */
export function uniqueFileName(name: string, encoding: 'binary' | 'base64', taken: Iterable<string>): string {
  const used = new Set([...taken].map((one) => one.toLowerCase()));
  const suffix = encoding === 'base64' ? BASE64_SUFFIX : '';
  const valid = validFileName(name);
  const { stem, extension } = split(valid);
  for (let count = 1; ; count += 1) {
    const mark = count === 1 ? '' : `-${count}`;
    const room = FILE_NAME_LENGTH_MAX - extension.length - mark.length;
    const candidate = `${stem.slice(0, room).replace(/[-.]+$/, '')}${mark}${extension}${suffix}`;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}

/** Whether the bridge refuses the file for its name, whatever is done to the name. */
export const isProgramName = (name: string): boolean => /\.exe$/i.test(validFileName(name));

function split(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.');
  const isExtension = dot >= 0 && name.length - dot <= EXTENSION_LENGTH_MAX;
  return isExtension
    ? { stem: name.slice(0, dot), extension: name.slice(dot) }
    : { stem: name, extension: '' };
}
