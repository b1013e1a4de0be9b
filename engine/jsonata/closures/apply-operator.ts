import { apply } from '../apply.ts';
import { JsonataError } from '../failure.ts';
import { meter } from '../meter.ts';
import { parseJsonata } from '../parse.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { isFunction } from '../values.ts';
import { compileCall } from './call.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** Two functions one after the other, as one: in the words of the library. */
const CHAIN = parseJsonata('function($f, $g) { function($x){ $g($f($x)) } }');

/** `a ~> $f`, `a ~> $f(b)` and `$f ~> $g` */
export function compileApply(node: TreeNode, compiler: Compiler): Run {
  const left = compiler.compile(nodeOf(node.lhs));
  const rightNode = nodeOf(node.rhs);
  if (rightNode.type === 'function') {
    const call = compileCall(rightNode, compiler);
    return (input, frame) => {
      meter.step();
      return call(input, frame, { value: left(input, frame) });
    };
  }
  const right = compiler.compile(rightNode);
  const chain = compiler.compile(CHAIN);
  const levels = compiler.level;
  return (input, frame) => {
    meter.step();
    const value = left(input, frame);
    const func = right(input, frame);
    if (!isFunction(func)) throw new JsonataError('T2006', { position: node.position, value: func });
    meter.enter(levels);
    const result = isFunction(value)
      ? apply(chain(null, frame), [value, func], null, frame)
      : apply(func, [value], null, frame);
    meter.leave(levels);
    return result;
  };
}
