import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression } from '../../engine/compile/expression/compile-expression.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Phrase } from '../../engine/domain/phrase.ts';

/** Few names and values, so that different expressions come close to each other. */
const term = fc.constantFrom('a', 'b.c', '$lowercase(a)');
const literal = fc.constantFrom("'x'", "'y'", '1', 'true');
const comparison = fc.oneof(
  fc
    .tuple(term, fc.constantFrom('=', '!=', '<', '>='), fc.oneof(literal, term))
    .map((parts) => parts.join(' ')),
  fc
    .tuple(term, fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([of, all]) => `${of} in [${all.join(', ')}]`),
  fc.constantFrom("$contains(a, 'x')", '$exists(b.c)', '$not(b)', 'a', 'b.c'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([left, word, right]) => `(${left}) ${word} (${right})`),
  ),
}));
const value = fc.oneof(
  fc.tuple(condition, literal, term).map(([when, then, other]) => `${when} ? ${then} : ${other}`),
  fc.tuple(term, literal, term).map((parts) => parts.join(' & ')),
  fc.tuple(condition, term, term).map(([when, left, right]) => `${when} ? ${left} & ${right}`),
);

const standing = {
  place: { file: 'f', line: 1, column: 1 },
  placeAt: () => ({ file: 'f', line: 1, column: 1 }),
};
function compiled(source: string): Expression {
  return compileExpression(source, standing, 'UTC').expression ?? expect.fail(`does not compile: ${source}`);
}
const textOf = (phrase: Phrase): string => phrase.map(({ kind, text }) => `${kind}:${text}`).join('|');

const INPUTS: readonly JsonObject[] = [undefined, 'x', 'y', 'X', 1, true, false, ''].flatMap((a) =>
  [undefined, 'x', 'y', 1, true].map((c): JsonObject => ({
    ...(a === undefined ? {} : { a }),
    b: c === undefined ? {} : { c },
  })),
);

async function results(expression: Expression): Promise<readonly string[]> {
  const all: string[] = [];
  for (const input of INPUTS) all.push(JSON.stringify(expression.evaluate(input, 0)));
  return all;
}

test.each(['condition', 'value'] as const)(
  'words of a %s name all that it reads and compares with',
  async (as) => {
    await fc.assert(
      fc.asyncProperty(as === 'condition' ? condition : value, async (source) => {
        const expression = compiled(source);
        const phrase = expression.words(as);
        expect(phrase.map(({ kind }) => kind)).not.toContain('code');
        const said = phrase.map(({ text }) => text).join('');
        for (const [, text] of source.matchAll(/'([^']*)'/g)) expect(said).toContain(text);
        for (const [path] of source.replaceAll(/'[^']*'|\$\w+/g, '').matchAll(/\b[ab](?:\.c)?\b/g)) {
          expect(phrase).toContainEqual({ kind: 'name', text: path });
        }
        if (expression.yieldsAlways) {
          for (const result of await results(expression)) expect(result).not.toContain('"nothing"');
        }
      }),
      { numRuns: 300 },
    );
  },
);

test.each(['condition', 'value'] as const)('two %ss with the same words come to the same', async (as) => {
  const one = as === 'condition' ? condition : value;
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 40, maxLength: 40 }), async (sources) => {
      const byWords = new Map<string, string>();
      for (const source of new Set(sources)) {
        const words = textOf(compiled(source).words(as));
        const other = byWords.get(words);
        if (other === undefined) byWords.set(words, source);
        else {
          expect(await results(compiled(source)), `${source} and ${other}`).toEqual(
            await results(compiled(other)),
          );
        }
      }
    }),
    { numRuns: 10 },
  );
});
