import { isList, isSequence, push, settled, type List } from '../list.ts';
import { meter } from '../meter.ts';
import type { TreeNode } from '../tree.ts';
import { memberOf } from '../values.ts';
import { collected } from './collect.ts';
import { lookUp } from './reading.ts';

/** The names of a path that consists of nothing else. */
export function plainNames(node: TreeNode): readonly string[] | null {
  if (node.type !== 'path' || node.group !== undefined || node.tuple === true) return null;
  if (node.keepSingletonArray === true || node.keepArray === true) return null;
  const steps = node.steps ?? [];
  return steps.every(isPlain) ? steps.map(({ value }) => String(value)) : null;
}

const isPlain = ({ type, stages, predicate, tuple, group, keepArray, focus, index }: TreeNode): boolean =>
  type === 'name' &&
  tuple !== true &&
  keepArray !== true &&
  [stages, predicate, group, focus, index].every((refinement) => refinement === undefined);

/** Reads a path of names. From object to object there is one value at most; only lists need more. */
export function readNames(input: unknown, names: readonly string[]): unknown {
  const last = names.length - 1;
  let value = input;
  for (let index = 0; index <= last; index++) {
    meter.step();
    if (typeof value !== 'object' || value === null) return undefined;
    const name = names[index] ?? '';
    if (isList(value)) return readThroughList(value, names, index);
    if (!Object.hasOwn(value, name)) return undefined;
    value = memberOf(value, name);
    if (isList(value) && (index < last || isSequence(value))) {
      const result = settled(value, false);
      const found = collected(result === undefined ? [] : [result], index === last);
      return readThroughList(found, names, index + 1);
    }
  }
  return value;
}

/** The rest of a path, of each value in a list. */
function readThroughList(list: List, names: readonly string[], from: number): unknown {
  let sequence = list;
  for (let index = from; index < names.length && (index === from || sequence.length > 0); index++) {
    const results: unknown[] = [];
    for (const item of sequence) {
      meter.step();
      const found = lookUp(item, names[index] ?? '');
      const result = typeof found === 'object' ? settled(found, false) : found;
      if (result !== undefined) push(results, result);
    }
    sequence = collected(results, index === names.length - 1);
  }
  return sequence;
}
