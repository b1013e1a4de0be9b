import { describe, expect, test } from 'vitest';
import type { Evaluation } from '../../../engine/domain/expression.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { compiledExpression } from '../../support/expressions.ts';

const NOW = Date.parse('2026-11-23T14:05:00Z');

const evaluate = async (source: string, input: JsonObject = {}): Promise<Evaluation> =>
  compiledExpression(source).evaluate(input, NOW);

const failsFor = async (source: string, input: JsonObject, reason: string): Promise<void> => {
  const result = await evaluate(source, input);
  expect(result.kind === 'failed' ? result.reason : result).toContain(reason);
};

const STEPS = 'more than 100000 steps';
const SIZE = 'more than 1000000 characters and values';
const LIST = 'more than 10000 values';
const LEVELS = 'more than 200 levels';
const NESTED = 'nested more than 100 levels';

describe('an expression that runs away fails, and says at which bound', () => {
  test.each<readonly [string, string]>([
    ['($f := function($n){ $f($n + 1) }; $f(1))', STEPS],
    ['$map([1..10000], function($x) { $map([1..10000], function($y) { $y }) })', STEPS],
    ['$map($split($pad("", 9000), ""), $contains($pad("", 100000), ?))', STEPS],
    ['($f := function($n){ 1 + $f($n + 1) }; $f(1))', LEVELS],
    ['($f := function($list){ $map($list, $f) }; $f([1]))', LEVELS],
    [
      '($same := function($f){ $f }; $f := $reduce($append($sum, [1..4000]), function($f, $i){ ($g := $same($f); $g) }); $f([1]))',
      LEVELS,
    ],
    ['[1..10000000]', LIST],
    ['[1..20000]', LIST],
    ['$reduce([1..30], function($a, $i) { $append($a, $a) }, [1, 2])', LIST],
    ['$split($pad("", 50000), "")', LIST],
    ['$pad("x", 1000000000)', SIZE],
    ['$pad("x", -1e15)', SIZE],
    ['$reduce([1..60], function($a, $i) { $a & $a }, "ab")', SIZE],
    ['$join($split($pad("", 5000, "x"), ""), $pad("", 5000))', SIZE],
    ['$replace($pad("", 5000), " ", $pad("", 500000))', SIZE],
    ['$reduce([1..60], function($a, $i) { {"a": $a, "b": $a} }, 1)', SIZE],
    ['$reduce([1..60], function($a, $i) { [[$a], [$a]] }, 1)', SIZE],
    ['$string($reduce([1..60], function($a, $i) { {"a": $a, "b": $a} }, 1))', SIZE],
    ['$reduce([1..200], function($a, $i) { {"a": $a} }, 1)', NESTED],
    ['$reduce([1..9000], function($a, $i) { [[$a]] }, 1)', NESTED],
    ['($list := $reduce([1..9000], function($a, $i) { [[$a]] }, 1); $list.a)', NESTED],
    ['($list := $reduce([1..9000], function($a, $i) { [[$a]] }, 1); $list.*)', NESTED],
    ['($list := $reduce([1..9000], function($a, $i) { [[$a]] }, 1); /a/($list))', NESTED],
    ['{} ~> |$|{"a": $, "b": $}|', SIZE],
    ['$distinct($map([1..1000], function($i) { $pad("", 900, "x") & $i }))', STEPS],
    ['$formatNumber(1, $pad("", 2000, "0"))', 'the picture for $formatNumber has more than 1000 characters'],
    ['$now($pad("", 2000, "x"))', 'the picture of a date has more than 1000 characters'],
  ])('%s', async (source, reason) => {
    await failsFor(source, {}, reason);
  });

  test('also by what it is given', async () => {
    await failsFor('text', { text: 'x'.repeat(1_000_001) }, SIZE);
    expect(await evaluate('$length($substring(text, 0, 10))', { text: 'x'.repeat(900_000) })).toMatchObject({
      value: 10,
    });
  });

  test('at the same step each time', async () => {
    const source = '$sum($map([1..n], function($x) { $x * 2 }))';
    const results = await Promise.all([10, 9000, 10].map((n) => evaluate(source, { n })));
    expect(results).toEqual([
      { kind: 'value', value: 110 },
      { kind: 'value', value: 81_009_000 },
      { kind: 'value', value: 110 },
    ]);
  });
});

describe('what is within bounds works', () => {
  test('a long list of words', async () => {
    const words = Array.from({ length: 400 }, (_, index) => `'w${index}'`).join(',');
    expect(await evaluate(`a in [${words}]`, { a: 'w399' })).toEqual({ kind: 'value', value: true });
  });

  test('functions keep their arity, their arguments and their context', async () => {
    const cases: readonly (readonly [string, unknown])[] = [
      ['$map(["a", "b"], $uppercase)', ['A', 'B']],
      ['$map([1, 2], $power(?, 2))', [1, 4]],
      ['($first := $substring(?, 0, 1); $first("abc"))', 'a'],
      ['title.$uppercase()', 'VPN'],
      ['$each({"a": 1, "b": 2}, function($v, $k) { $k & $v })', ['a1', 'b2']],
      ['$sift({"a": 1, "b": 2}, function($v) { $v > 1 })', { b: 2 }],
      ['$reduce([1, 2, 3], function($i, $j) { $i + $j })', 6],
      ['$filter([1, 2, 3], function($v, $i, $a) { $i < $count($a) - 1 })', [1, 2]],
      ['("a" ~> $uppercase ~> $lowercase) & ($uppercase ~> $length)("abc")', 'a3'],
      ['$sort([2, 1]) ~> $reverse', [2, 1]],
      ['$clone({"a": [1]})', { a: [1] }],
    ];
    for (const [source, value] of cases) {
      expect([source, await evaluate(source, { title: 'vpn' })]).toEqual([source, { kind: 'value', value }]);
    }
  });
});

describe('an expression reaches nothing but its input', () => {
  test.each([
    'constructor', '__proto__', 'toString', 'title.constructor', 'list.constructor', 'list.push', '$.constructor',
    '$lookup($, "__proto__")', '$lookup($, "constructor")', '$lookup(title, "length")', '$$.hasOwnProperty',
    '($f := function($x) { $x }; $f.environment)', '($f := function($x) { $x }; $f.apply)',
    '$string.implementation', '$lookup($string, "implementation")', '($f := function($x) { $x }; $lookup($f, "environment"))',
    '($f := function($x) { $x }; $f.input)', '$uppercase._jsonata_function', '`!meter`', '$lookup($, "!meter")',
  ])('%s', async (source) => {
    const { kind } = await evaluate(source, { title: 'VPN', list: [1, 2], own: { a: 1 } });
    expect(kind).not.toBe('value');
  }); // prettier-ignore

  test.each([
    '$spread($)', '$keys($)', '$merge([$, {"a": 1}])', '$each($, function($v, $k) { $k })', '*', '**', '$string($)',
  ])('%s shows its own names only', async (source) => {
    const text = JSON.stringify(await evaluate(source, { title: 'VPN' }));
    expect(text).not.toMatch(/constructor|prototype|__proto__|hasOwn|meter|trace/);
  }); // prettier-ignore

  test.each([
    '{} ~> |$|{"__proto__": {"polluted": true}}|',
    '$merge([{"__proto__": {"polluted": true}}])',
    '$ ~> |own|{"constructor": {"prototype": {"polluted": true}}}|',
    '{"__proto__": {"polluted": true}}.a',
    '$reduce([1], function($a, $i) { {"__proto__": {"polluted": true}} })',
  ])('%s changes nothing outside', async (source) => {
    await evaluate(source, { own: { a: 1 } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(([] as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('an input with such keys of its own keeps them', async () => {
    const input = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x"}') as JsonObject;
    expect(await evaluate('constructor', input)).toEqual({ kind: 'value', value: 'x' });
    expect(JSON.stringify(await evaluate('$', input))).toContain('"__proto__":{"a":1}');
  });

  test('variables are gone with their evaluation', async () => {
    const expression = compiledExpression('($x := ($exists(set) ? set : $x); $x)');
    expect(expression.evaluate({ set: 1 }, NOW)).toEqual({ kind: 'value', value: 1 });
    expect(expression.evaluate({}, NOW)).toEqual({ kind: 'nothing' });
    const redefined = compiledExpression('($uppercase := function($x) { "mine" }; $uppercase("a"))');
    expect(redefined.evaluate({}, NOW)).toEqual({ kind: 'value', value: 'mine' });
    expect(await evaluate('$uppercase("a")')).toEqual({ kind: 'value', value: 'A' });
  });
});
