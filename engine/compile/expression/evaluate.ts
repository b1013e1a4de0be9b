import type { Evaluation, Way } from '../../domain/expression.ts';
import type { Instant } from '../../domain/instant.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Code, Program } from '../../domain/program.ts';
import { compileJsonata } from '../../jsonata/compile-jsonata.ts';
import type { TreeNode } from '../../jsonata/tree.ts';
import { failureOf } from './failure.ts';
import { BoundedRegex } from './regex-engine.ts';
import { plainResult } from './result.ts';
import type { Trace } from './trace.ts';

/** What the parser can read, ready to be evaluated. */
export interface Runnable {
  readonly tree: TreeNode;
  readonly way: Way;
  readonly evaluate: (input: JsonObject, now: Instant) => Evaluation;
  trace(input: JsonObject, now: Instant, trace: Trace): Evaluation;
  written(program: Program): Code | null;
}

/** Functions of the project's own, by their names. */
export type Functions = Readonly<Record<string, (...given: unknown[]) => unknown>>;

const NO_VARIABLES = {};

/** Throws what the library throws where it cannot read the expression. */
export function runnable(source: string, functions: Functions): Runnable {
  const compiled = compileJsonata(source, { functions, regexEngine: BoundedRegex });
  return {
    tree: compiled.tree,
    get way(): Way {
      return compiled.way;
    },
    written: (program) => compiled.written(program),
    evaluate: (input, now) => {
      try {
        return evaluationOf(compiled.evaluate(input, NO_VARIABLES, now));
      } catch (error) {
        return failureOf(error);
      }
    },
    trace: (input, now, trace) => {
      try {
        return evaluationOf(compiled.trace(input, NO_VARIABLES, now, trace));
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

const evaluationOf = (result: unknown): Evaluation =>
  result === undefined || result === null ? NOTHING : { kind: 'value', value: plainResult(result) };

const NOTHING: Evaluation = { kind: 'nothing' };
