/**
 * JSONata's syntax tree, as far as it is looked at here (library 2.2.2, after its own post-processing). Its published
 * types leave most of it out. Positions are offsets just past the token.
 */
export interface TreeNode {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly TreeNode[];
  /** Of a path step; a filter has `expr`, an index binding a name in `value`. */
  readonly stages?: readonly Filter[];
  /** Of anything but a path step. */
  readonly predicate?: readonly Filter[];
  readonly group?: { readonly lhs: readonly (readonly [TreeNode, TreeNode])[] };
  /** `@$name` on a step: the context stays what it was. */
  readonly focus?: string;
  /** `#$name` on a step. */
  readonly index?: string;
  readonly terms?: readonly { readonly expression: TreeNode }[];
  /** Pairs in an object constructor, a node elsewhere. */
  readonly lhs?: TreeNode | readonly (readonly [TreeNode, TreeNode])[];
  readonly rhs?: TreeNode;
  readonly expression?: TreeNode;
  readonly expressions?: readonly TreeNode[];
  readonly arguments?: readonly TreeNode[];
  readonly procedure?: TreeNode;
  readonly signature?: unknown;
  /** `[]` behind it. */
  readonly keepArray?: boolean;
  readonly body?: TreeNode;
  readonly condition?: TreeNode;
  readonly then?: TreeNode;
  readonly else?: TreeNode;
  readonly pattern?: TreeNode;
  readonly update?: TreeNode;
  readonly delete?: TreeNode;
}

export interface Filter {
  readonly type: string;
  readonly expr?: TreeNode;
  readonly value?: unknown;
}

const isPairs = (
  lhs: TreeNode | readonly (readonly [TreeNode, TreeNode])[],
): lhs is readonly (readonly [TreeNode, TreeNode])[] => Array.isArray(lhs);

/** Everything below a node that is evaluated with the node's own context, except for paths (see reads.ts). */
export function operandsOf(node: TreeNode): readonly TreeNode[] {
  const left = node.lhs === undefined ? [] : isPairs(node.lhs) ? node.lhs.flat() : [node.lhs];
  const others = [node.rhs, node.expression, node.procedure, node.body, node.condition, node.then, node.else];
  return [...left, ...(node.expressions ?? []), ...(node.arguments ?? []), ...others].filter(
    (operand) => operand !== undefined,
  );
}

/** Predicates and grouping: evaluated with the node's result as context. */
export function refinementsOf(node: TreeNode): readonly TreeNode[] {
  const filters = [...(node.stages ?? []), ...(node.predicate ?? [])].map((filter) => filter.expr);
  return [...filters, ...(node.group?.lhs.flat() ?? [])].filter((inner) => inner !== undefined);
}

/** Every node of the tree, this one first. */
export function* allNodes(node: TreeNode): Generator<TreeNode> {
  yield node;
  const transform = [node.pattern, node.update, node.delete].filter((part) => part !== undefined);
  const terms = (node.terms ?? []).map((term) => term.expression);
  for (const child of [
    ...operandsOf(node),
    ...refinementsOf(node),
    ...(node.steps ?? []),
    ...terms,
    ...transform,
  ]) {
    yield* allNodes(child);
  }
}
