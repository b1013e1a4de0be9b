import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression } from '../../engine/compile/expression/compile-expression.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import { expressionInputs, expressionTexts } from '../support/arbitrary-expressions.ts';
import { STANDING } from '../support/expressions.ts';

const NOW = Date.parse('2026-11-23T14:05:00Z');
/** A long run: FUZZ_RUNS=50000. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

/** What takes as long as it may: a few of these are enough. */
const runaway = fc.constantFrom(
  '($f := function($n) { $f($n + 1) }; $f(1))',
  '$map([1..9999], function($v) { [1..999] })',
  '$match($pad("", 9999), / .*x| /)',
);

/** What grows or breaks, or tries to get out. */
const mischief = fc.constantFrom(
  '($f := function($n) { 1 + $f($n) }; $f(1))', '[1..1e6]', '[1..9999]',
  '$pad("x", 1e9)', '$pad("x", 99999)', '$reduce([1..50], function($i, $j) { $i & $i }, "ab")',
  '$reduce([1..50], function($i, $j) { {"a": $i, "b": $i} })', '$ ~> |$|{"a": $}|', '$ ~> |**|{"b": $$}|', '$split($pad("", 9999), "")',
  '$match(title, /(a*)*b/)', '$replace(title, /.*/, "x")', '$replace(title, /x*/, "$0$0")', '$split(title, //)', '$match(title, /a|/)',
  '$formatNumber(1e300, "#,##0.00")', '$formatBase(1e15, 36)', '$power(10, 308) * 10', '1e308 * 10', '-0', '1e-324', '$toMillis("x", "[Y]")',
  '$fromMillis(1e18)', '$now("[" & title & "]")', '$string($)', '$clone($)', '$distinct(**)', '$lookup($, "__proto__")', '$merge([$, $])',
  '$sift($, function($v, $k) { $k = "a" })', '$each($, function($v, $k) { {$k: $v} })', '{"__proto__": $}', '$error(title)', '$assert(false, "x")',
  '$sort(list, function($l, $r) { $l > $r })', 'list^(>a, b)', '$single(list)', '$zip(list, list)', '$parseInteger("one", "w")', '$number("1e999")',
  '$base64decode("%%%")', '$decodeUrl("%")', '\u0000', '"\u0000"', '`\u0000`', '🙂', '"🙂"', '\u2028', '((((((((((1))))))))))', '[[[[[[[[1]]]]]]]]',
); // prettier-ignore

const expressions = fc.oneof(
  { weight: 60, arbitrary: expressionTexts(true) },
  { weight: 1, arbitrary: runaway },
  { weight: 20, arbitrary: expressionTexts(true).chain((text) => mischief.map((part) => `${part} & ${text}`)) },
  { weight: 20, arbitrary: fc.tuple(mischief, mischief, fc.constantFrom(' ?? ', ' = ', '; ', ', ', '.', ' ~> ', '[', ' ? ')).map(([one, other, between]) => `(${one}${between}${other})`) },
  { weight: 20, arbitrary: mischief },
  { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 20, arbitrary: fc.array(fc.constantFrom(...Array.from('()[]{}|?:=.$%*/\\"\'`a1 <>&@#^~!,;-+')), { maxLength: 30 }).map((characters) => characters.join('')) },
  { weight: 10, arbitrary: fc.tuple(fc.constantFrom('(', '[', '-', '{"a":', 'a.', 'a[', '$not('), fc.nat(3999)).map(([text, times]) => text.repeat(times).slice(0, 4000)) },
  { weight: 10, arbitrary: fc.nat(120).map((times) => `${'['.repeat(times)}1${']'.repeat(times)}`) },
  { weight: 10, arbitrary: fc.nat(1900).map((times) => `${'('.repeat(times)}a${')'.repeat(times)}`) },
); // prettier-ignore

const weird = fc.jsonValue({ maxDepth: 3 }).map((value): JsonObject => {
  const keys = `{"__proto__": ${JSON.stringify(value)}, "constructor": {"prototype": 1}, "title": "a\\u0000🙂"}`;
  return JSON.parse(keys) as JsonObject;
});
const inputs = fc.oneof({ weight: 3, arbitrary: expressionInputs() }, { weight: 1, arbitrary: weird });

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

test('any text either is refused or yields a value, nothing or a reason; it changes nothing and explains itself', async () => {
  const outcomes = { refused: 0, value: 0, nothing: 0, failed: 0 };
  let slowest = { ms: 0, source: '' };
  await fc.assert(
    fc.asyncProperty(expressions, inputs, async (source, drawn) => {
      const { expression, mistakes } = compileExpression(source, STANDING, 'Europe/Berlin');
      expect(expression === null).toBe(mistakes.length > 0);
      for (const { offset, length } of mistakes) {
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset + length).toBeLessThanOrEqual(Math.max(1, source.length));
      }
      if (expression === null) {
        outcomes.refused++;
        return;
      }
      const input = frozen(structuredClone(drawn));
      const before = JSON.stringify(input);
      const start = performance.now();
      const evaluation = expression.evaluate(input, NOW);
      outcomes[evaluation.kind]++;
      const ms = performance.now() - start;
      if (ms > slowest.ms) slowest = { ms, source };
      expect(JSON.stringify(input)).toBe(before);
      if (evaluation.kind === 'value') {
        expect([source, isPlain(evaluation.value)]).toEqual([source, true]);
      }
      if (evaluation.kind === 'failed') expect(evaluation.reason).toMatch(/./);
      const explanation = expression.explain(input, NOW);
      expect(explanation.evaluation).toEqual(evaluation);
      expect(explanation.missing.length > 0).toBe(evaluation.kind === 'nothing');
      for (const branch of explanation.taken) expect(expression.branches).toContain(branch);
    }),
    { numRuns: RUNS },
  );
  // Each outcome occurs: the property is not about refusals only.
  expect(Object.values(outcomes)).not.toContain(0);
  if (RUNS > 1000) console.log(outcomes, slowest);
}, 3_600_000);

/** Plain arrays and objects of JSON's values, without hidden properties. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean'].includes(typeof value) || value === null;
  const names = Object.getOwnPropertyNames(value).filter(
    (name) => !Array.isArray(value) || name !== 'length',
  );
  if (names.length !== Object.keys(value).length) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isOrdinary = prototype === Array.prototype || prototype === Object.prototype;
  return isOrdinary && Object.values(value).every(isPlain);
}
