/**
 * What the bridge has no field for travels behind the description, between two marker lines. It is recognised and
 * taken off when the description comes back: strip(append(text)) = text, for any text.
 */

export const BLOCK_BEGIN = '----- Additional information -----';
export const BLOCK_END = '----- End of additional information -----';

export interface AppendedLine {
  readonly label: string;
  readonly value: string;
}

/** Without lines the text stays as it is, unless it looks as if it had been appended to: then the block is empty. */
export function appendLines(text: string, lines: readonly AppendedLine[]): string {
  if (lines.length === 0 && !text.includes(BLOCK_BEGIN)) return text;
  const block = lines.map((line) => `${harmless(line.label)}: ${harmless(line.value)}\n`).join('');
  return `${text}\n\n${BLOCK_BEGIN}\n${block}${BLOCK_END}`;
}

/** Takes the last block off, and keeps what somebody wrote behind it. A block without its end is left alone. */
export function stripLines(text: string): string {
  const begin = text.lastIndexOf(BLOCK_BEGIN);
  if (begin === -1) return text;
  const end = text.indexOf(BLOCK_END, begin);
  if (end === -1) return text;
  return withoutGap(text.slice(0, begin)) + text.slice(end + BLOCK_END.length);
}

/** Removes the blank line that was put before the block, however the other side ends its lines. */
function withoutGap(before: string): string {
  if (before.endsWith('\r\n\r\n')) return before.slice(0, -4);
  if (before.endsWith('\n\n')) return before.slice(0, -2);
  return before;
}

/** A value must not look like a marker: the dashes of one are taken apart. */
export const harmless = (value: string): string =>
  value.includes('-----') ? value.replaceAll('-----', '- - -') : value;
