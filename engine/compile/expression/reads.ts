import { argumentsWithoutContext } from './functions.ts';
import { operandsOf, refinementsOf, type TreeNode } from '../../jsonata/tree.ts';

/** A name that an expression reads from the top of its input, and the name below it, where both are certain. */
export interface RootName {
  readonly name: string;
  /** Offset just past the name. */
  readonly position: number;
  readonly below: { readonly name: string; readonly position: number } | null;
}

export interface Reads {
  readonly names: readonly RootName[];
  /** The input as a whole is looked at: by a wildcard, `$`, `$$`, `%`, `$lookup($, …)`, … */
  readonly everything: boolean;
}

/** Is the context of this part of the expression its whole input, or something found in it? */
type Context = 'input' | 'part';

/**
 * Finds what an expression reads from the top level of its input. Where the context is part of the input, or the
 * value of a variable, nothing new is read: to get there, its name was read before.
 */
export function readsOf(tree: TreeNode): Reads {
  const names: RootName[] = [];
  let everything = false;

  const visitAll = (nodes: readonly TreeNode[], context: Context): void => {
    for (const node of nodes) visit(node, context);
  };

  const visit = (node: TreeNode, context: Context): void => {
    switch (node.type) {
      case 'path':
        visitPath(node, context);
        return;
      case 'name':
        // Only ever a step of a path, where it is looked at; kept for safety.
        if (context === 'input')
          names.push({ name: String(node.value), position: node.position ?? 0, below: null });
        break;
      case 'wildcard':
      case 'descendant':
        if (context === 'input') everything = true;
        break;
      case 'parent':
        everything = true;
        break;
      case 'variable':
        if (isInput(node, context) || argumentsWithoutContext(String(node.value)) > 0) everything = true;
        break;
      case 'function':
      case 'partial':
        visitCall(node, context, 0);
        return;
      case 'apply':
        visitApply(node, context);
        return;
      case 'lambda':
        // A signature may hand the context to a parameter.
        if (node.signature !== undefined && context === 'input') everything = true;
        break;
      case 'transform':
        visitAll(
          [node.pattern, node.update, node.delete].filter((part) => part !== undefined),
          'part',
        );
        return;
      default:
    }
    visitAll(operandsOf(node), context);
    visitAll(refinementsOf(node), 'part');
  };

  const visitCall = (node: TreeNode, context: Context, argumentsBefore: number): void => {
    const callee = node.procedure;
    const given = (node.arguments ?? []).length + argumentsBefore;
    if (callee?.type === 'variable') {
      const needed = argumentsWithoutContext(String(callee.value));
      const takesContext = given < needed || (needed > 0 && node.type === 'partial');
      if ((takesContext && context === 'input') || standsForInput(callee, context)) everything = true;
      visitAll(refinementsOf(callee), 'part');
    } else if (callee !== undefined) visit(callee, context);
    visitAll(node.arguments ?? [], context);
    visitAll(refinementsOf(node), 'part');
  };

  /** `a ~> $f` and `a ~> $f(b)` put `a` before the other arguments. */
  const visitApply = (node: TreeNode, context: Context): void => {
    const right = node.rhs;
    visitAll(
      operandsOf(node).filter((operand) => operand !== right),
      context,
    );
    if (right?.type === 'function') visitCall(right, context, 1);
    else if (right !== undefined) visit(right, context);
    visitAll(refinementsOf(node), 'part');
  };

  const visitPath = (node: TreeNode, start: Context): void => {
    let context = start;
    const steps = node.steps ?? [];
    for (const [index, step] of steps.entries()) {
      const next = steps[index + 1];
      let result: Context = 'part';
      if (step.type === 'sort') {
        visitAll(
          (step.terms ?? []).map((term) => term.expression),
          context,
        );
        result = context;
      } else if (step.type === 'name') {
        if (context === 'input') names.push(rootName(step, next));
      } else if (standsForInput(step, context) && next !== undefined && next.type !== 'sort') {
        result = 'input';
      } else visit({ ...step, stages: [], predicate: [] }, context);
      const after = step.focus === undefined ? result : context;
      visitAll(refinementsOf(step), after);
      context = after;
    }
    visitAll(refinementsOf(node), context);
  };

  visit(tree, 'input');
  return { names, everything };
}

/** `$$` is always the input; `$` is where the context is. */
const isInput = (node: TreeNode, context: Context): boolean =>
  node.type === 'variable' && (node.value === '$' || (node.value === '' && context === 'input'));

/** The same, and not regrouped on the spot, so that the names behind it are names of the input. */
const standsForInput = (node: TreeNode, context: Context): boolean =>
  isInput(node, context) && node.group === undefined;

const rootName = (step: TreeNode, next: TreeNode | undefined): RootName => ({
  name: String(step.value),
  position: step.position ?? 0,
  below:
    next?.type === 'name' && step.focus === undefined
      ? { name: String(next.value), position: next.position ?? 0 }
      : null,
});
