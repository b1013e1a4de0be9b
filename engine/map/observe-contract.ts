import type { AppendRule, Changes, Contract, FieldRule } from '../domain/contract.ts';
import type { Expression } from '../domain/expression.ts';
import type { Observer } from '../domain/observation.ts';

/**
 * The same contract, whose every evaluation and every filled field is reported to the observer. What is reported are
 * the expressions and rules of the contract handed in, so that they can be told apart by identity.
 *
 * It decides as the contract itself does, and is slower: each expression is explained.
 */
export function observeContract(contract: Contract, observer: Observer): Contract {
  const { outbound, inbound, changes, errors } = contract;

  const expression = (observed: Expression): Expression => ({
    source: observed.source,
    place: observed.place,
    reads: observed.reads,
    branches: observed.branches,
    yieldsAlways: observed.yieldsAlways,
    get way() {
      return observed.way;
    },
    words: (as) => observed.words(as),
    evaluate: (input, now) => {
      const explanation = observed.explain(input, now);
      observer.evaluated({ expression: observed, input, explanation });
      return explanation.evaluation;
    },
    written: () => null,
    explain: (input, now) => observed.explain(input, now),
  });
  const when = <R extends { readonly when: Expression }>(rule: R): R => ({
    ...rule,
    when: expression(rule.when),
  });
  const append = (line: AppendRule): AppendRule => ({ ...line, value: expression(line.value) });
  const field = (rule: FieldRule): FieldRule => ({
    ...rule,
    value: expression(rule.value),
    append: rule.append.map(append),
    observe: {
      filled: (seen) => observer.filled({ ...seen, rule }),
      limited: (by) => observer.limited?.(rule, by),
    },
  });
  const fields = <Name>(rules: ReadonlyMap<Name, FieldRule>): ReadonlyMap<Name, FieldRule> =>
    new Map([...rules].map(([name, rule]) => [name, field(rule)]));

  return {
    ...contract,
    outbound: {
      ...outbound,
      triggers: outbound.triggers.map(when),
      ticketType: field(outbound.ticketType),
      fields: fields(outbound.fields),
      comments:
        outbound.comments === null
          ? null
          : { ...when(outbound.comments), fields: fields(outbound.comments.fields) },
      attachments: outbound.attachments === null ? null : when(outbound.attachments),
      keptInternal: outbound.keptInternal === null ? null : when(outbound.keptInternal),
    },
    inbound: {
      ...inbound,
      outOfScope: inbound.outOfScope.map(when),
      fields: fields(inbound.fields),
      create: fields(inbound.create),
      comments: inbound.comments === null ? null : fields(inbound.comments),
      attachments:
        inbound.attachments === null
          ? null
          : { ...inbound.attachments, fields: fields(inbound.attachments.fields) },
    },
    changes: changes === null ? null : observed(changes),
    errors: errors.map(when),
  };

  function observed(rules: Changes): Changes {
    const { comments, attachments, sends, approvals } = rules;
    return {
      ...rules,
      fields: fields(rules.fields),
      create: fields(rules.create),
      cancelled: fields(rules.cancelled),
      closed: fields(rules.closed),
      comments: comments === null ? null : fields(comments),
      attachments: attachments === null ? null : { ...attachments, fields: fields(attachments.fields) },
      sends: sends === null ? null : { ...when(sends), fields: fields(sends.fields) },
      approvals:
        approvals === null
          ? null
          : {
              fields: fields(approvals.fields),
              decided: {
                ...when(approvals.decided),
                approve: expression(approvals.decided.approve),
                by: field(approvals.decided.by),
                comment: approvals.decided.comment === null ? null : field(approvals.decided.comment),
              },
            },
    };
  }
}
