import { JsonataError } from '../failure.ts';
import { frameOf, type Frame, type Tuple } from '../frame.ts';
import { sort } from '../functions/higher-order.ts';
import type { List } from '../list.ts';
import { meter } from '../meter.ts';
import type { TreeNode } from '../tree.ts';
import type { Compiler } from './compiler.ts';

export type SortRun = (input: List, frame: Frame) => unknown;

/** `^(a, >b)` */
export function compileSort(node: TreeNode, compiler: Compiler): SortRun {
  const terms = (node.terms ?? []).map(({ expression, descending }) => ({
    run: compiler.compile(expression),
    descending,
  }));
  const order = (left: unknown, right: unknown, isTuple: boolean, frame: Frame): number => {
    for (const { run, descending } of terms) {
      meter.step();
      const of = (value: unknown): unknown =>
        isTuple ? run((value as Tuple)['@'], frameOf(frame, value as Tuple)) : run(value, frame);
      const result = compared(of(left), of(right), node.position);
      if (result.isLast) {
        if (result.order !== 0) return result.order;
      } else if (result.order !== 0) return descending ? -result.order : result.order;
    }
    return 0;
  };
  return (input, frame) => {
    const isTuple = input.tupleStream === true;
    return sort(input, (left, right) => order(left, right, isTuple, frame) === 1);
  };
}

/** Nothing comes last (`isLast`), whichever the direction. */
function compared(
  left: unknown,
  right: unknown,
  position: number | undefined,
): { readonly order: number; readonly isLast: boolean } {
  if (left === undefined) return { order: right === undefined ? 0 : 1, isLast: true };
  if (right === undefined) return { order: -1, isLast: true };
  if (!isComparable(left) || !isComparable(right)) {
    throw new JsonataError('T2008', { position, value: isComparable(left) ? right : left });
  }
  if (typeof left !== typeof right) throw new JsonataError('T2007', { position, value: left, value2: right });
  return { order: left === right ? 0 : left < right ? -1 : 1, isLast: false };
}

const isComparable = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
