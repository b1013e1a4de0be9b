import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../engine/domain/expression.ts';
import type { JsonObject } from '../../../engine/domain/json.ts';
import { compiledExpression } from '../../support/expressions.ts';

const NOW = Date.parse('2026-11-23T14:05:00Z');

const explain = (source: string, input: JsonObject = {}): Explanation =>
  compiledExpression(source).explain(input, NOW);

const operands = async (source: string, input: JsonObject = {}): Promise<readonly unknown[]> =>
  explain(source, input).operands.map(({ text, value }) => [text, value]);

const missing = async (source: string, input: JsonObject = {}): Promise<readonly string[]> =>
  explain(source, input).missing.map(({ text }) => text);

const branches = (source: string): readonly string[] =>
  compiledExpression(source).branches.map(({ side, text, place }) => `${place.column} ${side}: ${text}`);

const taken = async (source: string, input: JsonObject = {}): Promise<readonly string[]> =>
  explain(source, input).taken.map(({ side, text }) => `${side}: ${text}`);

describe('the operands of an expression', () => {
  test('are its paths, variables, calls and operations, as written, each before what it is a part of', async () => {
    const source = "ci.managed_by = 'ENSONO' and $contains( title , /vpn/i )";
    expect(await operands(source, { ci: { managed_by: 'ACME' }, title: 'VPN' })).toEqual([
      ['ci.managed_by', 'ACME'],
      ["ci.managed_by = 'ENSONO'", false],
      [source, false],
    ]);
    expect(await operands(source, { ci: { managed_by: 'ENSONO' }, title: 'VPN' })).toEqual([
      ['ci.managed_by', 'ENSONO'],
      ["ci.managed_by = 'ENSONO'", true],
      ['title', 'VPN'],
      ['$contains( title , /vpn/i )', true],
      [source, true],
    ]);
  });

  test('that came to nothing have the value null', async () => {
    expect(await operands("location.name & '!'")).toEqual([
      ['location.name', null],
      ["location.name & '!'", '!'],
    ]);
  });

  test('of a condition are those of the condition and of the side taken', async () => {
    expect(await operands('(state in [1, 2]) ? group : -count', { state: 3, count: 2 })).toEqual([
      ['state', 3],
      ['state in [1, 2]', false],
      ['count', 2],
      ['-count', -2],
    ]);
  });

  test('in predicates, further steps and functions are left out: their names mean something else there', async () => {
    const input = { list: [{ k: 'a', v: 1 }], k: 'top' };
    expect(await operands("list[k = 'a'].(v + 1)", input)).toEqual([["list[k = 'a'].(v + 1)", 2]]);
    expect(await operands('$map(list, function($x) { $x.v + 1 })', input)).toEqual([
      ['list', [{ k: 'a', v: 1 }]],
      ['$map(list, function($x) { $x.v + 1 })', 2],
    ]);
  });

  test('are shown once where they occur twice with the same value', async () => {
    expect(await operands('state = 1 or state = 2', { state: 2 })).toEqual([
      ['state', 2],
      ['state = 1', false],
      ['state = 2', true],
      ['state = 1 or state = 2', true],
    ]);
  });

  test('left of a fallback have one value, though the library evaluates them twice', async () => {
    expect(await operands("(a.b ?? c) & 'x'", { a: { b: 1 } })).toEqual([
      ['a.b', 1],
      ["(a.b ?? c) & 'x'", '1x'],
    ]);
  });

  test('that are functions are no operands', async () => {
    expect(await operands('($f := function($x) { $x }; $g := $f; $g(1))')).toEqual([['$g(1)', 1]]);
  });

  test('stand where they are written', async () => {
    const { operands: found } = explain("title = 'x' and  state = 1", { title: 'x', state: 1 });
    expect(found.map(({ text, place }) => [text, place.column])).toEqual([
      ['title', 1],
      ["title = 'x'", 1],
      ['state', 18],
      ['state = 1', 18],
      ["title = 'x' and  state = 1", 1],
    ]);
  });

  test('of an expression that fails are those that came before', async () => {
    const { evaluation, operands: found } = explain('a + $number(b)', { a: 1, b: 'x' });
    expect(evaluation).toMatchObject({ kind: 'failed', code: 'D3030' });
    expect(found.map(({ text }) => text)).toEqual(['a', 'b']);
  });
});

describe('what an expression lacks', () => {
  test.each<readonly [string, JsonObject, readonly string[]]>([
    ['location.name', {}, ['location']],
    ['location.name', { location: {} }, ['location.name']],
    ['location.name.x[0]', { location: { name: {} } }, ['location.name.x']],
    ["list[k = 'b'].v", { list: [{ k: 'a', v: 1 }] }, ["list[k = 'b']"]],
    ["list[k = 'a'].w", { list: [{ k: 'a', v: 1 }] }, ["list[k = 'a'].w"]],
    ['list[].v', { list: [] }, ['list[].v']],
    ['list[].v', {}, ['list[]']],
    ['$uppercase(title)', {}, ['title']],
    ["$lookup(map, 'x')", { map: {} }, ["$lookup(map, 'x')"]],
    ["$lookup(map, 'x')", {}, ['map']],
    ['a + b.c', { a: 1, b: {} }, ['b.c']],
    ['a + b', {}, ['a', 'b']],
    ["open ? 'yes'", { open: false }, ["open ? 'yes'"]],
    ['open ? group : owner.name', { open: false, owner: {} }, ['owner.name']],
    ['open ? group : owner.name', { open: true, owner: {} }, ['group']],
    ['a ?? b.c', {}, ['a', 'b']],
    ['a ?: b', { a: 0 }, ['b']],
    ['($x := location.name; $x)', { location: {} }, ['location.name']],
    ['($x := 1; $x := a; $x)', {}, ['$x']],
    ['(title; room)', { title: 'x' }, ['room']],
    ['title ~> $substringBefore("x") ~> $uppercase', {}, ['title']],
    ['-a', {}, ['a']],
    ['a < b', { a: 1 }, ['b']],
    ['null', {}, ['null']],
    ['a.b', { a: { b: null } }, ['a.b']],
    ['()', {}, ['()']],
  ])('%s of %j', async (source, input, expected) => {
    expect(await missing(source, input)).toEqual(expected);
  });

  test('is empty where it yields something or fails', async () => {
    expect(await missing("a & 'x'")).toEqual([]);
    expect(await missing("$number('x')")).toEqual([]);
  });
});

describe('the branches of an expression', () => {
  test('are both sides of every choice, wherever it stands', () => {
    expect(branches("a ? 'x' : b ? 'y'")).toEqual([
      "5 then: 'x'",
      "11 else: b ? 'y'",
      "15 then: 'y'",
      '11 else: ',
    ]);
    expect(branches('a ?? (b ?: c)')).toEqual([
      '1 value: a',
      '6 fallback: (b ?: c)',
      '7 value: b',
      '12 fallback: c',
    ]);
    expect(branches('$map(list[k ? 1 : 2], function($x) { $x.v ?? 0 })')).toEqual([
      '15 then: 1',
      '19 else: 2',
      '38 value: $x.v',
      '46 fallback: 0',
    ]);
  });

  test('taken are told, also of a choice that went both ways', async () => {
    const source = '$map(list, function($x) { $x > 1 ? "big" : $string($x) })';
    expect(await taken(source, { list: [1, 2] })).toEqual(['then: "big"', 'else: $string($x)']);
    expect(await taken(source, { list: [2, 3] })).toEqual(['then: "big"']);
    expect(await taken(source, { list: [] })).toEqual([]);
    expect(await taken("a ? 'x'", { a: false })).toEqual(['else: ']);
    expect(await taken('a ?? b', { a: 1 })).toEqual(['value: a']);
    expect(await taken('a ?: b', { a: 0 })).toEqual(['fallback: b']);
    expect(await taken('(a ? b : c) ?? d', { a: 1 })).toEqual(['then: b', 'fallback: d']);
  });
});
