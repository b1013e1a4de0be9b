import { Frame } from '../frame.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { isTruthy } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** `a ? b : c`, and what the parser makes of `a ?? b` and `a ?: b`. */
export function compileCondition(node: TreeNode, compiler: Compiler, isTail: boolean): Run {
  const condition = compiler.compile(nodeOf(node.condition));
  const then = compiler.compile(nodeOf(node.then), isTail);
  const otherwise = node.else === undefined ? null : compiler.compile(node.else, isTail);
  return (input, frame) => {
    meter.step();
    if (isTruthy(condition(input, frame))) return then(input, frame);
    return otherwise === null ? undefined : otherwise(input, frame);
  };
}

/** `(a; b; c)`: with variables of its own. */
export function compileBlock(node: TreeNode, compiler: Compiler, isTail: boolean): Run {
  const nodes = node.expressions ?? [];
  const runs = nodes.map((part, index) => compiler.compile(part, isTail && index === nodes.length - 1));
  const binds = compiler.bindsWithin(node);
  const [only, ...more] = runs;
  if (only !== undefined && more.length === 0 && !binds) return only;
  return (input, frame) => {
    meter.step();
    const within = binds ? new Frame(frame) : frame;
    let result: unknown;
    for (const run of runs) result = run(input, within);
    return result;
  };
}

/** `$a := b` */
export function compileBind(node: TreeNode, compiler: Compiler): Run {
  const name = String((node.lhs as TreeNode).value);
  const value = compiler.compile(nodeOf(node.rhs));
  return (input, frame) => {
    meter.step();
    const bound = value(input, frame);
    frame.bind(name, bound);
    return bound;
  };
}
