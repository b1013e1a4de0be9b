import jsonata from 'jsonata';
import type { Evaluation } from '../../domain/expression.ts';
import type { JsonObject } from '../../domain/json.ts';
import { EXPRESSION_DEPTH_MAX, EXPRESSION_MS_MAX, EXPRESSION_SEQUENCE_MAX } from '../../domain/limits.ts';
import { plainResult } from './result.ts';
import type { Trace } from './trace.ts';
import type { TreeNode } from './tree.ts';

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

/** Throws what the library throws where it cannot read the expression. `isTraced` lets a trace see each step. */
export function runnable(source: string, isTraced: boolean): Runnable {
  const compiled = jsonata(source, {
    timeout: EXPRESSION_MS_MAX,
    stack: EXPRESSION_DEPTH_MAX,
    sequence: EXPRESSION_SEQUENCE_MAX,
  });
  if (isTraced) {
    const entry: Hook = (node, _, environment) => traceOf(environment)?.entered(node);
    const exit: Hook = (node, _, environment, result) => traceOf(environment)?.left(node, result);
    compiled.assign(ENTRY, entry);
    compiled.assign(EXIT, exit);
  }
  return {
    tree: compiled.ast() as TreeNode,
    evaluate: async (input, bindings, trace) => {
      try {
        // A copy: some constructs of the library write to their input (`list[]` marks the list itself).
        const copy: unknown = structuredClone(input);
        const result: unknown = await compiled.evaluate(copy, { ...bindings, [TRACE]: trace });
        if (result === undefined || result === null) return { kind: 'nothing' };
        return { kind: 'value', value: plainResult(result) };
      } catch (error) {
        return failure(error);
      }
    },
  };
}

/** The library throws plain objects with a code and a message. */
function failure(error: unknown): Evaluation {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  return {
    kind: 'failed',
    code: typeof code === 'string' ? code : 'broken',
    reason: typeof message === 'string' ? message : 'The expression broke without saying why.',
  };
}
