import { CODES } from '../codes.ts';
import { spotIn } from '../compile-expression-at.ts';
import type { Report } from '../report.ts';
import type { WrittenNode, WrittenScalar } from '../yaml/written.ts';

/** Forms of keys and tokens that are nothing else, and a password within an address. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/@:'"]*:(?!\$\{)[^\s/@'"]{3,}@/i, 'an address with a password'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY/, 'a private key'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an access key'],
  [/\bgh[opsur]_[A-Za-z0-9]{30,}/, 'a token'],
  [/\bxox[abpr]-[A-Za-z0-9-]{10,}/, 'a token'],
  [/\bsk-[A-Za-z0-9_-]{20,}/, 'a token'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/, 'a token'],
  [/\bBearer\s+[A-Za-z0-9._~+/-]{16,}/i, 'a token'],
];
/** One word of capitals, small letters and digits, long enough to be nothing that people write. */
const TOKEN = /(?<![\w/+.-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w/+.-])/g;
const HEX = /^[0-9a-f]{32,}$/i;
/** Keys whose value is a secret, whatever it looks like. */
const SECRET_KEY = /^(?:.*[_-])?(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|credentials?)$/i;
/** Told as BH045 where it is compiled. */
const CHECKED_ELSEWHERE: readonly string[] = ['bridge.key', 'database.connection'];
/** Below these, names of columns and expressions stand under keys of the client's own. */
const OWN_NAMES = /(?:^|\.)(?:fields|append|create|tables|conflicts)\.|^inbound\.comments\./;

const HOW = 'Take it from the environment, ${NAME}, or from a secret file, ${file:/path/to/secret}.';

/** Texts anywhere in a file that look like a secret. What they are is not repeated. */
export function checkSecrets(root: WrittenNode, report: Report): void {
  for (const { path, key, scalar } of scalarsOf(root, '', '')) {
    if (CHECKED_ELSEWHERE.includes(path) || typeof scalar.value !== 'string') continue;
    const text = scalar.text;
    const found = secretIn(text);
    if (found !== null) {
      const spot = spotIn(scalar, found.offset, found.length);
      report.add(CODES.maybeSecret, spot, `This looks like ${found.what}.`, HOW);
    } else if (SECRET_KEY.test(key) && !OWN_NAMES.test(path) && !text.includes('${')) {
      report.add(CODES.maybeSecret, scalar, `What stands under "${key}" looks like a secret.`, HOW);
    }
  }
}

function secretIn(
  text: string,
): { readonly what: string; readonly offset: number; readonly length: number } | null {
  for (const [pattern, what] of SECRETS) {
    const match = pattern.exec(text);
    if (match !== null) return { what, offset: match.index, length: match[0].length };
  }
  for (const match of text.matchAll(TOKEN)) {
    const [word] = match;
    const isMixed = /[A-Z]/.test(word) && /[a-z]/.test(word) && (word.match(/\d/g)?.length ?? 0) >= 3;
    const isHex = HEX.test(word) && /\d/.test(word) && /[a-f]/i.test(word);
    if (isMixed || isHex) return { what: 'a key or token', offset: match.index, length: word.length };
  }
  return null;
}

/** Every text of a file, with the keys that lead to it. */
function* scalarsOf(
  node: WrittenNode,
  path: string,
  key: string,
): Generator<{ readonly path: string; readonly key: string; readonly scalar: WrittenScalar }> {
  if (node.kind === 'scalar') yield { path, key, scalar: node };
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsOf(item, path, key);
  else {
    for (const [name, entry] of node.entries) {
      yield* scalarsOf(entry.value, path === '' ? name : `${path}.${name}`, name);
    }
  }
}
