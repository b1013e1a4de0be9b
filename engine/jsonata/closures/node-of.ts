import { isPairs, type TreeNode } from '../tree.ts';

/** A part that the parser always gives. */
export function nodeOf(node: TreeNode['lhs']): TreeNode {
  if (node === undefined || isPairs(node)) throw new Error('The syntax tree lacks a part.');
  return node;
}
