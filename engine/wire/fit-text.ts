import { escapeText } from './escape.ts';

/**
 * Texts that are longer than the bridge takes. Lengths are those of the escaped text in UTF-16 units: whichever way the
 * provider counts, with the escapes or without, in characters or units, it counts no more.
 */
export const escapedLength = (text: string): number => escapeText(text).length;

/** How long a text is for whoever is to take it: of each unit by itself, no less in sum than of the text. */
export type Measure = (text: string) => number;

/** Whether the text has at most so many characters; escaped, unless it is measured otherwise. */
export const fits = (text: string, lengthMax: number, measure: Measure = escapedLength): boolean =>
  (measure === escapedLength && 2 * text.length <= lengthMax) || measure(text) <= lengthMax;

const ELLIPSIS = '…';

/** Stands where a text goes on in a comment. What comes back is recognised by it (`joinRest`). */
const CONTINUED = '[… continued in a comment]';

/** The text, cut at a word if it is too long: then its last sign is an ellipsis. */
export function cutAtWord(text: string, lengthMax: number, measure: Measure = escapedLength): string {
  if (fits(text, lengthMax, measure)) return text;
  const room = lengthMax - measure(ELLIPSIS);
  return text.slice(0, headLength(text, room, WORDS, measure)).trimEnd() + ELLIPSIS;
}

/** Whether a text may be one that `cutAtWord` has cut. */
export const looksCut = (text: string): boolean => text.endsWith(ELLIPSIS);

/** A text that goes on elsewhere: the head without its last words, and the rest, are the whole. */
export interface ContinuedText {
  /** With the words that say so at its end. */
  readonly head: string;
  readonly rest: string;
}

/** Divides a text at a good place, so that its head has at most so many characters with the words that it goes on. */
export function continueText(
  text: string,
  lengthMax: number,
  measure: Measure = escapedLength,
): ContinuedText {
  const end = headLength(text, lengthMax - measure(CONTINUED), PLACES, measure);
  return { head: text.slice(0, end) + CONTINUED, rest: text.slice(end) };
}

/** Whether the text says that it goes on elsewhere. */
export const goesOn = (text: string): boolean => text.includes(CONTINUED);

/**
 * Puts back what is missing where a head says that it goes on; what people wrote before and behind stays. The head may be
 * one that was divided elsewhere than `whole` would be now (at `dividedAt`), so it is looked for where in `whole` it ends.
 */
export function joinRest(head: string, whole: string, dividedAt: number): string {
  const at = head.lastIndexOf(CONTINUED);
  if (at === -1) return head;
  const before = head.slice(0, at);
  return before + whole.slice(endIn(before, whole, dividedAt)) + head.slice(at + CONTINUED.length);
}

/** What `cutAtWord` has taken off a text. */
export const cutOff = (text: string, cut: string): string => text.slice(cut.length - ELLIPSIS.length);

/**
 * The whole of a text whose head is here as `cutAtWord` or `continueText` left it, and that people may have written around
 * since; a text whose end they have changed is as it is.
 */
export function rejoin(text: string, head: string, rest: string): string {
  if (goesOn(head)) {
    const bare = head.slice(0, head.lastIndexOf(CONTINUED));
    return joinRest(text, bare + rest, bare.length);
  }
  const bare = head.slice(0, -ELLIPSIS.length);
  const tail = bare.slice(-TAIL_LENGTH_MIN) + ELLIPSIS;
  const here = text.trimEnd();
  return here.endsWith(tail) ? here.slice(0, -ELLIPSIS.length) + rest : text;
}

/** So much of a head's end must be found again, the longest first. */
const TAIL_LENGTH_MIN = 25;
const TAIL_LENGTHS = [400, 100, TAIL_LENGTH_MIN] as const;

/** Where the text ends within `whole`: the place next to `near`, or that itself if its end is found nowhere. */
function endIn(text: string, whole: string, near: number): number {
  for (const length of TAIL_LENGTHS) {
    if (text.length < length) continue;
    const tail = text.slice(-length);
    let best = -1;
    for (let at = whole.indexOf(tail); at !== -1; at = whole.indexOf(tail, at + 1)) {
      const end = at + length;
      if (best === -1 || Math.abs(end - near) < Math.abs(best - near)) best = end;
    }
    if (best !== -1) return best;
  }
  return near;
}

/** Divides a text at good places. Put together the parts are the text, and none is longer than `lengthMax`. */
export function splitText(
  text: string,
  lengthMax: number,
  measure: Measure = escapedLength,
): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (!fits(rest, lengthMax, measure)) {
    const end = headLength(rest, lengthMax, PLACES, measure);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}

/** Where a text may be divided, the best first, and from which share of the room on that is worth the lost room. */
type Place = readonly [behind: RegExp, fromShare: number];
const PARAGRAPH: Place = [/\r?\n[ \t]*\r?\n/g, 0.6];
const LINE: Place = [/\n/g, 0.6];
const SENTENCE: Place = [/[.!?…。！？]["'”’)]?[ \t]+/g, 0.6];
const WORD: Place = [/\s+/g, 0.4];
const PLACES = [PARAGRAPH, LINE, SENTENCE, WORD];
const WORDS = [WORD];

/** How much of the text fits into the room, up to a good place; at least one character. */
function headLength(text: string, room: number, places: readonly Place[], measure: Measure): number {
  const most = fittingLength(text, room, measure);
  const window = text.slice(0, most);
  for (const [behind, fromShare] of places) {
    let last = 0;
    for (const match of window.matchAll(behind)) last = match.index + match[0].length;
    if (last >= most * fromShare && last > 0) return last;
  }
  return most;
}

/** The longest beginning that fits, and that divides no character from what belongs to it. */
function fittingLength(text: string, room: number, measure: Measure): number {
  let used = 0;
  let end = 0;
  while (end < text.length) {
    used += measure(text.charAt(end));
    if (used > room) break;
    end += 1;
  }
  let whole = end;
  while (whole > 0 && !isBoundary(text, whole)) whole -= 1;
  // Signs upon signs without an end are no character: they are divided after all.
  return Math.max(1, whole === 0 || end - whole > CHARACTER_LENGTH_MAX ? end : whole);
}

/** Units of one character with all that belongs to it: flags, families and accents have a dozen. */
const CHARACTER_LENGTH_MAX = 64;

/**
 * Between these two no character goes on: no second half of a pair, no mark or joiner, no second letter of a flag, no later part of
 * a Korean syllable, no line feed after its return.
 */
function isBoundary(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  const after = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (/[\uD800-\uDBFF]/.test(before) && /[\uDC00-\uDFFF]/.test(text.charAt(at))) return false;
  if (before === '\u200D' || (before === '\r' && after === '\n')) return false;
  if (/[\u1160-\u11FF]/.test(after) && /[\u1100-\u11FF\uAC00-\uD7A3]/.test(before)) return false;
  if (/\p{RI}/u.test(after) && flagLettersBefore(text, at) % 2 === 1) return false;
  return !/[\p{M}\p{Grapheme_Extend}\p{EMod}\u200D]/u.test(after);
}

/** Two of these are a flag. */
function flagLettersBefore(text: string, at: number): number {
  let letters = 0;
  for (let end = at; end >= 2 && /^\p{RI}$/u.test(text.slice(end - 2, end)); end -= 2) letters += 1;
  return letters;
}
