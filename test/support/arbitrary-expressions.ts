import fc from 'fast-check';
import type { JsonObject } from '../../engine/domain/json.ts';

const NAMES = [
  'a',
  'b',
  'list',
  'title',
  'state',
  'ci',
  'and',
  '`a b`',
  '`x``'.slice(0, 3),
  'toString',
  '__proto__',
];
const SPACE = fc.constantFrom('', '', ' ', '  ', '\n', ' /* ) */ ', '\t');
const LITERAL = fc.constantFrom(
  '1',
  '0',
  '2.5e3',
  "'x'",
  '"a\\"b"',
  "'it)s'",
  'true',
  'false',
  'null',
  "'\\u00e9'",
  "''",
);
const REGEX = fc.constantFrom('/a/', '/(a|b)+/i', '/[/)]x/', '/\\/|\\)/m', '/./');
const OPERATOR = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'and',
  'or',
);
const FUNCTION = fc.constantFrom('$string', '$exists', '$count', '$uppercase', '$not', '$keys', '$append', '$sum', '$join', '$lookup', '$boolean', '$reverse', '$distinct'); // prettier-ignore

/** The parts, with any space behind each. */
const joined = (parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.tuple(...parts), fc.array(SPACE, { minLength: parts.length, maxLength: parts.length }))
    .map(([texts, spaces]) => texts.map((text, index) => text + (spaces[index] ?? '')).join(''));
const text = (value: string): fc.Arbitrary<string> => fc.constant(value);

interface Grammar {
  readonly any: string;
  readonly postfix: string;
  readonly primary: string;
}

/** Expressions that the library can mostly read; `hasVariables` brings in variables, blocks and functions of their own. */
export function expressionTexts(hasVariables: boolean, depth = 5): fc.Arbitrary<string> {
  const { any } = fc.letrec<Grammar>((tie: fc.LetrecTypedTie<Grammar>) => {
    const inner = tie('any');
    const name = fc.constantFrom(...NAMES);
    const plain = [
      { weight: 8, arbitrary: name },
      { weight: 4, arbitrary: LITERAL },
      { weight: 2, arbitrary: joined([text('('), inner, text(')')]) },
      { weight: 1, arbitrary: joined([text('['), inner, text(','), inner, text(']')]) },
      { weight: 1, arbitrary: joined([text('['), inner, text('..'), inner, text(']')]) },
      { weight: 1, arbitrary: joined([text('{'), LITERAL, text(':'), inner, text('}')]) },
      { weight: 3, arbitrary: joined([FUNCTION, text('('), inner, text(')')]) },
      { weight: 1, arbitrary: joined([FUNCTION, text('('), inner, text(','), inner, text(')')]) },
      { weight: 1, arbitrary: joined([text('$contains('), inner, text(','), REGEX, text(')')]) },
      { weight: 1, arbitrary: fc.constantFrom('*', '**', '$', '$$') },
    ];
    const binding = [
      { weight: 3, arbitrary: fc.constantFrom('$x', '$f', '$string') },
      {
        weight: 2,
        arbitrary: joined([text('('), text('$x'), text(':='), inner, text(';'), inner, text(')')]),
      },
      { weight: 2, arbitrary: joined([text('('), text('$f'), text(':='), text('function'), text('($x)'), text('{'), inner, text('}'), text(';'), text('$f('), inner, text('))')]) }, // prettier-ignore
      { weight: 2, arbitrary: joined([text('$map('), inner, text(', function($x, $i)'), text('{'), inner, text('})')]) }, // prettier-ignore
      { weight: 1, arbitrary: joined([text('$ ~> |'), inner, text('|'), inner, text('|')]) },
      { weight: 1, arbitrary: joined([name, text('@$x.'), name, text('#$i')]) },
      { weight: 1, arbitrary: joined([name, text('[%.'), name, text(' = '), inner, text(']')]) },
      { weight: 1, arbitrary: REGEX },
      { weight: 1, arbitrary: text('$substring(?, 1)') },
    ];
    const postfix = tie('postfix');
    return {
      primary: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        ...plain,
        ...(hasVariables ? binding : []),
      ),
      postfix: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        { weight: 10, arbitrary: tie('primary') },
        { weight: 5, arbitrary: joined([postfix, text('.'), postfix]) },
        { weight: 2, arbitrary: joined([postfix, text('['), inner, text(']')]) },
        { weight: 1, arbitrary: joined([postfix, text('[]')]) },
        { weight: 1, arbitrary: joined([postfix, text('^('), inner, text(')')]) },
        {
          weight: 1,
          arbitrary: joined([postfix, text('^('), text('>'), inner, text(','), inner, text(')')]),
        },
        { weight: 1, arbitrary: joined([postfix, text('{'), text("'k'"), text(':'), inner, text('}')]) },
      ),
      any: fc.oneof(
        { maxDepth: depth, depthSize: 'medium', withCrossShrink: true },
        { weight: 6, arbitrary: postfix },
        { weight: 5, arbitrary: joined([inner, OPERATOR.map((operator) => ` ${operator} `), inner]) },
        { weight: 2, arbitrary: joined([inner, text('?'), inner, text(':'), inner]) },
        { weight: 1, arbitrary: joined([inner, text('?'), inner]) },
        { weight: 1, arbitrary: joined([inner, text('??'), inner]) },
        { weight: 1, arbitrary: joined([inner, text('?:'), inner]) },
        { weight: 1, arbitrary: joined([inner, text('~>'), FUNCTION]) },
        { weight: 1, arbitrary: joined([text('-'), inner]) },
      ),
    };
  });
  return any;
}

const leaf = fc.constantFrom<JsonObject[string]>('x', 'a', '', 'VPN down', 0, 1, 2, -3, true, false);

/** Inputs of about the shape that the expressions ask for. */
export const expressionInputs = (): fc.Arbitrary<JsonObject> => {
  const part = fc.dictionary(fc.constantFrom('a', 'b', 'state', 'title'), leaf, { maxKeys: 3 });
  const value = fc.oneof(leaf, part, fc.array(part, { maxLength: 3 }), fc.array(leaf, { maxLength: 3 }));
  return fc.dictionary(
    fc.constantFrom('a', 'b', 'list', 'title', 'state', 'ci', 'and', 'a b', 'toString'),
    value,
  );
};
