import { literalList, literalValue, plainPath, type Literal } from './parse.ts';
import type { TreeNode } from '../../jsonata/tree.ts';

/**
 * When an expression holds, as `and` and `or` of statements about terms. What is not understood is a term of its own,
 * so that whatever is concluded is certain: the same part has the same value wherever it occurs.
 */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Condition[] }
  | ({ readonly kind: 'statement' } & Statement);

/** The term has one of these values. */
export interface Statement {
  /** Equal for equal parts of expressions. */
  readonly term: string;
  /** The names from the top of the input, if it is a path of plain names. */
  readonly path: readonly string[] | null;
  readonly set: ValueSet;
  /** Offset just past what was written of it last. */
  readonly end: number;
}

/** Values of a term: these, or (inverted) all but these; and whether it may be nothing. */
export interface ValueSet {
  readonly inverted: boolean;
  readonly values: ReadonlySet<Literal>;
  readonly nothing: boolean;
}

const FALSY: ReadonlySet<Literal> = new Set(['', 0, false, null]);
const TRUTHY: ValueSet = { inverted: true, values: FALSY, nothing: false };
const ALWAYS: Condition = { kind: 'all', parts: [] };
const NEVER: Condition = { kind: 'any', parts: [] };

/** When does the expression hold, as triggers and filters understand it? */
export function conditionOf(node: TreeNode): Condition {
  return holds(node);
}

function holds(node: TreeNode): Condition {
  const literal = literalValue(node);
  if (literal !== undefined) return FALSY.has(literal) ? NEVER : ALWAYS;
  if (isRefined(node)) return truthy(node);
  if (node.type === 'block' && node.expressions?.length === 1 && node.expressions[0] !== undefined) {
    return holds(node.expressions[0]);
  }
  if (node.type === 'condition' && node.condition !== undefined && node.then !== undefined) {
    const chosen = holds(node.condition);
    const otherwise = node.else === undefined ? NEVER : holds(node.else);
    return any([all([chosen, holds(node.then)]), all([negated(chosen), otherwise])]);
  }
  if (node.type === 'binary') return comparison(node) ?? truthy(node);
  if (node.type === 'function') return call(node) ?? truthy(node);
  return truthy(node);
}

function comparison(node: TreeNode): Condition | null {
  const { lhs, rhs } = node;
  if (!isNode(lhs) || rhs === undefined) return null;
  if (node.value === 'and') return all([holds(lhs), holds(rhs)]);
  if (node.value === 'or') return any([holds(lhs), holds(rhs)]);
  if (node.value === 'in') {
    const items = literalList(rhs);
    if (items === null || literalValue(lhs) !== undefined) return null;
    const values = items.map(literalValue).filter((value) => value !== undefined);
    return statement(lhs, { inverted: false, values: new Set(values), nothing: false }, rhs);
  }
  if (node.value !== '=' && node.value !== '!=') return null;
  const isTurned = literalValue(lhs) !== undefined;
  const term = isTurned ? rhs : lhs;
  const other = isTurned ? lhs : rhs;
  const value = literalValue(other);
  if (value === undefined || literalValue(term) !== undefined) return null;
  // A missing operand makes both = and != false.
  return statement(term, { inverted: node.value === '!=', values: new Set([value]), nothing: false }, rhs);
}

function call(node: TreeNode): Condition | null {
  const name = node.procedure?.type === 'variable' ? node.procedure.value : null;
  const [argument, ...more] = node.arguments ?? [];
  if (argument === undefined || more.length > 0) return null;
  if (name === 'boolean') return holds(argument);
  if (name === 'exists' && plainPath(argument) !== null) {
    return statement(argument, { inverted: true, values: new Set(), nothing: false }, argument);
  }
  if (name !== 'not') return null;
  // Of nothing, $not makes nothing; of a comparison it is the opposite.
  const isDecided =
    argument.type === 'binary' && ['and', 'or', '=', '!=', 'in'].includes(String(argument.value));
  if (isDecided && !isRefined(argument)) return negated(holds(argument));
  return plainPath(argument) === null
    ? null
    : statement(argument, { inverted: false, values: FALSY, nothing: false }, argument);
}

const truthy = (node: TreeNode): Condition => statement(node, TRUTHY, node);

function statement(node: TreeNode, set: ValueSet, last: TreeNode): Condition {
  const path = plainPath(node);
  const term = path === null ? JSON.stringify(node, withoutPositions) : `path ${JSON.stringify(path)}`;
  return { kind: 'statement', term, path, set, end: endOf(last) };
}

const withoutPositions = (key: string, value: unknown): unknown =>
  key === 'position' ? undefined : value instanceof RegExp ? String(value) : value;

/** The furthest position below a node. */
function endOf(node: TreeNode): number {
  const below = [...(node.steps ?? []), ...(node.expressions ?? []), ...(node.arguments ?? [])];
  const operands = [isNode(node.lhs) ? node.lhs : undefined, node.rhs].filter((part) => part !== undefined);
  return Math.max(node.position ?? 0, ...[...below, ...operands].map(endOf));
}

const isNode = (lhs: TreeNode['lhs']): lhs is TreeNode => lhs !== undefined && !Array.isArray(lhs);
const isRefined = (node: TreeNode): boolean => (node.predicate ?? []).length > 0 || node.group !== undefined;

const all = (parts: readonly Condition[]): Condition => ({ kind: 'all', parts });
const any = (parts: readonly Condition[]): Condition => ({ kind: 'any', parts });

/** Holds exactly where the condition does not. */
export function negated(condition: Condition): Condition {
  if (condition.kind === 'statement') {
    const { inverted, values, nothing } = condition.set;
    return { ...condition, set: { inverted: !inverted, values, nothing: !nothing } };
  }
  return { kind: condition.kind === 'all' ? 'any' : 'all', parts: condition.parts.map(negated) };
}
