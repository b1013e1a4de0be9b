import { arityOf, calleeOf, type ThunkCall } from '../callable.ts';
import { apply, remember, wrapped } from '../apply.ts';
import { JsonataError, thrown } from '../failure.ts';
import type { Frame } from '../frame.ts';
import { meter } from '../meter.ts';
import type { TreeNode } from '../tree.ts';
import { isFunction, isTruthy } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** Calls with what was evaluated before as the first argument, where there is something. */
export type CallRun = (input: unknown, frame: Frame, first?: { readonly value: unknown }) => unknown;

/** `$f(a, b)` */
export function compileCall(node: TreeNode, compiler: Compiler): CallRun {
  const procedureNode = nodeOf(node.procedure);
  const procedure = compiler.compile(procedureNode);
  const given = (node.arguments ?? []).map((argument) => compiler.compile(argument));
  const { position } = node;
  const token = calledName(procedureNode);
  const name = typeof token === 'string' ? token : '';
  const native = isNameAlone(procedureNode) ? compiler.nativeNamed(name) : undefined;
  const isFixed = native !== undefined && compiler.isLastCall(name);
  const levels = compiler.level;

  return (input, frame, first) => {
    meter.step();
    const callee = native ?? procedure(input, frame);
    if (callee === undefined) keepFromForgottenDollar('T1005', node, frame);
    const values: unknown[] = first === undefined ? [] : [first.value];
    for (const argument of given) {
      const value = argument(input, frame);
      values.push(isFunction(value) ? wrapped(value, arityOf(value), frame) : value);
    }
    try {
      // The library does not do so for a function that was handed in.
      if (!isFixed && isOwn(callee)) remember(callee, token, position);
      meter.enter(levels);
      const result = apply(callee, values, input, frame);
      meter.leave(levels);
      return result;
    } catch (error) {
      const where = thrown(error);
      // What `remember` would have had `apply` add.
      if (isFixed)
        Object.assign(where, { position: position ?? where.position, token: where.token ?? token });
      where.position ??= position;
      // Of `0()`, what called it is named.
      if (!isTruthy(where.token)) where.token = token;
      throw error;
    }
  };
}

/** `$f[0](a)` calls what the predicate leaves of `$f`. */
const isNameAlone = ({ type, predicate, group }: TreeNode): boolean =>
  type === 'variable' && predicate === undefined && group === undefined;

const isOwn = (value: unknown): boolean => {
  const callee = calleeOf(value);
  return callee !== undefined && callee.kind !== 'wrapped';
};

/** The same at the end of a function. */
export function compileThunk(node: TreeNode, compiler: Compiler): ThunkCall {
  const procedure = nodeOf(node.procedure);
  return {
    procedure: compiler.compile(procedure),
    given: (node.arguments ?? []).map((argument) => compiler.compile(argument)),
    token: procedure.type === 'variable' ? procedure.value : null,
    position: procedure.position,
    levels: compiler.level,
  };
}

export const calledName = (procedure: TreeNode): unknown =>
  procedure.type === 'path' ? procedure.steps?.[0]?.value : procedure.value;

/** Helps whoever forgot the dollar sign. */
export function keepFromForgottenDollar(code: string, { procedure, position }: TreeNode, frame: Frame): void {
  if (procedure?.type !== 'path') return;
  const token = procedure.steps?.[0]?.value;
  if (frame.lookup(String(token))) throw new JsonataError(code, { position, token });
}
