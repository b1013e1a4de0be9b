import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import { titleOf } from './check-json.ts';

/** As GitHub's own toolkit writes a workflow command's message. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** … and its properties. */
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/**
 * A diagnostic as a workflow command of GitHub Actions, which shows it beside the line in a pull request:
 * `::error file=rules/acme/contract.yaml,line=11,col=9,endColumn=11,title=BH042 …::A poll every 3s is too often.`
 */
export function githubAnnotation({ code, severity, place, length, message, hint }: Diagnostic): string {
  const properties = {
    file: place.file,
    line: String(place.line),
    endLine: String(place.line),
    col: String(place.column),
    endColumn: String(place.column + length),
    title: `${code} ${titleOf(code)}`,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${severity} ${written.join(',')}::${escapeData(hint === null ? message : `${message}\n${hint}`)}`;
}
