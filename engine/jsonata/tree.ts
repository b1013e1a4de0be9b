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
  readonly group?: { readonly lhs: Pairs; readonly position?: number };
  /** `@$name` on a step: the context stays what it was. */
  readonly focus?: string;
  /** `#$name` on a step. */
  readonly index?: string;
  /** Its values go on as tuples, with the names bound on the way. */
  readonly tuple?: boolean;
  /** What `%` asks for: the value that a step was taken from goes by this label. */
  readonly ancestor?: Slot;
  readonly slot?: Slot;
  readonly terms?: readonly SortTerm[];
  /** Pairs in an object constructor, a node elsewhere. */
  readonly lhs?: TreeNode | Pairs;
  readonly rhs?: TreeNode;
  readonly expression?: TreeNode;
  readonly expressions?: readonly TreeNode[];
  readonly arguments?: readonly TreeNode[];
  readonly procedure?: TreeNode;
  readonly signature?: unknown;
  /** Of a lambda: it stands for a call that is made once the function around it is done. */
  readonly thunk?: boolean;
  /** `[]` behind it; of a path, behind one of its steps. */
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
  /** A list written at the beginning or end of a path, which stays one value. */
  readonly consarray?: boolean;
  readonly body?: TreeNode;
  readonly condition?: TreeNode;
  readonly then?: TreeNode;
  readonly else?: TreeNode;
  readonly pattern?: TreeNode;
  readonly update?: TreeNode;
  readonly delete?: TreeNode;
}

export type Pairs = readonly (readonly [TreeNode, TreeNode])[];

export interface Slot {
  readonly label: string;
}

export interface SortTerm {
  readonly expression: TreeNode;
  readonly descending: boolean;
}

export interface Filter {
  readonly type: string;
  readonly expr?: TreeNode;
  readonly value?: unknown;
}

export const isPairs = (lhs: TreeNode | Pairs): lhs is Pairs => Array.isArray(lhs);

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
