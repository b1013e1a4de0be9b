import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMENT_PARTS_MAX, HEAD_LENGTH_MIN, TEXT_LENGTH_MAX } from '../../../engine/domain/limits.ts';
import { commentParts, fitText, numberedParts, restsOf } from '../../../engine/map/shorten.ts';
import { escapedLength } from '../../../engine/wire/fit-text.ts';
import { fieldRule } from '../../support/builders.ts';
import { always, path, PLACE } from '../../support/expressions.ts';

/** What people see as one character, of several units each but the first ones. */
const CHARACTERS = ['a', '"', '\n', ' ', '. ', '😀', '👩‍👩‍👧', '🇩🇪', 'é', '👍🏽', '한', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'];
/** Repeated, so that they are longer than the bridge takes. */
const texts = fc
  .tuple(
    fc.array(fc.oneof(fc.lorem({ maxCount: 9 }), fc.constantFrom(...CHARACTERS)), { minLength: 3 }),
    fc.nat(900),
  )
  .map(([parts, times]) =>
    parts
      .join('')
      .repeat(times + 1)
      .slice(0, 30_000),
  )
  // Not what the slice has torn.
  .map((text) => `${text.replace(/[\p{Surrogate}\u200D]+$/u, '')} end`);

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Whether a character begins there, or the text ends. */
const isBoundary = (text: string, at: number): boolean =>
  at === text.length || segmenter.segment(text).containing(at)?.index === at;

const withoutNumber = (part: string): string => part.replace(/^\(\d+\/\d+\) /, '');

describe('a text in numbered parts', () => {
  test('is the text again, each part within the limit with its number, and no character is torn', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parts = numberedParts(text);
        if (parts === null) {
          expect(escapedLength(text)).toBeGreaterThan((COMMENT_PARTS_MAX * TEXT_LENGTH_MAX) / 4);
          return;
        }
        for (const part of parts) expect(escapedLength(part)).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
        if (parts.length === 1) {
          expect(parts).toEqual([text]);
          return;
        }
        parts.forEach((part, index) => expect(part.startsWith(`(${index + 1}/${parts.length}) `)).toBe(true));
        expect(parts.map(withoutNumber).join('')).toBe(text);
        let end = 0;
        for (const part of parts) {
          end += withoutNumber(part).length;
          expect(isBoundary(text, end)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is none if there would be too many', () => {
    expect(numberedParts('x'.repeat(COMMENT_PARTS_MAX * TEXT_LENGTH_MAX))).toBeNull();
    expect(numberedParts('x'.repeat(TEXT_LENGTH_MAX))).toHaveLength(1);
    expect(numberedParts('x'.repeat(TEXT_LENGTH_MAX + 1))).toHaveLength(2);
  });
});

describe('a field that is too long', () => {
  const long = 'A sentence of a text. '.repeat(300);
  const description = (tooLong: 'cut' | 'continue' | 'park', labels: readonly string[] = []) =>
    fieldRule('description', path('text'), {
      tooLong,
      append: labels.map((label) => ({ label, value: always('x'), place: PLACE })),
    });

  test('fits: nothing is done, whatever the rule says', () => {
    for (const way of ['cut', 'continue', 'park'] as const)
      expect(fitText(description(way), 'short', [])).toEqual({ text: 'short', shortened: null });
  });

  test('goes on: the head and the rest are the whole, and what is appended stays behind the head', () => {
    const lines = [{ label: 'Room', value: '4711' }];
    const { text, shortened } = fitText(description('continue', ['Room']), long, lines);
    expect(escapedLength(text)).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
    expect(text).toMatch(/ \[… continued in a comment\]\n\n-----[^]*Room: 4711/);
    expect(shortened?.whole).toBe(long);
    expect((shortened?.head ?? '').replace('[… continued in a comment]', '') + (shortened?.rest ?? '')).toBe(
      long,
    );
    expect(shortened?.reason).toBe(
      'description has 6693 of 4000 characters once escaped: it goes on in a comment',
    );
    expect(restsOf(shortened === null ? [] : [shortened])).toEqual({ description: shortened?.rest });
  });

  test('is cut at a word, without a rest', () => {
    const { text, shortened } = fitText(description('cut'), long, []);
    expect(text).toMatch(/\w…$|\.…$/);
    expect(long.charAt(text.length - 1)).toBe(' ');
    expect(shortened).toMatchObject({ how: 'cut', rest: null });
    expect(restsOf(shortened === null ? [] : [shortened])).toEqual({});
  });

  test('stays as it is under `park`, and where what is appended leaves too little room', () => {
    expect(fitText(description('park'), long, [])).toEqual({ text: long, shortened: null });
    const lines = [{ label: 'All', value: 'x'.repeat(TEXT_LENGTH_MAX - HEAD_LENGTH_MIN) }];
    expect(fitText(description('continue', ['All']), long, lines).shortened).toBeNull();
  });
});

describe('a comment that is too long', () => {
  const body = 'One line of it.\n'.repeat(600);
  const said = { body, commenter: 'Lee' };

  test('travels in parts that all say who wrote it', () => {
    const { parts, shortened } = commentParts(fieldRule('body', path('body'), { tooLong: 'split' }), said);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.every(({ commenter }) => commenter === 'Lee')).toBe(true);
    expect(parts.map((part) => withoutNumber(part.body ?? '')).join('')).toBe(body);
    expect(shortened).toBe(
      `body has 10200 of 4000 characters once escaped: it travels in ${parts.length} parts`,
    );
  });

  test('is cut, or stays as it is, by the word of the rule', () => {
    const cut = commentParts(fieldRule('body', path('body'), { tooLong: 'cut' }), said);
    expect(cut.parts).toHaveLength(1);
    expect(cut.shortened).toMatch(/it is cut$/);
    expect(commentParts(fieldRule('body', path('body'), { tooLong: 'park' }), said)).toEqual({
      parts: [said],
      shortened: null,
    });
  });
});
