import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continueText, cutAtWord, escapedLength, joinRest, splitText } from '../../engine/wire/fit-text.ts';

/** Texts as people write them, with signs that escape to two, that are two units, or that belong to the one before. */
const texts = fc
  .array(
    fc.oneof(
      fc.lorem({ maxCount: 12 }),
      fc.constantFrom('\n', '\r\n', '\n\n', ' ', '"quoted"', 'C:\\path', '👩‍👩‍👧', 'é', '🇩🇪', '\t'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const hasHalfPair = (text: string): boolean => /\p{Surrogate}/u.test(text);

describe('a text that is too long', () => {
  test('is divided into parts that are the text again, none longer than allowed, and no pair is torn', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 40, max: 200 }), (text, most) => {
        const parts = splitText(text, most);
        expect(parts.join('')).toBe(text);
        for (const part of parts) expect(escapedLength(part)).toBeLessThanOrEqual(most);
        if (!hasHalfPair(text)) expect(parts.some(hasHalfPair)).toBe(false);
      }),
    );
  });

  test('goes on elsewhere, and put together it is the whole', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 60, max: 200 }), (text, most) => {
        const { head, rest } = continueText(text, most);
        expect(escapedLength(head)).toBeLessThanOrEqual(most);
        expect(joinRest(head, text, text.length - rest.length)).toBe(text);
      }),
    );
  });

  test('is cut to what is allowed, and one that fits is left alone', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 20, max: 200 }), (text, most) => {
        const cut = cutAtWord(text, most);
        expect(escapedLength(cut)).toBeLessThanOrEqual(most);
        if (escapedLength(text) <= most) expect(cut).toBe(text);
        else expect(text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });
});
