import jsonata from 'jsonata';
import { allNodes, type TreeNode } from './tree.ts';

/**
 * The syntax tree as the library's parser makes it, with one defect of it mended: `??` and `?:` have a copy of their left
 * side as their condition, and the copy is made through JSON, which loses regular expressions and signatures.
 * Throws what the library throws where it cannot read the expression: an object with a code and a position.
 */
export function parseJsonata(source: string): TreeNode {
  const tree = jsonata(source).ast() as TreeNode;
  const whole = new Map<number, Partial<Losable>>();
  const broken: Losable[] = [];
  for (const node of allNodes(tree)) {
    if (isLost(node)) broken.push(node);
    else if (node.type === 'regex') whole.set(node.position ?? 0, { value: node.value });
    else if (node.signature !== undefined) whole.set(node.position ?? 0, { signature: node.signature });
  }
  // The original stands at the same place of the source as its copy.
  for (const node of broken) Object.assign(node, whole.get(node.position ?? 0));
  return tree;
}

type Losable = TreeNode & { value?: unknown; signature?: unknown };

const isLost = ({ type, value, signature }: TreeNode): boolean =>
  type === 'regex'
    ? !(value instanceof RegExp)
    : type === 'lambda' && typeof signature === 'object' && signature !== null && !('validate' in signature);
