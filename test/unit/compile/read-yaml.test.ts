import { describe, expect, test } from 'vitest';
import { FILE_LENGTH_MAX, readYaml } from '../../../engine/compile/yaml/read-yaml.ts';
import { Report } from '../../../engine/compile/report.ts';
import { plain, type WrittenMap } from '../../../engine/compile/yaml/written.ts';

function read(text: string): { readonly root: WrittenMap | null; readonly codes: readonly string[] } {
  const report = new Report();
  const root = readYaml('f.yaml', text, report);
  return { root, codes: report.result(['f.yaml']).diagnostics.map(({ code }) => code) };
}

/** `line:column` of the word's first character inside the scalar under `key`. */
function placeOf(text: string, key: string, word: string): string {
  const node = read(text).root?.entries.get(key)?.value;
  if (node?.kind !== 'scalar') throw new Error(`${key} is not a scalar`);
  const offset = node.text.indexOf(word);
  if (offset === -1) throw new Error(`${word} is not in ${JSON.stringify(node.text)}`);
  const { line, column } = node.placeAt(offset);
  return `${line}:${column}`;
}

describe('where a character of a value stands in the file', () => {
  test.each([
    ['plain', 'a: one two', 'two', '1:8'],
    ['plain over lines', 'a: one\n  two\n  three', 'three', '3:3'],
    ['double quotes', 'a: "one two"', 'two', '1:9'],
    ['double quotes with escapes', 'a: "\\"o\\" \\x41 \\u0042 \\U00000043 two"', 'two', '1:34'],
    ['double quotes with a pair of surrogates', 'a: "\\U0001F600 two"', 'two', '1:16'],
    ['double quotes over lines', 'a: "one\n  two\\\n  three"', 'three', '3:3'],
    ['single quotes', "a: 'it''s two'", 'two', '1:11'],
    ['single quotes over lines', "a: 'one\n\n  two'", 'two', '3:3'],
    ['literal block', 'a: |\n  one\n    two\n', 'two', '3:5'],
    ['literal block with a comment and an indicator', 'a: |2- # why\n    one\n  two\n', 'two', '3:3'],
    ['folded block', 'a: >-\n  one\n  two\n\n  three\n', 'three', '5:3'],
    ['flow map', 'a: one\nb: 2\nc: { d: 1 }', 'one', '1:4'],
    ['CRLF, literal block', 'x: 1\r\na: |\r\n  one\r\n  two\r\n', 'two', '4:3'],
    ['CRLF, plain over lines', 'a: one\r\n  two', 'two', '2:3'],
    ['a byte order mark', '\ufeffa: one', 'one', '1:4'],
  ])('%s', (_, text, word, place) => {
    expect(placeOf(text, 'a', word)).toBe(place);
  });

  test('in a flow map over lines', () => {
    const { root } = read('a: {\n  b: "x two",\n  c: d }');
    const inner = root?.entries.get('a')?.value;
    const node = inner?.kind === 'map' ? inner.entries.get('b')?.value : undefined;
    expect(node?.kind === 'scalar' ? node.placeAt(2) : null).toEqual({ file: 'f.yaml', line: 2, column: 9 });
  });
});

describe('what is read', () => {
  test('keys are texts, whatever YAML takes them for; aliases are replaced', () => {
    const { root } = read('1: a\n007: b\ntrue: c\n~: d\nx: &x [y]\nz: *x');
    expect(root === null ? null : JSON.stringify(plain(root))).toBe(
      '{"1":"a","007":"b","true":"c","~":"d","x":["y"],"z":["y"]}',
    );
  });

  test('a directive for another YAML version changes nothing', () => {
    const { root } = read('%YAML 1.1\n---\na: yes\nb: 010\n');
    expect(root === null ? null : JSON.stringify(plain(root))).toBe('{"a":"yes","b":10}');
  });

  test('a key named __proto__ is only a key', () => {
    const { root } = read('__proto__: { polluted: 1 }');
    const value = root === null ? null : plain(root);
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('what is refused', () => {
  test.each([
    ['a file too large', `a: ${'x'.repeat(FILE_LENGTH_MAX)}`, 'BH002'],
    ['a NUL', 'a: b\nc: d\u0000', 'BH006'],
    ['an escape character', 'a: \u001b[31m', 'BH006'],
    ['lists nested a hundred thousand deep', '['.repeat(100_000), 'BH005'],
    ['mappings nested fifty deep', `${'{a: '.repeat(50)}1${'}'.repeat(50)}`, 'BH005'],
    ['an alias without an anchor', 'a: *b', 'BH003'],
    ['a bare text', 'hello', 'BH007'],
    ['nothing', '', 'BH007'],
    ['only a byte order mark', '\ufeff', 'BH007'],
    ['null', '~', 'BH007'],
    ['a tab for indentation', 'a:\n\tb: 1', 'BH003'],
  ])('%s', (_, text, code) => {
    const { root, codes } = read(text);
    expect({ root, codes }).toEqual({ root: null, codes: [code] });
  });

  test('the place of a forbidden character is told', () => {
    const report = new Report();
    readYaml('f.yaml', 'a: b\nc: d\u0000', report);
    expect(report.result([]).diagnostics[0]?.place).toEqual({ file: 'f.yaml', line: 2, column: 5 });
  });
});
