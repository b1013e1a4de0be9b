import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentFits } from '../../adapters/simulator/content-fits.ts';
import { CONTENT_HEAD_BYTES, contentKind } from '../../engine/wire/content-type.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

const BEGINNINGS = [
  '',
  'MZ',
  'BM',
  '%PDF-',
  '%!PS',
  'PK\x03\x04',
  'GIF89a',
  '<?xml version="1.0"?>',
  '{',
  'ID3',
];
const NAMES = [
  'a.csv',
  'a.json',
  'a.xml',
  'a.txt',
  'a.log',
  'a.eml',
  'a.png',
  'a.svg',
  'a.docx',
  'a',
  'constructor',
];

describe('what a file is', () => {
  it.each([
    ['a.txt', hex('89504e470d0a1a0a0000000d494844520000000100000001'), 'image/png'],
    ['a.png', bytes('no picture at all'), 'text/plain'],
    ['a.csv', bytes('a,b\n1,2\n'), 'text/csv'],
    ['a.json', bytes('{"a": 1}'), 'application/json'],
    ['a.json', bytes('not even close'), 'text/plain'],
    ['a.xml', bytes('<a/>'), 'application/xml'],
    ['a.svg', bytes('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
    ['a.log', bytes('\x1b[31mred\x1b[0m\n'), 'text/plain'],
    ['a.eml', bytes('Received: from\nSubject: x\n\nHello'), 'message/rfc822'],
    ['a.eml', bytes('Hello Ada'), 'text/plain'],
    ['a.pdf', bytes('%PDF-1.4\n1 0 obj'), 'application/pdf'],
    ['cars.txt', bytes('BMW is a car'), 'text/plain'],
    ['report.txt', bytes('MZ is where it begins'), 'text/plain'],
    ['a.txt', hex('4772fcdfe20a'), 'text/plain'],
    ['a.txt', hex('fffe41004200'), 'text/plain'],
    ['a.doc', hex('d0cf11e0a1b11ae1' + '00'.repeat(64)), 'application/msword'],
    ['a.bin', hex('000102'), 'application/octet-stream'],
    ['empty', bytes(''), 'text/plain'],
  ])('%s is told from its bytes', async (name, head, type) =>
    expect(await contentKind(name, head)).toEqual({ type, isProgram: false }),
  );

  it('is a program if it begins as one, whatever it is called', async () => {
    const program = hex(`4d5a9000${'00'.repeat(60)}`);
    for (const name of NAMES) expect(await contentKind(name, program)).toMatchObject({ isProgram: true });
  });

  it('is never a picture or an archive where it is a text', async () => {
    const text = fc
      .tuple(fc.constantFrom('', 'MZ', 'BM', 'ID3', 'Rar!', 'PK'), fc.lorem())
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), text, async (name, words) => {
        const { type, isProgram } = await contentKind(name, bytes(words));
        expect(type).toMatch(/^(?:text|message)\/|^application\/(?:json|xml)$|^image\/svg/);
        expect(isProgram).toBe(false);
      }),
    );
  });

  it('is what the provider finds in the same bytes, cut off anywhere', async () => {
    const any = fc
      .tuple(fc.constantFrom(...BEGINNINGS), fc.uint8Array({ maxLength: 200 }))
      .map(([begin, rest]) => Buffer.concat([Buffer.from(begin, 'latin1'), rest]));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), any, async (name, head) => {
        const { type } = await contentKind(name, head);
        expect([type, contentFits(type, head)]).toEqual([type, true]);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on where a letter of several bytes is cut', async () => {
    const letters = bytes('ü'.repeat(CONTENT_HEAD_BYTES));
    for (const length of [CONTENT_HEAD_BYTES, CONTENT_HEAD_BYTES - 1])
      expect(await contentKind('a.log', letters.subarray(0, length))).toMatchObject({ type: 'text/plain' });
  });
});
