import { parseJsonata } from '../../jsonata/parse.ts';
import type { TreeNode } from '../../jsonata/tree.ts';

/** The syntax tree of an expression that compiles; null for one that does not: its mistakes are told elsewhere. */
export function parseExpression(source: string): TreeNode | null {
  try {
    return parseJsonata(source);
  } catch {
    return null;
  }
}

/** A path of plain names from the top of the input: `["caller", "name"]`. Null for anything else. */
export function plainPath(node: TreeNode): readonly string[] | null {
  if (node.type !== 'path' || !hasOnly(node, ['type', 'steps'])) return null;
  const steps = node.steps ?? [];
  const [first, ...rest] = steps;
  const isFromTop = first?.type === 'variable' && (first.value === '' || first.value === '$');
  const names = isFromTop && rest.length > 0 ? rest : steps;
  if (isFromTop && !hasOnly(first, ['type', 'value', 'position'])) return null;
  const isPlain = names.every((step) => step.type === 'name' && hasOnly(step, ['type', 'value', 'position']));
  return isPlain ? names.map((step) => String(step.value)) : null;
}

const hasOnly = (node: TreeNode, keys: readonly string[]): boolean =>
  Object.entries(node).every(([key, value]) => keys.includes(key) || value === undefined);

export type Literal = string | number | boolean | null;

/** The value of a text, number, `true`, `false` or `null`; undefined for anything else. */
export function literalValue(node: TreeNode): Literal | undefined {
  if (!['string', 'number', 'value'].includes(node.type)) return undefined;
  if ((node.predicate ?? []).length > 0 || node.group !== undefined) return undefined;
  const value = node.value;
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null
    ? value
    : undefined;
}

/** The literals of `[a, b]`, or of a literal alone; null if there is anything else among them. */
export function literalList(node: TreeNode): readonly TreeNode[] | null {
  const isList = node.type === 'unary' && node.value === '[' && node.group === undefined;
  const items = isList && (node.predicate ?? []).length === 0 ? (node.expressions ?? []) : [node];
  return items.every((item) => literalValue(item) !== undefined) ? items : null;
}

/** The literals that an expression can yield: its own, those behind `?` and `:`, and at the end of a block. */
export function literalResults(node: TreeNode): readonly TreeNode[] {
  if (literalValue(node) !== undefined) return [node];
  if ((node.predicate ?? []).length > 0 || node.group !== undefined) return [];
  if (node.type === 'condition') {
    return [node.then, node.else].flatMap((side) => (side === undefined ? [] : literalResults(side)));
  }
  const last = node.type === 'block' ? node.expressions?.at(-1) : undefined;
  return last === undefined ? [] : literalResults(last);
}

/** Where a literal stands in the source; its tree node knows only its end. */
export function literalRange(
  source: string,
  node: TreeNode,
): { readonly offset: number; readonly length: number } {
  const end = Math.min(node.position ?? 0, source.length);
  const before = source.slice(0, end);
  const pattern = node.type === 'string' ? /"(?:[^"\\]|\\.)*"$|'(?:[^'\\]|\\.)*'$/s : /-?[\w.+]+$/;
  const length = pattern.exec(before)?.[0].length ?? 1;
  return { offset: Math.max(0, end - length), length };
}
