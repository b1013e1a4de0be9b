import { CODES } from '../codes.ts';
import type { Report } from '../report.ts';
import type { Written } from '../yaml/written.ts';

const PLAIN = /^[A-Za-z_][A-Za-z0-9_$]*$/;
/** MySQL's bound; SQLite has none. */
const IDENTIFIER_LENGTH_MAX = 64;

/** A table's or column's name; tables may have a schema in front. Nothing else ever gets into SQL text. */
export function compileIdentifier(
  written: Written<string> | null,
  what: 'table' | 'column' | 'schema',
  report: Report,
): string | null {
  const text = written?.text ?? null;
  if (written === null || text === null) return null;
  const parts = what === 'table' ? text.split('.') : [text];
  if (parts.length <= 2 && parts.every((part) => PLAIN.test(part) && part.length <= IDENTIFIER_LENGTH_MAX))
    return text;
  const hint = `Letters, digits, _ and $, not beginning with a digit, at most ${IDENTIFIER_LENGTH_MAX}${what === 'table' ? '; or schema.table' : ''}.`;
  report.add(CODES.badIdentifier, written, `"${text}" is not a plain name of a ${what}.`, hint);
  return null;
}

/** The same for a name that is a key: the columns of constants. */
export function checkColumnKey(name: string, written: Written<unknown>, report: Report): void {
  if (PLAIN.test(name) && name.length <= IDENTIFIER_LENGTH_MAX) return;
  const hint = `Letters, digits, _ and $, not beginning with a digit, at most ${IDENTIFIER_LENGTH_MAX}.`;
  report.add(CODES.badIdentifier, written.key, `"${name}" is not a plain name of a column.`, hint);
}
