import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FILE_NAME_BYTES_MAX, safeFileName } from '../../engine/wire/safe-file-name.ts';

/** What names are attacked with, between any characters at all, halves of pairs among them. */
const name = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '..',
        '/',
        '\\',
        '\u202E',
        '\u0000',
        '\uD800',
        'CON',
        'nul.',
        ' ',
        '.',
        ':',
        '\u200B',
        '.txt',
      ),
      fc.string({ unit: 'grapheme', minLength: 50, maxLength: 300 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

test('a safe name never leaves its directory, is bounded, visible and safe once more', () => {
  fc.assert(
    fc.property(name, (given) => {
      const safe = safeFileName(given);
      expect(path.posix.resolve('/files', safe)).toBe(`/files/${safe}`);
      expect(path.win32.basename(safe)).toBe(safe);
      expect(safe).not.toMatch(/^[. ]|[. ]$|[/\\:*?"<>|]|[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
      expect(safe.length).toBeGreaterThan(0);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(FILE_NAME_BYTES_MAX);
      expect(safeFileName(safe)).toBe(safe);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\system32\\cmd.exe', 'C__Windows_system32_cmd.exe'],
  ['.htaccess', 'htaccess'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['a\u0000.txt', 'a.txt'],
  ['CON.txt', '_CON.txt'],
  ['', 'attachment'],
  ['...', 'attachment'],
  [`${'ä'.repeat(300)}.docx`, `${'ä'.repeat(87)}.docx`],
])('%j is kept as %j', (given, kept) => {
  expect(safeFileName(given)).toBe(kept);
});
