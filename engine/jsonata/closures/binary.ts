import { thrown } from '../failure.ts';
import { meter } from '../meter.ts';
import { OPERATORS } from '../operators.ts';
import type { Run } from '../run.ts';
import type { TreeNode } from '../tree.ts';
import { isTruthy } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { nodeOf } from './node-of.ts';

/** `a + b`, `a = b`, `a and b` … */
export function compileBinary(node: TreeNode, compiler: Compiler): Run {
  const left = compiler.compile(nodeOf(node.lhs));
  const right = compiler.compile(nodeOf(node.rhs));
  if (node.value === 'and' || node.value === 'or') return either(node, left, right, node.value);
  const operator = OPERATORS.get(node.value);
  if (operator === undefined) return () => undefined;
  return (input, frame) => {
    meter.step();
    const one = left(input, frame);
    const other = right(input, frame);
    try {
      return operator(one, other);
    } catch (error) {
      throw placed(error, node);
    }
  };
}

function either(node: TreeNode, left: Run, right: Run, word: 'and' | 'or'): Run {
  return (input, frame) => {
    meter.step();
    const one = left(input, frame);
    // As the library has it, what breaks on the right breaks here.
    try {
      const isLeft = isTruthy(one);
      if (isLeft === (word === 'or')) return isLeft;
      return isTruthy(right(input, frame));
    } catch (error) {
      throw placed(error, node);
    }
  };
}

function placed(error: unknown, { position, value }: TreeNode): unknown {
  return Object.assign(thrown(error), { position, token: value });
}
