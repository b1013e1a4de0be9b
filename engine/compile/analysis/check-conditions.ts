import { CODES } from '../codes.ts';
import { spotIn } from '../compile-expression-at.ts';
import { conditionOf, negated } from '../expression/conditions.ts';
import { casesOf, exclude, isImpossible, type Cases } from '../expression/satisfy.ts';
import type { Spot } from '../report.ts';
import type { Subject, WrittenCondition, WrittenExpression } from './subject.ts';
import { domainOf, type Terms } from './terms.ts';

/** Rules of one list that are compared with each other, each with all before it. */
const COMPARED_MAX = 300;

const WHAT: Readonly<Record<WrittenCondition['list'], string>> = {
  triggers: 'trigger',
  comments: 'condition on comments',
  attachments: 'condition on attachments',
  kept_internal: 'condition',
  out_of_scope: 'rule',
  errors: 'rule',
  changes: 'condition',
};

/** What follows if a condition always holds, where that cannot be meant. */
const ALWAYS: Readonly<Partial<Record<WrittenCondition['list'], string>>> = {
  out_of_scope: 'every message is dropped',
  kept_internal: 'no field is ever sent',
};

interface Judged {
  readonly condition: WrittenCondition;
  readonly cases: Cases;
  /** The cases in which it does not hold. */
  readonly not: Cases;
}

/** Conditions that never hold, that always hold where that cannot be meant, and rules hidden by an earlier one. */
export function checkConditions(
  subject: Subject,
  terms: Terms,
  toldOf: ReadonlySet<WrittenExpression>,
): void {
  const judged = subject.conditions.map((condition): Judged => {
    const holds = conditionOf(condition.tree);
    const domain = domainOf(terms, condition.input);
    return { condition, cases: casesOf(holds, domain), not: casesOf(negated(holds), domain) };
  });
  for (const { condition, cases, not } of judged) {
    if (isImpossible(cases) && !toldOf.has(condition)) tellNever(subject, condition, cases);
    const result = ALWAYS[condition.list];
    if (result === undefined || !isImpossible(not)) continue;
    const message = `This ${WHAT[condition.list]} always holds: ${result}.`;
    subject.report.add(CODES.alwaysHolds, condition.scalar, message, 'Say which are meant.');
  }
  for (const list of ['triggers', 'out_of_scope', 'errors'] as const) {
    const rules = judged.filter(({ condition }) => condition.list === list && !toldOf.has(condition));
    tellHidden(subject, rules.slice(0, COMPARED_MAX));
  }
}

function tellNever(subject: Subject, condition: WrittenCondition, cases: Cases): void {
  const conflict = cases.kind === 'known' ? cases.conflict : null;
  const spot = conflict === null ? condition.scalar : endSpot(condition, conflict.end);
  const because =
    conflict?.path == null ? '' : `: what is said of "${conflict.path.join('.')}" cannot all be true`;
  const message = `This ${WHAT[condition.list]} never holds${because}.`;
  subject.report.add(CODES.neverHolds, spot, message, 'Alternatives are joined with or; or delete it.');
}

/** The last character of the part that contradicts what stands before it. */
const endSpot = ({ scalar }: WrittenCondition, end: number): Spot => spotIn(scalar, Math.max(0, end - 1), 1);

function tellHidden(subject: Subject, rules: readonly Judged[]): void {
  for (const [index, later] of rules.entries()) {
    if (isImpossible(later.cases)) continue;
    const earlier = rules
      .slice(0, index)
      .find((rule) => !isImpossible(rule.cases) && exclude(later.cases, rule.not));
    if (earlier === undefined) continue;
    const { name, scalar } = earlier.condition;
    const message = `"${name ?? ''}" on line ${scalar.place.line} holds whenever this holds, and comes first.`;
    subject.report.add(
      CODES.hiddenRule,
      later.condition.scalar,
      message,
      'Put the narrower rule first, or delete it.',
    );
  }
}
