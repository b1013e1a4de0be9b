import { JsonataError } from '../failure.ts';
import { append, isList, push, type List } from '../list.ts';
import { meter } from '../meter.ts';
import type { Run } from '../run.ts';
import { isPairs, type TreeNode } from '../tree.ts';
import { isNumeric } from '../values.ts';
import type { Compiler } from './compiler.ts';
import { compileGroup } from './group.ts';
import { nodeOf } from './node-of.ts';

/** `-a`, `[a, b]` and `{a: b}` */
export function compileUnary(node: TreeNode, compiler: Compiler): Run {
  switch (node.value) {
    case '-':
      return compileMinus(node, compiler);
    case '[':
      return compileList(node, compiler);
    default: {
      const { lhs, position } = node;
      return compileGroup({ lhs: lhs !== undefined && isPairs(lhs) ? lhs : [], position }, compiler);
    }
  }
}

function compileMinus(node: TreeNode, compiler: Compiler): Run {
  const operand = compiler.compile(nodeOf(node.expression));
  return (input, frame) => {
    meter.step();
    const value = operand(input, frame);
    if (value === undefined) return undefined;
    if (isNumeric(value)) return -value;
    throw new JsonataError('D1002', { position: node.position, token: node.value, value });
  };
}

function compileList(node: TreeNode, compiler: Compiler): Run {
  // A list within a list stays one; what else yields several values adds them all.
  const items = (node.expressions ?? []).map((item) => ({
    run: compiler.compile(item),
    isList: item.value === '[',
  }));
  const isCons = node.consarray === true;
  return (input, frame) => {
    meter.step();
    let result: List = [];
    for (const { run, isList: isOne } of items) {
      const value = run(input, frame);
      if (value === undefined) continue;
      if (isOne || !isList(value)) push(result, value);
      else result = append(result, value) as List;
    }
    if (isCons)
      Object.defineProperty(result, 'cons', { enumerable: false, configurable: false, value: true });
    return result;
  };
}
