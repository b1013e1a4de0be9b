import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fieldsSchema from '../../schemas/bridge/fields.schema.json' with { type: 'json' };
import { escapeText, isEscaped, sendableText, unescapeText } from '../../engine/wire/escape.ts';
import { freeText, isFreeText } from '../../engine/wire/free-text.ts';

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const ODD = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

/** Any string of UTF-16 units, unpaired surrogates too, with many of the characters that matter. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\r', '\t', '"', '\\', 'n', 'r', 't', '\u0000', '\uD83D', '\uDE00'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('double escaping', () => {
  it('is undone by its reverse, for every string', () => {
    fc.assert(fc.property(anyText, (text) => unescapeText(escapeText(text)) === text));
  });

  it('leaves no character that must not stand alone on the wire', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeText(text)).toMatch(/^(?:[^"\\\n\r\t]|\\[nrt"\\])*$/);
      }),
    );
  });

  it('is what a second JSON reader takes off', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sent = sendableText(text);
        expect(JSON.parse(`"${escapeText(sent)}"`)).toBe(sent);
      }),
    );
  });

  it('is recognised as the pattern of the bridge’s schemas recognises it, for every string', () => {
    const pattern = new RegExp(fieldsSchema.definitions.description.pattern);
    fc.assert(
      fc.property(
        fc.oneof(anyText, anyText.map(escapeText)),
        (text) => isEscaped(text) === pattern.test(text),
      ),
      { numRuns: 1000 },
    );
  });

  it('is known again where it has just been made, and anything else is read, whatever was made before', () => {
    const pattern = new RegExp(fieldsSchema.definitions.description.pattern);
    const isToldRight = (text: string): boolean => isFreeText(text) === pattern.test(text);
    const long = fc.constantFrom('', 'x'.repeat(300)).chain((more) => anyText.map((text) => more + text));
    fc.assert(
      fc.property(fc.array(long, { maxLength: 12 }), long, (made, other) => {
        const written = made.map(freeText);
        // Also those whose length is one of theirs, and those that are theirs before they were escaped.
        const others = [other, ...made, ...written.map((text) => `${text.slice(1)}"`)];
        return written.every((text) => isFreeText(text) && pattern.test(text)) && others.every(isToldRight);
      }),
      { numRuns: 1000 },
    );
  });

  it('never makes a text shorter', () => {
    fc.assert(fc.property(anyText, (text) => escapeText(text).length >= text.length));
  });
});

describe('a sendable text', () => {
  it('has no control characters but tab, newline and carriage return, however long it is', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('', 'x'.repeat(300), '–'.repeat(300)), (text, more) => {
        const expected = (more + text).toWellFormed().replace(ODD, '');
        expect(sendableText(more + text)).toBe(expected);
      }),
    );
  });

  it('survives UTF-8 and stays as it is when it is made sendable again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sent = sendableText(text);
        expect(Buffer.from(sent, 'utf8').toString('utf8')).toBe(sent);
        expect(sendableText(sent)).toBe(sent);
      }),
    );
  });
});
