import { describe, expect, test } from 'vitest';
import { compileJsonata } from '../../../engine/jsonata/compile-jsonata.ts';
import { generate } from '../../../engine/jsonata/source/generate.ts';
import { NATIVE_VALUES } from '../../../engine/jsonata/functions/natives.ts';
import { parseJsonata } from '../../../engine/jsonata/parse.ts';

const sourceOf = (expression: string): string => {
  const meanings = { nativeNamed: (name: string) => NATIVE_VALUES.get(name), handedIn: () => undefined };
  const generated = generate(parseJsonata(expression), meanings);
  return generated.kind === 'source' ? generated.source : generated.why;
};

describe('generated source', () => {
  test.each([
    "`\"];throw 1;//`",
    "'\\u2028\\n\"`${x}' & a",
    "a = '\\\\\"+process.exit()+\"'",
    "`\\u0022`.`'`",
    "a in ['\\\\', '\"', '*/']",
  ])('holds nothing of %s but as a text', (expression) => {
    const strings = /"(?:[^"\\\n]|\\.)*"/g;
    expect(sourceOf(expression).replace(strings, '')).not.toMatch(/throw|process|\$\{|\/\/|\*\//);
  }); // prettier-ignore

  test('is made of what mapping mostly is; the rest is left to closures, and why is said', () => {
    const ways = (expression: string): unknown => compileJsonata(expression).way;
    for (const expression of [
      'a.b',
      "a = 'x' and b in ['y']",
      "a & ' ' & b ?? c",
      '$lowercase(a) ?: b',
      '$trim(a)',
      'a[0]',
      'a.b[-1].c',
      "a[b = 'x' and c].d",
      'a.$substring(0, 3)',
      "$lookup({'x': 1}, a)",
      "$join(a[b].c, ', ')",
      '$count(a)',
    ]) {
      expect([expression, ways(expression)]).toEqual([expression, { kind: 'source' }]);
    }
    expect(ways('a[0][1]')).toEqual({ kind: 'closures', why: 'a path with more than names' });
    expect(ways('$map(a, $string)')).toEqual({ kind: 'closures', why: 'the function $map' });
    expect(ways('constructor')).toEqual({ kind: 'closures', why: 'a name that every object has' });
  });

  test('leaves errors, long texts and lists on the way to closures, which come to the same', () => {
    const cases: readonly (readonly [string, unknown])[] = [
      ['a.b', { a: [{ b: 1 }, { b: 2 }, {}] }],
      ['a.b.c', { a: [{ b: [{ c: 1 }] }] }],
      ['a & b', { a: 'x'.repeat(5000), b: 1.2345678901234567 }],
      ['$trim(a)', { a: ' \t x  y\n' }],
      ['$trim(a)', { a: ' ' }],
      ['$trim(a)', { a: '' }],
      ['$uppercase(a)', { a: 5 }],
      ['a + b', { a: 1, b: 'x' }],
      ['a = b', { a: { x: [1] }, b: { x: [1] } }],
      ['$contains(a, b)', { a: 5 }],
      ['$contains(a, b)', { b: 'x' }],
      ['$contains(a, b)', { b: null }],
      ['a', [{ a: 1 }, { a: 2 }]],
      ['a', 'a'],
      ...[
        'a[0]',
        'a.b[0]',
        "a.b['x']",
        'a.b[0].c',
        'a[-1].b',
        'a[1]',
        'a[b].c',
        'a[b]',
        "a[b = 1 or c = 'x'].c",
        '$count(a[b])',
        'a[b + 1]',
        "$join(a[b].c, ', ')",
      ].flatMap((expression) =>
        [
          {},
          { a: null },
          { a: 'x' },
          { a: [] },
          { a: [1, 2] },
          { a: [{ b: [1, 2] }, { b: [3] }] },
          { a: [{ b: [{ c: 1 }, { c: 2 }] }, {}] },
          { a: { b: [{ c: 1 }, { c: 2 }] } },
          { a: [[{ b: 1 }]] },
          { a: { b: 1, c: 'x' } },
          { a: { b: true, c: ['x', 'y'] } },
          { a: [{ b: true, c: 'x' }, { b: false, c: 'y' }, { c: 'x' }] },
          { a: [{ b: true, c: 'x' }, { b: 'yes', c: ['z', 'w'] }, { b: true }] },
          { a: [1, { b: true, c: 'x' }] },
          {
            a: [
              { b: 0, c: 1 },
              { b: {}, c: 2 },
            ],
          },
        ].map((input): readonly [string, unknown] => [expression, input]),
      ),
      ...[
        'a.$substring(1, 2)',
        '$substring(a, -2)',
        '$substring(a, 1, b)',
        '$length(a)',
        'a.$length()',
        "$lookup({'x': 1, 'toString': null}, a)",
      ].flatMap((expression) =>
        [
          {},
          { a: 'x' },
          { a: 'xyzäöü' },
          { a: '🙂xyz🙂' },
          { a: '' },
          { a: 5 },
          { a: ['xyz', 'abc'] },
          { a: null },
          { a: 'toString' },
          { a: 'xyz', b: 1.7 },
        ].map((input): readonly [string, unknown] => [expression, input]),
      ),
    ];
    for (const [expression, input] of cases) {
      const [fast, plain] = [compileJsonata(expression), compileJsonata(expression, { generates: false })];
      const outcome = (way: typeof fast): unknown => {
        try {
          return way.evaluate(input, {}, 0);
        } catch (error) {
          return Object.entries(error as object);
        }
      };
      expect([expression, outcome(fast)]).toEqual([expression, outcome(plain)]);
    }
  });
});
