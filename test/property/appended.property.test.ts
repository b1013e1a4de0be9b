import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendLines, stripLines, type AppendedLine } from '../../engine/map/appended.ts';
import { escapeText, unescapeText } from '../../engine/wire/escape.ts';

const BEGIN = '----- Additional information -----';
const END = '----- End of additional information -----';

/** Texts made of what could be mistaken for a block, and of anything else. */
const pieces = [BEGIN, END, '\n', '\n\n', '\r\n', '\r\n\r\n', '\r', '-----', '---------', '- - -'];
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 8 })
  .map((parts) => parts.join(''));
const lines: fc.Arbitrary<readonly AppendedLine[]> = fc.array(fc.record({ label: text, value: text }), {
  maxLength: 4,
});

describe('what is appended to a text', () => {
  it('is taken off again, whatever the text and the lines hold', () => {
    fc.assert(
      fc.property(text, lines, (original, appended) => {
        expect(stripLines(appendLines(original, appended))).toBe(original);
      }),
      { numRuns: 1000 },
    );
  });

  it('is taken off again after the double escaping of the wire', () => {
    fc.assert(
      fc.property(text, lines, (original, appended) => {
        const back = unescapeText(escapeText(appendLines(original, appended)));
        expect(stripLines(back)).toBe(original);
      }),
      { numRuns: 500 },
    );
  });

  it('is taken off again where the other side ends its lines with CRLF', () => {
    const crlf = (value: string): string => value.replaceAll(/\r?\n/g, '\r\n');
    const withoutLoneReturns = text.map((value) => value.replaceAll('\r', ''));
    const plainLines = fc.array(fc.record({ label: withoutLoneReturns, value: withoutLoneReturns }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(withoutLoneReturns, plainLines, (original, appended) => {
        expect(stripLines(crlf(appendLines(original, appended)))).toBe(crlf(original));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves what somebody wrote behind it', () => {
    const behind = text.filter((value) => !value.includes(BEGIN));
    const someLines = fc.array(fc.record({ label: text, value: text }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(text, someLines, behind, (original, appended, written) => {
        expect(stripLines(appendLines(original, appended) + written)).toBe(original + written);
      }),
      { numRuns: 1000 },
    );
  });

  it('never holds a marker in a label or a value', () => {
    fc.assert(
      fc.property(lines, (appended) => {
        const block = appendLines('', [{ label: 'first', value: '' }, ...appended]);
        expect(block.split(BEGIN)).toHaveLength(2);
        expect(block.split(END)).toHaveLength(2);
      }),
      { numRuns: 1000 },
    );
  });
});
