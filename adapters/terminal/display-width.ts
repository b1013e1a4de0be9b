const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What takes two columns of a terminal: East Asian wide and full-width characters, and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;
/** What takes none. */
const INVISIBLE = /^[\p{Mn}\p{Me}\u200b-\u200f\u2060\ufeff]+$/u;

/** How many columns of a terminal a text takes; a tab counts as one. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (!INVISIBLE.test(segment)) width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}
