import type { Branch } from '../../domain/expression.ts';
import type { Choice } from './branches.ts';
import type { Part } from './parts.ts';
import { allNodes, type TreeNode } from '../../jsonata/tree.ts';

/** The nodes of one syntax tree that decide a choice: what is asked, and what is evaluated if that holds. */
export type Deciders = ReadonlyMap<TreeNode, readonly ['asked' | 'held', Choice]>;

/** By identity, not by position: `??` and `?:` have a clone of their left side as their condition. */
export function decidersIn(tree: TreeNode, choices: readonly Choice[]): Deciders {
  const deciders = new Map<TreeNode, readonly ['asked' | 'held', Choice]>();
  for (const node of allNodes(tree)) {
    const choice = choices.find(({ position }) => position === node.position);
    if (node.type !== 'condition' || choice === undefined) continue;
    if (node.condition !== undefined) deciders.set(node.condition, ['asked', choice]);
    if (node.then !== undefined) deciders.set(node.then, ['held', choice]);
  }
  return deciders;
}

/** What one evaluation came across: results by position, the last one each, and how often each choice went how. */
export class Trace {
  readonly #deciders: Deciders;
  readonly #results = new Map<number, unknown>();
  readonly #yielded = new Set<number>();
  readonly #counts = new Map<Choice, { asked: number; held: number }>();

  constructor(deciders: Deciders) {
    this.#deciders = deciders;
  }

  /** The library begins to evaluate a node. */
  entered(node: TreeNode): void {
    const decider = this.#deciders.get(node);
    if (decider?.[0] === 'held') this.#countsOf(decider[1]).held++;
  }

  /** The library has evaluated a node. */
  left(node: TreeNode, result: unknown): void {
    const decider = this.#deciders.get(node);
    if (decider?.[0] === 'asked') this.#countsOf(decider[1]).asked++;
    const key = nodeKey(node);
    if (key === null) return;
    const value = unwrapped(node, result);
    this.#results.set(key, value);
    if (!isNothing(value)) this.#yielded.add(key);
  }

  taken(choices: readonly Choice[]): readonly Branch[] {
    return choices.flatMap((choice) => {
      const { asked, held } = this.#countsOf(choice);
      const [first, second] = choice.sides;
      return [...(held > 0 ? [first] : []), ...(asked > held ? [second] : [])];
    });
  }

  wasEvaluated(part: Part): boolean {
    return this.#results.has(partKey(part));
  }

  resultOf(part: Part): unknown {
    return this.#results.get(partKey(part));
  }

  /** It was evaluated, and came to nothing. */
  isMissing(part: Part): boolean {
    return this.wasEvaluated(part) && isNothing(this.resultOf(part));
  }

  wasStepped(position: number): boolean {
    return this.#results.has(position);
  }

  /** The step of a path yielded something for at least one of the values before it. */
  hasYielded(position: number): boolean {
    return this.#yielded.has(position);
  }

  #countsOf(choice: Choice): { asked: number; held: number } {
    const counts = this.#counts.get(choice) ?? { asked: 0, held: 0 };
    this.#counts.set(choice, counts);
    return counts;
  }
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** Each word belongs to one node, but the first step of a path also stands for the path: that one is negative. */
function nodeKey(node: TreeNode): number | null {
  if (node.type !== 'path') return node.position ?? null;
  const first = node.steps?.find(({ position }) => position !== undefined);
  return first?.position === undefined ? null : -first.position;
}

const partKey = ({ kind, position }: Part): number => (kind === 'path' ? -position : position);

/** The library shows its sequences before it takes single values out of them. */
function unwrapped(node: TreeNode, result: unknown): unknown {
  if (!Array.isArray(result) || !('sequence' in result) || 'tupleStream' in result) return result;
  if (result.length === 0) return undefined;
  const keeps = node.keepArray === true || 'keepSingleton' in result;
  return result.length === 1 && !keeps ? (result[0] as unknown) : result;
}
