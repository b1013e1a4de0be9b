import { escapeText, isEscaped, isPlain, sendableText } from './escape.ts';

/** As many of the texts that were escaped last are known again; most calls have fewer that are more than plain. */
const KNOWN_MAX = 8;
const known: string[] = Array.from({ length: KNOWN_MAX }, () => '');
let oldest = 0;

/** A free text as it goes over the wire. */
export function freeText(text: string): string {
  if (isPlain(text)) return text;
  const escaped = escapeText(sendableText(text));
  known[oldest] = escaped;
  oldest = (oldest + 1) % KNOWN_MAX;
  return escaped;
}

/**
 * Whether a text is escaped as `freeText` does it. What it has just made is known again: reading it once more would take as
 * long as making it, and puts into one piece of memory what is many until it is sent. Any other text is read.
 */
export const isFreeText = (text: string): boolean => isPlain(text) || known.includes(text) || isEscaped(text);
