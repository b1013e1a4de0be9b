import type { AppendRule, Changes, Contract, FieldRule } from '../domain/contract.ts';
import type { Evaluation, Explanation, Expression, Way } from '../domain/expression.ts';
import type { Instant } from '../domain/instant.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Limit, Observer, SeenEvaluation, SeenField } from '../domain/observation.ts';
import type { Phrase } from '../domain/phrase.ts';
import type { Place } from '../domain/place.ts';

/** A contract while somebody observes it. */
export interface ObservedContract {
  readonly contract: Contract;
  /** Nobody looks at it any more: it may be observed by somebody else. */
  end(): void;
}

/**
 * The same contract, whose every evaluation and every filled field is reported to the observer. What is reported are
 * the expressions and rules of the contract handed in, so that they can be told apart by identity.
 *
 * It decides as the contract itself does, and is slower: rule by rule. An evaluation is explained when somebody asks for it.
 */
export function observeContract(contract: Contract, observer: Observer): ObservedContract {
  const free = unobserved.get(contract) ?? [];
  unobserved.set(contract, free);
  const relay = free.pop() ?? new Relay(contract);
  relay.observer = observer;
  return {
    contract: relay.contract,
    end: () => {
      relay.observer = null;
      free.push(relay);
    },
  };
}

/** Those that have ended: to make one takes longer than most that it is made for. */
const unobserved = new WeakMap<Contract, Relay[]>();

/** Tells one observer after the other. */
class Relay implements Observer {
  observer: Observer | null = null;
  readonly contract: Contract;

  constructor(contract: Contract) {
    this.contract = reporting(contract, this);
  }

  evaluated(seen: SeenEvaluation): void {
    this.observer?.evaluated(seen);
  }

  filled(seen: SeenField): void {
    this.observer?.filled(seen);
  }

  limited(rule: FieldRule, by: Limit): void {
    this.observer?.limited?.(rule, by);
  }
}

function reporting(contract: Contract, observer: Required<Observer>): Contract {
  const { outbound, inbound, changes, errors } = contract;

  const expression = (observed: Expression): Expression => new ObservedExpression(observed, observer);
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
      limited: (by) => observer.limited(rule, by),
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

/** A class, because objects with their own functions take far longer to make. */
class ObservedExpression implements Expression {
  readonly source: string;
  readonly place: Place;
  readonly reads: Expression['reads'];
  readonly branches: Expression['branches'];
  readonly yieldsAlways: boolean;
  readonly #observed: Expression;
  readonly #observer: Observer;

  constructor(observed: Expression, observer: Observer) {
    this.source = observed.source;
    this.place = observed.place;
    this.reads = observed.reads;
    this.branches = observed.branches;
    this.yieldsAlways = observed.yieldsAlways;
    this.#observed = observed;
    this.#observer = observer;
  }

  get way(): Way {
    return this.#observed.way;
  }

  words(as: 'value' | 'condition'): Phrase {
    return this.#observed.words(as);
  }

  evaluate(input: JsonObject, now: Instant): Evaluation {
    this.#observer.evaluated(new Seen(this.#observed, input, now));
    return this.#observed.evaluate(input, now);
  }

  written(): null {
    return null;
  }

  explain(input: JsonObject, now: Instant): Explanation {
    return this.#observed.explain(input, now);
  }
}

/** An evaluation, explained when somebody asks for it. */
class Seen implements SeenEvaluation {
  readonly expression: Expression;
  readonly input: JsonObject;
  readonly #now: Instant;
  #explanation: Explanation | null = null;

  constructor(expression: Expression, input: JsonObject, now: Instant) {
    this.expression = expression;
    this.input = input;
    this.#now = now;
  }

  get explanation(): Explanation {
    return (this.#explanation ??= this.expression.explain(this.input, this.#now));
  }
}
