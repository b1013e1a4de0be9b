import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedRegex } from '../../engine/compile/expression/regex-engine.ts';
import { compiledExpression } from '../support/expressions.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 500);
const CHARACTERS = [
  'a',
  'b',
  'B',
  '1',
  ' ',
  '-',
  '_',
  '.',
  '\n',
  '\r',
  '\t',
  'é',
  '\u00a0',
  '\u2028',
  '{',
  '[',
];

const character = fc.constantFrom('a', 'b', 'B', '1', ' ', '-', '_', 'é', '\\.', '\\-', '\\/', '\\{', '\\u00e9', '\\x41', '\\u2028', '\\n', '\\cJ', '}', ']', 'a{,2}', 'b{'); // prettier-ignore
const someOf = fc.constantFrom('.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '[ab]', '[^ab]', '[a-zé]', '[\\s\\S]', '[^\\s]', '[\\d.-]', '[^\\w ]', '[[:a]', '[\\b]', '[^]', '[]', '[^\\S]', '[\\u00e0-\\u00ff]', '[\\]]', '[\\\\/]'); // prettier-ignore
const one = fc.oneof(character, someOf);
const quantifier = fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{1,2}?');
const anchor = fc.constantFrom('^', '$', '\\b', '\\B');
// Groups within what is repeated are left out: which turn they keep differs.
const repeated = fc.oneof(
  one,
  fc.tuple(one, one).map(([first, second]) => `(?:${first}${second})`),
  fc.tuple(one, one).map(([first, second]) => `(?:${first}|${second}b)`),
);
const piece = fc.oneof(
  { weight: 6, arbitrary: one },
  { weight: 4, arbitrary: fc.tuple(repeated, quantifier).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: anchor },
);
const sequence = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
const group = fc.tuple(sequence, sequence, fc.constantFrom('(', '(?:', '(?<n>'));
const pattern = fc
  .tuple(fc.option(sequence), fc.option(group), fc.option(sequence), fc.option(sequence))
  .map(([before, inner, after, other]) => {
    const middle = inner === null ? '' : `${inner[2]}${inner[0]}|${inner[1]})`;
    const whole = `${before ?? ''}${middle}${after ?? ''}`;
    return other === null ? whole || 'a' : `${whole || 'a'}|${other}`;
  });
const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 12 }).map((parts) => parts.join(''));

/** JavaScript ends a line, for `m`, also at \r and \u2028. */
const forLines = (flags: string, value: string): string =>
  flags.includes('m') ? value.replace(/[\r\u2028]/g, '') : value;

test('finds what JavaScript finds, from every place on, with the same groups', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom('g', 'gi', 'gm', 'gim'), text, (source, flags, drawn) => {
      const native = new RegExp(source, flags);
      const bounded = new BoundedRegex(native);
      const value = forLines(flags, drawn);
      for (let from = 0; from <= value.length; from++) {
        native.lastIndex = from;
        bounded.lastIndex = from;
        const expected = native.exec(value);
        const found = bounded.exec(value);
        expect(found === null ? null : [found.index, ...found]).toEqual(
          expected === null ? null : [expected.index, ...expected],
        );
        expect(bounded.lastIndex).toBe(native.lastIndex);
      }
    }),
    { numRuns: RUNS },
  );
}, 3_600_000);

test.each([
  ['$replace("John Smith", /(\\w+)\\s(\\w+)/, "$2, $1")', 'Smith, John'],
  ['$replace("a1b22", /(\\d)(\\d)?/, "<$1|$2>")', 'a<1|>b<2|2>'],
  ['$replace("aaa", /a/, "b", 2)', 'bba'],
  ['$split("a, b;c", /[,;]\\s*/)', ['a', 'b', 'c']],
  ['$split("a1b2c", /\\d/, 2)', ['a', 'b']],
  ['$match("ab12", /(?<letters>[a-z]+)(\\d+)/).groups', ['ab', '12']],
  ['$count($match("ababab", /ab/, 2))', 2],
  ['$contains("Zürich", /ZÜRICH/i)', true],
  ['$match("x\\ny", /^y/m).index', 2],
  ['$replace("tic-7", /[a-z]+/, function($m) { $uppercase($m.match) })', 'TIC-7'],
  ['$contains("a😀b", /a.b/)', true],
])('%s', async (source, expected) => {
  expect(compiledExpression(source).evaluate({}, 0)).toEqual({ kind: 'value', value: expected });
});

test.each([
  '$contains(a, /(a+)+$/)',
  '$contains(a, /^(a|a)*$/)',
  '$replace(a, /(x+x+)+y/, "")',
  '$match(a, /(.*a){12}$/)',
])('%s does not explode', async (source) => {
  const result = compiledExpression(source).evaluate({ a: `${'a'.repeat(50_000)}!` }, 0);
  expect(result.kind).not.toBe('failed');
});

test('what goes through the whole text again and again ends at its bound', async () => {
  const result = compiledExpression('$match(a, /a.*b|a/, 9000)').evaluate({ a: 'a'.repeat(10_000) }, 0);
  expect(result).toMatchObject({ kind: 'failed', code: 'regex' });
});
