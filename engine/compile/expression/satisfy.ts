import type { Condition, Statement, ValueSet } from './conditions.ts';
import type { Literal } from './parse.ts';

/** Cases and statements that are looked at; a condition with more of them is taken to be possible. */
const CASES_MAX = 64;
const STATEMENTS_MAX = 32;

/** One way for a condition to hold: what is said of each term. */
type Case = ReadonlyMap<string, Statement>;

/** The ways for a condition to hold, or why there is none; `unknown`: too many to tell. */
export type Cases =
  | { readonly kind: 'known'; readonly cases: readonly Case[]; readonly conflict: Statement | null }
  | { readonly kind: 'unknown' };

/** What remains of a statement's values once those are taken out that its term never has. */
export type Domain = (statement: Statement) => ValueSet;

/** The ways in which a condition can hold. `conflict` is a statement that contradicts another, if there is none. */
export function casesOf(condition: Condition, domain: Domain): Cases {
  return countStatements(condition) > STATEMENTS_MAX ? { kind: 'unknown' } : split(condition, domain);
}

const countStatements = (condition: Condition): number =>
  condition.kind === 'statement'
    ? 1
    : condition.parts.reduce((count, part) => count + countStatements(part), 0);

function split(condition: Condition, domain: Domain): Cases {
  if (condition.kind === 'statement') {
    const set = domain(condition);
    if (isEmpty(set)) return { kind: 'known', cases: [], conflict: condition };
    return { kind: 'known', cases: [new Map([[condition.term, { ...condition, set }]])], conflict: null };
  }
  const start: Cases = {
    kind: 'known',
    cases: condition.kind === 'all' ? [new Map()] : [],
    conflict: null,
  };
  return condition.parts.reduce<Cases>((found, part) => {
    if (found.kind === 'unknown') return found;
    const more = split(part, domain);
    if (more.kind === 'unknown') return more;
    if (condition.kind === 'all') return bothOf(found, more);
    const cases = [...found.cases, ...more.cases];
    const conflict = found.conflict ?? more.conflict;
    return cases.length > CASES_MAX ? { kind: 'unknown' } : { kind: 'known', cases, conflict };
  }, start);
}

/** The cases in which both hold. */
function bothOf(one: Cases, other: Cases): Cases {
  if (one.kind === 'unknown' || other.kind === 'unknown') return { kind: 'unknown' };
  if (one.cases.length * other.cases.length > CASES_MAX) return { kind: 'unknown' };
  const cases: Case[] = [];
  let conflict = one.conflict ?? other.conflict;
  for (const left of one.cases) {
    for (const right of other.cases) {
      const joined = join(left, right);
      if (joined instanceof Map) cases.push(joined);
      else conflict ??= joined;
    }
  }
  return { kind: 'known', cases, conflict };
}

export const isImpossible = (cases: Cases): boolean => cases.kind === 'known' && cases.cases.length === 0;

/** Do two conditions certainly exclude each other: does every case of the one contradict every case of the other? */
export function exclude(one: Cases, other: Cases): boolean {
  if (one.kind === 'unknown' || other.kind === 'unknown') return false;
  if (one.cases.length * other.cases.length > CASES_MAX) return false;
  return one.cases.every((left) => other.cases.every((right) => contradict(left, right)));
}

const contradict = (left: Case, right: Case): boolean =>
  [...right].some(([term, { set }]) => {
    const known = left.get(term);
    return known !== undefined && isEmpty(intersection(known.set, set));
  });

/** Both at once, or the statement that contradicts the other case. */
function join(left: Case, right: Case): Map<string, Statement> | Statement {
  const joined = new Map(left);
  for (const [term, statement] of right) {
    const known = joined.get(term);
    const set = known === undefined ? statement.set : intersection(known.set, statement.set);
    if (isEmpty(set)) return statement;
    joined.set(term, { ...statement, set });
  }
  return joined;
}

function intersection(one: ValueSet, other: ValueSet): ValueSet {
  const nothing = one.nothing && other.nothing;
  if (one.inverted && other.inverted) {
    return { inverted: true, values: new Set([...one.values, ...other.values]), nothing };
  }
  const [finite, filter] = one.inverted ? [other, one] : [one, other];
  const isIn = (value: Literal): boolean => filter.values.has(value) !== filter.inverted;
  return { inverted: false, values: new Set([...finite.values].filter(isIn)), nothing };
}

const isEmpty = (set: ValueSet): boolean => !set.inverted && set.values.size === 0 && !set.nothing;
