import fc from 'fast-check';
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { conditionOf, negated } from '../../engine/compile/expression/conditions.ts';
import { parseExpression } from '../../engine/compile/expression/parse.ts';
import { casesOf, exclude, isImpossible } from '../../engine/compile/expression/satisfy.ts';

/** Small enough that contradictions and inclusions are frequent. */
const literal = fc.constantFrom("'a'", "'b'", '1', 'true', 'false', "''");
const path = fc.constantFrom('x', 'y', 'z.w', '$.x', '$$.y');
const comparison = fc.oneof(
  fc.tuple(path, fc.constantFrom('=', '!='), literal).map((parts) => parts.join(' ')),
  fc.tuple(literal, fc.constantFrom('=', '!='), path).map((parts) => parts.join(' ')),
  fc
    .tuple(path, fc.array(literal, { maxLength: 3 }))
    .map(([name, list]) => `${name} in [${list.join(', ')}]`),
);
const condition = fc.letrec<{ readonly any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    path,
    literal,
    fc.constantFrom('$exists(x)', '$not(y)', "$contains($string(x), 'a')", 'x ~> $string', '$boolean(x)'),
    fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map((parts) => `(${parts.join(' ')})`),
    tie('any').map((inner) => `$not(${inner})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} ? ${b})`),
  ),
})).any;

const value = fc.constantFrom('a', 'b', '', 1, 0, true, false, undefined);
const input = fc.record({ x: value, y: value, z: fc.oneof(fc.record({ w: value }), fc.constant(undefined)) });

/** Whether it holds, as engine/map/condition.ts understands it; null if it breaks. */
async function holds(source: string, ticket: object): Promise<boolean | null> {
  try {
    return Boolean(await jsonata(source).evaluate(structuredClone(ticket)));
  } catch {
    return null;
  }
}

const read = (source: string): ReturnType<typeof conditionOf> => {
  const tree = parseExpression(source);
  if (tree === null) throw new Error(`${source} cannot be read`);
  return conditionOf(tree);
};
const cases = (source: string): ReturnType<typeof casesOf> => casesOf(read(source), ({ set }) => set);
const casesNot = (source: string): ReturnType<typeof casesOf> =>
  casesOf(negated(read(source)), ({ set }) => set);

test('what is said never to hold never holds, and what is said always to hold always does', async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      condition,
      fc.array(input, { minLength: 20, maxLength: 20 }),
      async (source, tickets) => {
        const never = isImpossible(cases(source));
        const always = isImpossible(casesNot(source));
        if (never || always) told++;
        for (const ticket of tickets) {
          const result = await holds(source, ticket);
          if (never) expect(result).not.toBe(true);
          if (always) expect(result).not.toBe(false);
        }
      },
    ),
    { numRuns: 200 },
  );
  expect(told).toBeGreaterThan(5);
});

test('a rule that is said to be hidden holds only where the earlier one does', async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      condition,
      condition,
      fc.array(input, { minLength: 20, maxLength: 20 }),
      async (earlier, later, tickets) => {
        if (!exclude(cases(later), casesNot(earlier))) return;
        told++;
        for (const ticket of tickets) {
          if ((await holds(later, ticket)) === true) expect(await holds(earlier, ticket)).not.toBe(false);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(told).toBeGreaterThan(5);
});
