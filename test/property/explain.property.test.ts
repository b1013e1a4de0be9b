import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression } from '../../engine/compile/expression/compile-expression.ts';
import { expressionInputs, expressionTexts } from '../support/arbitrary-expressions.ts';
import { compiledExpression, STANDING } from '../support/expressions.ts';

const NOW = Date.parse('2026-11-23T14:05:00Z');
const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

test('each operand stands for itself: evaluated alone, its text yields its value', async () => {
  await fc.assert(
    fc.asyncProperty(expressionTexts(false), expressionInputs(), async (source, input) => {
      const { expression } = compileExpression(source, STANDING, 'UTC');
      fc.pre(expression !== null);
      const { operands, missing, evaluation } = expression.explain(input, NOW);
      expect(evaluation).toEqual(expression.evaluate(input, NOW));
      for (const { text, value, place } of operands) {
        expect(source.slice(place.column - 1, place.column - 1 + text.length)).toBe(text);
        const alone = compiledExpression(text, 'UTC').evaluate(input, NOW);
        expect([text, alone]).toEqual([
          text,
          value === null ? { kind: 'nothing' } : { kind: 'value', value },
        ]);
      }
      for (const { text } of missing) {
        expect([text, compiledExpression(text, 'UTC').evaluate(input, NOW)]).toEqual([
          text,
          { kind: 'nothing' },
        ]);
      }
      expect(missing.length > 0).toBe(evaluation.kind === 'nothing');
    }),
    { numRuns: RUNS },
  );
}, 600_000);
