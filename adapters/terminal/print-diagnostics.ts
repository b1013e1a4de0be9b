import { CODES } from '../../engine/compile/codes.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import { displayWidth } from './display-width.ts';
import { visible } from './visible.ts';

export interface PrintOptions {
  readonly color: boolean;
}

/** Longer lines are cut around the place that is pointed at. */
const FRAME_WIDTH_MAX = 120;

const STYLES = { error: '31;1', warning: '33;1', frame: '2', caret: '31;1', hint: '36', place: '1' } as const;

const paint = (text: string, style: keyof typeof STYLES, color: boolean): string =>
  color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;

/**
 * One diagnostic for people: where, what, the line it is on with a caret below, and what helps.
 *
 *     rules/acme/contract.yaml:11:9  error BH042  A poll every 3s is too often.
 *       11 |   poll: 3s
 *          |         ^^
 *          = From 30s to 5m: so the provider asks for it.
 */
export function diagnosticText(
  diagnostic: Diagnostic,
  files: ReadonlyMap<string, string>,
  { color }: PrintOptions,
): string {
  const { place, severity, code, message, hint } = diagnostic;
  const where = paint(`${place.file}:${place.line}:${place.column}`, 'place', color);
  const margin = ' '.repeat(String(place.line).length + 2);
  const lines = [`${where}  ${paint(`${severity} ${code}`, severity, color)}  ${visible(message)}`];
  const frame = frameOf(diagnostic, files);
  if (frame !== null) {
    lines.push(
      `  ${paint(`${place.line} |`, 'frame', color)} ${frame.line}`.trimEnd(),
      `${margin} ${paint('|', 'frame', color)} ${paint(frame.caret, 'caret', color)}`,
    );
  }
  if (hint !== null) lines.push(`${margin} ${paint(`= ${visible(hint)}`, 'hint', color)}`);
  return lines.join('\n');
}

const isSecret = (code: string): boolean =>
  code === CODES.literalSecret.code || code === CODES.maybeSecret.code;

/** The same texts with dots for every secret found in them: none is repeated on screens and in build logs. */
export function withoutSecrets(
  files: ReadonlyMap<string, string>,
  diagnostics: readonly Diagnostic[],
): ReadonlyMap<string, string> {
  const lines = new Map([...files].map(([file, text]) => [file, text.split('\n')]));
  for (const { place, length } of diagnostics.filter(({ code }) => isSecret(code))) {
    const found = lines.get(place.file);
    const line = found?.[place.line - 1];
    if (found === undefined || line === undefined) continue;
    // The first line may begin with a mark that columns do not count.
    const start = place.column - 1 + (place.line === 1 && line.startsWith('\ufeff') ? 1 : 0);
    found[place.line - 1] = line.slice(0, start) + '•'.repeat(length) + line.slice(start + length);
  }
  return new Map([...lines].map(([file, text]) => [file, text.join('\n')]));
}

function frameOf(
  { place, length, code }: Diagnostic,
  files: ReadonlyMap<string, string>,
): { readonly line: string; readonly caret: string } | null {
  const text = files.get(place.file)?.replace(/^\ufeff/, '');
  const whole = text?.split('\n')[place.line - 1]?.replace(/\r$/, '');
  if (whole === undefined || whole.trim() === '') return null;
  const secret = isSecret(code);
  const start = Math.min(place.column - 1, whole.length);
  const written = secret ? whole.slice(0, start) + '•'.repeat(Math.min(length, 8)) : whole;
  const from = written.length > FRAME_WIDTH_MAX ? Math.max(0, start - FRAME_WIDTH_MAX / 2) : 0;
  const line = visible(written.slice(from, from + FRAME_WIDTH_MAX));
  const column = start - from;
  const pointed = line.slice(column, column + (secret ? 8 : length));
  // Behind tabs, wide and combined characters the caret stands where the terminal shows the place.
  const before = line
    .slice(0, column)
    .split('\t')
    .map((text) => ' '.repeat(displayWidth(text)))
    .join('\t');
  return { line, caret: before + '^'.repeat(Math.max(1, displayWidth(pointed))) };
}
