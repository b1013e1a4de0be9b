import type { TreeNode } from '../tree.ts';

/** A path of names that has one thing more: a filter behind one of them, or a function at its end. */
export type PathShape =
  | {
      readonly kind: 'filtered';
      /** Up to the name that the filter stands behind. */
      readonly before: readonly string[];
      readonly filter: TreeNode;
      readonly after: readonly string[];
    }
  | { readonly kind: 'called'; readonly before: readonly string[]; readonly call: TreeNode };

/** Null: it is none of these. */
export function pathShape(node: TreeNode): PathShape | null {
  if (node.type !== 'path' || node.tuple === true || node.group !== undefined) return null;
  if (node.keepSingletonArray === true || node.keepArray === true) return null;
  const steps = node.steps ?? [];
  if (!steps.every(isUnrefined)) return null;
  const last = steps.at(-1);
  const names = steps.map(({ value }) => String(value));
  if (last?.type === 'function' && last.stages === undefined && steps.length > 1) {
    const before = steps.slice(0, -1);
    const isPlain = before.every(({ type, stages }) => type === 'name' && stages === undefined);
    return isPlain ? { kind: 'called', before: names.slice(0, -1), call: last } : null;
  }
  if (!steps.every(({ type }) => type === 'name')) return null;
  const staged = steps.filter(({ stages }) => stages !== undefined);
  const at = steps.findIndex(({ stages }) => stages !== undefined);
  const [filter, ...more] = steps[at]?.stages ?? [];
  if (staged.length !== 1 || more.length > 0 || filter?.type !== 'filter' || filter.expr === undefined)
    return null;
  return {
    kind: 'filtered',
    before: names.slice(0, at + 1),
    filter: filter.expr,
    after: names.slice(at + 1),
  };
}

const isUnrefined = ({ predicate, group, focus, index, keepArray, tuple, ancestor }: TreeNode): boolean =>
  keepArray !== true &&
  tuple !== true &&
  [predicate, group, focus, index, ancestor].every((refinement) => refinement === undefined);
