import type { Setting } from '../domain/setting.ts';
import { CODES } from './codes.ts';
import type { Report } from './report.ts';
import type { Written } from './yaml/written.ts';

const REFERENCE = /\$\{(?:[A-Za-z_][A-Za-z0-9_]*|file:[^{}]+)\}/g;
const ONLY_REFERENCE = /^\$\{[^{}]*\}$/;
/** `//user:password@` with a password that is written out. */
const WRITTEN_PASSWORD = /\/\/[^/@]*:(?!\$\{)[^/@]+@/;

const HOW = 'Take it from the environment, ${NAME}, or from a secret file, ${file:/path/to/secret}.';

/** A text with `${NAME}` or `${file:PATH}`, kept as written: the shell fills it in. */
export function compileSetting(
  written: Written<string> | null,
  secret: 'whole' | 'password' | 'none',
  report: Report,
): Setting | null {
  const text = written?.text ?? null;
  if (written === null || text === null) return null;
  if (text.replaceAll(REFERENCE, '').includes('${')) {
    const hint = `${HOW} A name has letters, digits and _.`;
    report.add(CODES.badSetting, written, 'A ${…} in this text cannot be read.', hint);
  } else if (secret === 'whole' && !ONLY_REFERENCE.test(text)) {
    const message = 'The bridge’s key is written in the file, where everybody can read it.';
    report.add(CODES.literalSecret, written, message, HOW);
  } else if (secret === 'password' && WRITTEN_PASSWORD.test(text)) {
    const message = 'The database’s password is written in the file, where everybody can read it.';
    report.add(CODES.literalSecret, written, message, HOW);
  }
  return { text, place: written.place };
}
