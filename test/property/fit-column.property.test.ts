import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DateTime } from 'luxon';
import { dateRoom, readIsoDate } from '../../engine/compile/date-room.ts';
import type { UnstorableDate } from '../../engine/domain/contract.ts';
import { CHARACTER_SETS, DATE_RANGES, type CharacterSet } from '../../engine/domain/itsm-description.ts';
import { DIVIDED_LENGTH_MIN } from '../../engine/domain/limits.ts';
import { fitRow, splitRow, wholeOf } from '../../engine/map/fit-column.ts';
import { holds, readBack, storable } from '../../engine/map/storable.ts';
import { fieldRule } from '../support/builders.ts';
import { path } from '../support/expressions.ts';

/** Texts with what a column may lack, what belongs together, and what looks like a character that was replaced. */
const texts = fc
  .array(
    fc.oneof(
      fc.lorem({ maxCount: 12 }),
      fc.constantFrom('\n', ' ', '😀', '👩‍👩‍👧', 'é', '🇩🇪', 'Жук', '“€”', '\u0080', '[U+1F600]', '[U+', ']', '…'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));
const sets = fc.constantFrom<CharacterSet>(...CHARACTER_SETS);
const lengths = fc.integer({ min: DIVIDED_LENGTH_MIN, max: 300 });

const rule = (
  characters: CharacterSet | null,
  lengthMax: number | null,
  tooLong: 'cut' | 'continue' | 'split',
) =>
  fieldRule('body', path('body'), {
    tooLong,
    room: { lengthMax, characters, unstorable: 'replace', dates: null },
  });

const fits = (text: string, characters: CharacterSet | null, lengthMax: number): boolean =>
  Array.from(text).length <= lengthMax &&
  (characters === null || Array.from(text).every((character) => holds(characters, character)));

/** A field's value, which is a text here. */
function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a text is wanted');
  return value;
}

describe('a date', () => {
  const years = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const edges = [
    '1970-01-01T00:00:00.999Z',
    '1970-01-01T00:00:01Z',
    '2038-01-19T03:14:07.999Z',
    '2038-01-19T03:14:08Z',
  ];
  const near = fc.constantFrom(
    ...edges,
    '1000-01-01T00:00:00',
    '9999-12-31T23:59:59.999Z',
    '0000-01-01',
    '10000-01-01',
    'soon',
    '',
  );

  test.each(DATE_RANGES)('is stored as it is if a %s has it, and else left out, or parked for', (range) => {
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Pacific/Kiritimati');
    fc.assert(
      fc.property(fc.oneof(years, near), zone, (text, timeZone) => {
        const read = readIsoDate(text);
        const local = read === null ? null : DateTime.fromMillis(read, { zone: timeZone });
        const has =
          range === 'datetime'
            ? local !== null && local.year >= 1000 && local.year <= 9999
            : read !== null && read >= Date.parse(edges[1] ?? '') && read <= Date.parse(edges[2] ?? '');
        const fitted = (unstorable: UnstorableDate) => {
          const dates = dateRoom(range, timeZone, unstorable);
          const room = { lengthMax: null, characters: null, unstorable: 'replace' as const, dates };
          return fitRow([fieldRule('at', path('at'), { room })], { at: text, other: 'x' });
        };
        const left = fitted('leave_out');
        expect(left.fields).toEqual(has ? { at: text, other: 'x' } : { other: 'x' });
        expect(left.reasons.length).toBe(has ? 0 : 1);
        expect(fitted('park').faults.length).toBe(has ? 0 : 1);
      }),
    );
  });
});

describe('a text that a column does not take', () => {
  test('comes back as it was from the characters that it is stored with', () => {
    fc.assert(
      fc.property(texts, sets, (text, characters) => {
        const stored = storable(text, characters);
        expect(fits(stored, characters, Infinity)).toBe(true);
        if (stored !== text) expect(readBack(stored)).toBe(text);
      }),
    );
  });

  test('is stored so that the column takes it, and is known as a whole', () => {
    fc.assert(
      fc.property(
        texts,
        fc.option(sets),
        lengths,
        fc.constantFrom('cut' as const, 'continue' as const),
        (text, characters, lengthMax, way) => {
          const { fields, kept, faults } = fitRow([rule(characters, lengthMax, way)], { body: text });
          const stored = textOf(fields.body);
          expect(faults).toEqual([]);
          expect(fits(stored, characters, lengthMax)).toBe(true);
          const known = kept.body;
          expect(known === undefined ? stored : wholeOf(stored, known)).toBe(text);
          if (known === undefined) expect(stored).toBe(text);
        },
      ),
    );
  });

  test('has its rest behind what people have written before its head', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 90 }), lengths, (text, lengthMax) => {
        const { fields, kept } = fitRow([rule('utf8mb3', lengthMax, 'continue')], { body: text });
        const known = kept.body;
        if (known === undefined) return;
        expect(wholeOf(`Seen. ${textOf(fields.body)} Done.`, known)).toBe(`Seen. ${text} Done.`);
      }),
    );
  });

  test('is split into rows that are the text again, none longer than the column', () => {
    fc.assert(
      fc.property(texts, fc.option(sets), lengths, (text, characters, lengthMax) => {
        const split = rule(characters, lengthMax, 'split');
        const { fields } = fitRow([split], { body: text, who: 'Lee' });
        const rows = splitRow([split], fields) ?? [];
        const bodies = rows.map(({ body }) => textOf(body));
        for (const body of bodies) expect(fits(body, characters, lengthMax)).toBe(true);
        for (const { who } of rows) expect(who).toBe('Lee');
        if (bodies.length === 1) return;
        const parts = bodies.map((body, index) => {
          expect(body.startsWith(`(${index + 1}/${bodies.length}) `)).toBe(true);
          return body.slice(`(${index + 1}/${bodies.length}) `.length);
        });
        const back = parts.map((part) => (characters === null ? part : readBack(part)));
        // A part without anything to replace has its own brackets as they were.
        if (!text.includes('[U+')) expect(back.join('')).toBe(text);
      }),
    );
  });
});
