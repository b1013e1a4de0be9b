import { describe, expect, it } from 'vitest';
import { escapeText, sendableText, unescapeText } from '../../../engine/wire/escape.ts';

describe('escapeText', () => {
  it('writes each special character as two', () => {
    expect(escapeText('a\nb\rc\td"e\\f')).toBe('a\\nb\\rc\\td\\"e\\\\f');
  });

  it('puts four characters on the wire for one newline', () => {
    expect(JSON.stringify(escapeText('\n'))).toBe('"\\\\n"');
  });
});

describe('unescapeText', () => {
  it('reads an escaped backslash before an n as a backslash and an n', () => {
    expect(unescapeText('C:\\\\new')).toBe('C:\\new');
  });

  it('leaves a backslash alone that escapes nothing', () => {
    expect(unescapeText('C:\\Users and \\')).toBe('C:\\Users and \\');
  });
});

describe('sendableText', () => {
  it('replaces an unpaired surrogate and keeps a pair', () => {
    expect(sendableText('a\uD83Db \u{1F600}')).toBe('a\uFFFDb \u{1F600}');
  });

  it('leaves out control characters but tab and line breaks', () => {
    expect(sendableText('a\u0000b\u001B[0m\u007F\t\r\nc')).toBe('ab[0m\t\r\nc');
  });
});
