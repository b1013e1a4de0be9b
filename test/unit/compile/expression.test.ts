import { describe, expect, test } from 'vitest';
import { compileExpression } from '../../../engine/compile/expression/compile-expression.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import type { Evaluation } from '../../../engine/domain/expression.ts';
import { compiledExpression, STANDING } from '../../support/expressions.ts';

const NOW = Date.parse('2026-11-23T14:05:00Z');

const evaluate = async (source: string, input: JsonObject = {}): Promise<Evaluation> =>
  compiledExpression(source).evaluate(input, NOW);

const codes = (source: string): readonly string[] =>
  compileExpression(source, STANDING, 'UTC').mistakes.map(({ code }) => code.code);

const value = (result: JsonObject[string]): Evaluation => ({ kind: 'value', value: result });
const NOTHING: Evaluation = { kind: 'nothing' };

describe('what an expression yields', () => {
  test('a missing path, null and a condition without else are nothing; an empty text is a value', async () => {
    expect(await evaluate('a.b', { a: {} })).toEqual(NOTHING);
    expect(await evaluate('a', { a: null })).toEqual(NOTHING);
    expect(await evaluate("a ? 'yes'", { a: false })).toEqual(NOTHING);
    expect(await evaluate('a', { a: '' })).toEqual(value(''));
    expect(await evaluate('a', { a: 0 })).toEqual(value(0));
  });

  test('nothing within an expression is what docs/expressions.md says of it', async () => {
    const where: readonly (readonly [string, Evaluation])[] = [
      ["room & ' (2nd floor)'", value(' (2nd floor)')],
      ["room = 'A'", value(false)],
      ["room != 'A'", value(false)],
      ["room in ['A']", value(false)],
      ['room > 3', NOTHING],
      ['room + 1', NOTHING],
      ["$contains(room, 'A')", NOTHING],
      ["room ? 'a' : 'b'", value('b')],
      ["room ?? 'none'", value('none')],
      ["room ? room & ' (2nd floor)'", NOTHING],
    ];
    for (const [source, expected] of where)
      expect([source, await evaluate(source)]).toEqual([source, expected]);
  });

  test('a sequence is a plain array without hidden properties', async () => {
    const result = await evaluate('a.b', { a: [{ b: 1 }, { b: 2 }] });
    expect(result).toEqual(value([1, 2]));
    expect(result.kind === 'value' ? Object.getOwnPropertyNames(result.value) : []).toEqual([
      '0',
      '1',
      'length',
    ]);
  });

  test.each(['$uppercase', 'function($x){$x}', '[1, $sum]', '{"f": $sum}', '/x/', '$substring(?, 1)'])(
    'a function is not a value: %s',
    async (source) => {
      expect(await evaluate(source)).toMatchObject({ kind: 'failed', code: 'result' });
    },
  );

  test('a result that breaks while evaluated is a failure with a reason', async () => {
    expect(await evaluate("$number('x')")).toMatchObject({ kind: 'failed', code: 'D3030' });
    expect(await evaluate("$error('no such site')")).toMatchObject({
      kind: 'failed',
      reason: 'no such site',
    });
    expect(await evaluate('1 / 0')).toMatchObject({ kind: 'failed' });
  });

  test('the input is left as it was, even by constructs that write to it', async () => {
    const input = Object.freeze({ c: Object.freeze([1, 2]), d: { e: 'x' } });
    expect(await evaluate('c[]', input)).toEqual(value([1, 2]));
    expect(await evaluate('$ ~> |d|{"e": "y"}|', input)).toEqual(value({ c: [1, 2], d: { e: 'y' } }));
    expect(Object.getOwnPropertyNames(input.c)).toEqual(['0', '1', 'length']);
    expect(input.d).toEqual({ e: 'x' });
  });

  test('nothing is reached through prototypes', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'a.constructor', '$lookup(a, "__proto__")']) {
      expect(await evaluate(name, { a: {} })).toEqual(NOTHING);
    }
  });

  test('a key named __proto__ stays a key', async () => {
    const result = await evaluate('{"__proto__": {"polluted": true}, "b": 1}');
    expect(JSON.stringify(result)).toBe('{"kind":"value","value":{"__proto__":{"polluted":true},"b":1}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('bounds of one evaluation', () => {
  test.each([
    ['a recursion that never ends', '($f := function($n){ 1 + $f($n + 1) }; $f(1))'],
    ['a loop that never ends', '($f := function($n){ $f($n + 1) }; $f(1))'],
    ['a sequence too long', '[1..20000]'],
  ])('%s fails', async (_, source) => {
    expect(await evaluate(source)).toMatchObject({ kind: 'failed' });
  });

  test('nothing is left behind for the next evaluation', async () => {
    const expression = compiledExpression('($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(n))');
    expect(expression.evaluate({ n: 9999 }, NOW)).toMatchObject({ kind: 'failed' });
    expect(expression.evaluate({ n: 3 }, NOW)).toEqual(value(3));
  });
});

describe('time', () => {
  test('stands still at the instant given', async () => {
    expect(await evaluate('$now()')).toEqual(value('2026-11-23T14:05:00.000Z'));
    expect(await evaluate('$millis()')).toEqual(value(NOW));
    expect(await evaluate("$now('[H01]:[m01]', '+0100')")).toEqual(value('15:05'));
  });

  test('stands still for each of several evaluations at once', async () => {
    const expression = compiledExpression('$string($millis()) & $now() & $string($millis())');
    const instants = [0, 1000, 2000];
    const results = await Promise.all(instants.map(async (now) => expression.evaluate({}, now)));
    expect(results).toEqual(instants.map((now) => value(`${now}${new Date(now).toISOString()}${now}`)));
  });

  test('$date shows an ISO date in the contract’s zone, in summer and in winter', async () => {
    expect(await evaluate("$date('2026-11-23T14:05:00.000Z')")).toEqual(value('2026-11-23 15:05'));
    expect(await evaluate("$date('2026-07-23T14:05:00.000Z')")).toEqual(value('2026-07-23 16:05'));
    expect(await evaluate("$date('2026-11-23T23:30:00+00:00', '[D01].[M01].[Y0001]')")).toEqual(
      value('24.11.2026'),
    );
    expect(
      compiledExpression('$date(at)', 'America/St_Johns').evaluate({ at: '2026-11-23T14:05:00Z' }, NOW),
    ).toEqual(value('2026-11-23 10:35'));
  });

  test('$date takes the bridge’s dates as UTC', async () => {
    expect(await evaluate("$date('2023-01-27 22:25:34 ')")).toEqual(value('2023-01-27 23:25'));
  });

  test('$date of nothing, null or a blank is nothing', async () => {
    expect(await evaluate('$date(a)')).toEqual(NOTHING);
    expect(await evaluate('$date(a)', { a: null })).toEqual(NOTHING);
    expect(await evaluate('$date(a)', { a: ' ' })).toEqual(NOTHING);
  });

  test('$date of anything else fails and says what it was given', async () => {
    expect(await evaluate('$date(a)', { a: 'soon' })).toEqual({
      kind: 'failed',
      code: 'date',
      reason: '$date cannot read "soon" as a date.',
    });
    expect(await evaluate('$date(a)', { a: 5 })).toMatchObject({ kind: 'failed', code: 'date' });
  });
});

describe('what is refused before anything runs', () => {
  test.each([
    ['$random()', ['BH022']],
    ['$map([1], $shuffle)', ['BH022']],
    ["$eval('1')", ['BH022']],
    ['$contains(a, /v/) ?: "no"', []],
    ['$replace(a, /v|x/, "_") ?? "none"', []],
    ['(function($x)<s:s>{$x})(a) ?? "none"', []],
    ['a ?? $contains(b, /v/)', []],
    ['($r := $match(a, /v/); $r ?? "none")', []],
    ['a +', ['BH020']],
    ['', ['BH020']],
    ['$contains(a, /(/)', ['BH020']],
    ['$nosuch(a)', ['BH021']],
    ['contains(a, b)', ['BH021']],
    ['$map(a, function($v, $i){ $v & $i & $w })', ['BH021']],
    ['a@$v.b#$i.($v & $i)', []],
    [`${'('.repeat(300)}a${')'.repeat(300)}`, ['BH024']],
    [`${'('.repeat(1900)}a${')'.repeat(1900)}`, ['BH024']],
    [`${'- '.repeat(1500)}a`, ['BH024']],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, []],
    [Array(200).fill('a').join(' & '), []],
    ['(((((((((a ?? b) ?? c) ?? d) ?? e) ?? f) ?? g) ?? h) ?? i) ?? j)', ['BH024']],
  ])('%s', (source, expected) => {
    expect(codes(source)).toEqual(expected);
  });
});
