import jsonata from 'jsonata';
import type { Evaluation } from '../../domain/expression.ts';
import type { JsonObject } from '../../domain/json.ts';
import { EXPRESSION_DEPTH_MAX, EXPRESSION_MS_MAX, EXPRESSION_SEQUENCE_MAX } from '../../domain/limits.ts';
import { failureOf } from './failure.ts';
import { Meter } from './meter.ts';
import { METER, METERED_FUNCTIONS, meterOf } from './natives.ts';
import { BoundedRegex } from './regex-engine.ts';
import { plainResult } from './result.ts';
import type { Trace } from './trace.ts';
import { allNodes, type TreeNode } from './tree.ts';

/** Variables that an evaluation brings: functions of the project's own. */
export type Bindings = Readonly<Record<string, unknown>>;

/** What the library can read, ready to be evaluated. */
export interface Runnable {
  readonly tree: TreeNode;
  evaluate(input: JsonObject, bindings: Bindings, trace?: Trace): Promise<Evaluation>;
}

/** A name that no expression can write: `!` is an operator. */
const TRACE = '!trace';
const ENTRY = Symbol.for('jsonata.__evaluate_entry') as unknown as string;
const EXIT = Symbol.for('jsonata.__evaluate_exit') as unknown as string;

type Hook = (node: TreeNode, input: unknown, environment: jsonata.Environment, result: unknown) => void;

const traceOf = (environment: jsonata.Environment): Trace | undefined =>
  environment.lookup(TRACE) as Trace | undefined;

const ENTERED: Hook = (node, _, environment) => {
  meterOf(environment).step();
  traceOf(environment)?.entered(node);
};

const LEFT: Hook = (node, _, environment, result) => {
  meterOf(environment).weigh(result);
  traceOf(environment)?.left(node, result);
};

/** Throws what the library throws where it cannot read the expression. */
export function runnable(source: string): Runnable {
  const options = {
    timeout: EXPRESSION_MS_MAX,
    stack: EXPRESSION_DEPTH_MAX,
    sequence: EXPRESSION_SEQUENCE_MAX,
    RegexEngine: BoundedRegex as unknown as RegExpConstructor,
  };
  const compiled = jsonata(source, options);
  const tree = compiled.ast() as TreeNode;
  // The members of lists and objects are evaluated side by side, and the library counts them as levels.
  options.stack += [...allNodes(tree)].length;
  for (const [name, metered] of METERED_FUNCTIONS) compiled.assign(name, metered);
  compiled.assign(ENTRY, ENTERED);
  compiled.assign(EXIT, LEFT);
  return {
    tree,
    evaluate: async (input, bindings, trace) => {
      const meter = new Meter();
      try {
        // A copy: some constructs of the library write to their input (`list[]` marks the list itself).
        const copy: unknown = structuredClone(input);
        const result: unknown = await compiled.evaluate(copy, {
          ...bindings,
          [METER]: meter,
          [TRACE]: trace,
        });
        if (result === undefined || result === null) return { kind: 'nothing' };
        return { kind: 'value', value: plainResult(result) };
      } catch (error) {
        return failureOf(error);
      } finally {
        meter.end();
      }
    },
  };
}
