import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from '../../../engine/compile/expression/compile-expression.ts';
import type { Json, JsonObject } from '../../../engine/domain/json.ts';
import { STANDING } from '../../support/expressions.ts';

function readsOf(source: string): readonly string[] | 'everything' {
  const { expression, mistakes } = compileExpression(source, STANDING, 'UTC');
  if (expression === null) throw new Error(mistakes.map(({ message }) => message).join(' '));
  return expression.reads === 'everything' ? 'everything' : [...expression.reads].sort();
}

describe('the names that an expression reads', () => {
  test.each([
    ["a = 'x' and b in ['y']", ['a', 'b']],
    ['a.b.c', ['a']],
    ['a[b = $$.c]', ['a', 'c']],
    ['a.(b & c)', ['a']],
    ['(a; b).c', ['a', 'b']],
    ['`a b`.c', ['a b']],
    ["'a'.b", ['a']],
    ["'a'", []],
    ['$.a', ['a']],
    ['$$.a[b]', ['a']],
    ['$.(a & b)', ['a', 'b']],
    ['a@$v.b', ['a', 'b']],
    ['a^(b)', ['a']],
    ['a{b: c}', ['a']],
    ['{a: b}', ['a', 'b']],
    ['$map(a, function($v){ $v.b & c })', ['a', 'c']],
    ['($x := a; $x.b)', ['a']],
    ['a ~> $uppercase', ['a']],
    ['a ~> $lookup("b")', ['a']],
    ['a ~> |b|{"c": d}|', ['a']],
    ['$lookup(a, b)', ['a', 'b']],
    ['a ? b : c', ['a', 'b', 'c']],
    ['a ?? b', ['a', 'b']],
    ['$date(a)', ['a']],
    ['-a', ['a']],
    ['[a..b]', ['a', 'b']],
    ['$', 'everything'],
    ['$$', 'everything'],
    ['*', 'everything'],
    ['**.a', 'everything'],
    ['a.%.b', 'everything'],
    ['$lookup($, "a")', 'everything'],
    ['$lookup("a")', 'everything'],
    ['$keys()', 'everything'],
    ['$string()', 'everything'],
    ['$sift(function($v){ $v = 1 })', 'everything'],
    ['$map(["a"], $lookup)', 'everything'],
    ['a.$string($$)', 'everything'],
    ['$^(a)', 'everything'],
    ['a.*', ['a']],
    ['a.$keys()', ['a']],
  ])('%s', (source, expected) => {
    expect(readsOf(source)).toEqual(expected);
  });
});

const NAMES = ['a', 'b', 'c', 'd'];

/** Expressions of most constructs, over few names, so that they often meet. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression');
  const name = fc.constantFrom(...NAMES);
  const pair = fc.tuple(inner, inner);
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(
        name,
        fc.constantFrom('$', '$$', '$v', '1', "'a'", '*', '**', '$keys()', '$string()', '$count'),
      ),
      pair.map(([left, right]) => `${left}.${right}`),
      pair.map(([left, right]) => `(${left})[${right}]`),
      pair.map(([left, right]) => `$.(${left} & ${right})`),
      pair.map(([left, right]) => `$$.(${left})[${right}]`),
      pair.map(([left, right]) => `(${left} = ${right})`),
      pair.map(([left, right]) => `(${left})^(${right})`),
      pair.map(([left, right]) => `(${left}){'k': ${right}}`),
      pair.map(([left, right]) => `{'k': ${left}, 'l': ${right}}`),
      pair.map(([left, right]) => `[${left}, ${right}]`),
      pair.map(([left, right]) => `(${left} ? ${right} : ${left})`),
      pair.map(([left, right]) => `(${left} ?? ${right})`),
      pair.map(([left, right]) => `$map(${left}, function($v){ ${right} })`),
      pair.map(([left, right]) => `$filter(${left}, function($v, $i){ ${right} })`),
      pair.map(([left, right]) => `($v := ${left}; ${right})`),
      pair.map(([left, right]) => `(${left} ~> $lookup(${right}))`),
      pair.map(([left, right]) => `$lookup(${left}, ${right})`),
      pair.map(([left, right]) => `(${left} ~> |a|{'b': ${right}}|)`),
      fc.tuple(name, inner).map(([step, right]) => `${step}@$v.(${right})`),
      fc.tuple(name, inner).map(([step, right]) => `${step}#$v.(${right})`),
      fc.tuple(name, inner).map(([step, right]) => `${step}.(%.(${right}))`),
      inner.map((only) => `$each(function($v, $k){ ${only} })`),
      inner.map((only) => `(${only} ~> $string)`),
      inner.map((only) => `($f := function($v){ ${only} }; b.$f(c))`),
    ),
  };
});

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>('a', 'b', 1, 2, true, null),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3 }).map((object) => ({ ...object })),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value;

const input: fc.Arbitrary<JsonObject> = fc
  .tuple(json, json, json, json)
  .map(([a, b, c, d]) => ({ a, b, c, d }));

test('what an expression does not read never changes its result', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(expression, input, input, async (source, before, other) => {
      const compiled = compileExpression(source, STANDING, 'UTC').expression;
      if (compiled === null || compiled.reads === 'everything') return;
      const unread = NAMES.filter((name) => compiled.reads !== 'everything' && !compiled.reads.has(name));
      const after = { ...before, ...Object.fromEntries(unread.map((name) => [name, other[name] ?? null])) };
      if (unread.length > 0) compared++;
      expect(compiled.evaluate(after, 0)).toEqual(compiled.evaluate(before, 0));
    }),
    { numRuns: 1500 },
  );
  expect(compared).toBeGreaterThan(150);
});
