import { describe, expect, test } from 'vitest';
import { compileJsonata } from '../../../engine/jsonata/compile-jsonata.ts';
import { DEFECTS } from '../../fuzz-expressions/defects.ts';
import { errorOutcome, Oracle, valueOutcome, type Outcome } from '../../fuzz-expressions/oracle.ts';

const ours = (source: string, input: unknown): Outcome => {
  try {
    return valueOutcome(compileJsonata(source).evaluate(input, {}, 0));
  } catch (error) {
    return errorOutcome(error);
  }
};
const value = (text: string): Outcome => ({ kind: 'value', text });
const code = (text: string): unknown => expect.objectContaining({ kind: 'error', code: text });

/** Each with what it should come to; docs/expressions.md lists them. */
const CASES: readonly (readonly [string, string, unknown, unknown])[] = [
  [DEFECTS[0]?.name ?? '', '$contains("vpn", /v/) ?: "no"', {}, value('true')],
  [DEFECTS[0]?.name ?? '', '(function($x)<s:s>{$x})(1) ?? "none"', {}, code('T0410')],
  [DEFECTS[1]?.name ?? '', '[$x := 1, $x]', {}, value('[1,1]')],
  [DEFECTS[1]?.name ?? '', '{"a": $x := 1, "b": $x}', {}, value('{"a":1,"b":1}')],
  [DEFECTS[2]?.name ?? '', '[c{"p": 1}, $count(c)]', { c: [] }, value('[{"p":1},0]')],
  [DEFECTS[3]?.name ?? '', '($f := function($x){ $none($x) }; $f(1))', {}, code('T1006')],
  [DEFECTS[4]?.name ?? '', '($f := function($x){ $map($x, $string) }; $f([1, 2]))', {}, value('["1","2"]')],
  [DEFECTS[4]?.name ?? '', '($f := function($x){ $sort($x, function($l, $r){ $l < $r }) }; $f([1, 2]))', {}, value('[2,1]')],
  [DEFECTS[4]?.name ?? '', '($number ~> $contains())', 'ab', code('D3030')],
  [DEFECTS[4]?.name ?? '', '($f := $split(?, $toMillis); $f("a"))', {}, code('D3110')],
  [DEFECTS[5]?.name ?? '', '-function($x){ 1 }', {}, code('D1002')],
  [DEFECTS[5]?.name ?? '', '$ ~> |a|{"b": $}, $|', { a: {} }, code('T2012')],
  [DEFECTS[6]?.name ?? '', '($g := function($x){ [$x, 2] }; $f := function($x){ ($g($x))[1] }; $f(1))', {}, value('2')],
  [DEFECTS[6]?.name ?? '', '($g := function($x){ $x }; $f := function($x){ $g($x){"k": a} }; $f(p))', { p: { a: 1 } }, value('{"k":1}')],
  [DEFECTS[7]?.name ?? '', '($f := function($g){ ($h := $g(1, ?); $h(2)) }; $f($append))', {}, value('[1,2]')],
  [DEFECTS[8]?.name ?? '', '$replace("abc", "b", function($m){ $uppercase($m.match) })', {}, value('"aBc"')],
  [DEFECTS[9]?.name ?? '', '/a/($sum)', {}, value('nothing')],
  [DEFECTS[9]?.name ?? '', '([$sum] ~> /b/)', {}, value('nothing')],
  [DEFECTS[10]?.name ?? '', '($clone := function($x){ $x }; [c ~> |$|{"p": 1}|, c])', { c: { q: [[2]] } }, value('[{"q":[[2]],"p":1},{"q":[[2]]}]')],
  [DEFECTS[11]?.name ?? '', '($ ~> |$|$sum|).a', { a: 1 }, code('T2011')],
  [DEFECTS[8]?.name ?? '', '$replace("abc", "b", none)', {}, code('D3012')],
  [DEFECTS[8]?.name ?? '', '$replace("abc", /b/, none)', {}, code('D3012')],
]; // prettier-ignore

describe('what the library does wrong is right here', () => {
  test.each(CASES)('%s: %s', async (name, source, input, expected) => {
    expect(ours(source, input)).toEqual(expected);
    // The defect is there, and the change that is said to mend it does.
    const defect = DEFECTS.filter((one) => one.name === name);
    expect(await new Oracle([]).evaluate(source, input, [])).not.toEqual(expected);
    expect(await new Oracle(defect).evaluate(source, input, [])).toEqual(expected);
  });

  test('a regular expression left of ?? is kept: the library does not return', () => {
    expect(ours('$replace("vpn", /v|x/, "_") ?? "none"', {})).toEqual(value('"_pn"'));
  });

  test('a function in a list at the beginning of a path is one value, though it takes no arguments', async () => {
    const source = '[function($x){ 1 }][0].*';
    expect(ours(source, {})).toEqual(await new Oracle([]).evaluate(source, {}, []));
  });

  test('a range of numbers beyond exact ones ends: the library does not return', () => {
    expect(ours('[n..n]', { n: 1e21 })).toEqual(value('[1e+21]'));
  });

  test('the input is left as it was, whatever is done with it', () => {
    const input = Object.freeze({
      c: Object.freeze([]),
      d: Object.freeze([Object.freeze([])]),
      o: Object.freeze({}),
    });
    expect(ours('[c[{"p": 1}], c{"a": 1}, c[], d[{"p": 1}]]', input)).toMatchObject({ kind: 'value' });
    expect(ours('o(1)', input)).toEqual(code('T1006'));
  });
});
