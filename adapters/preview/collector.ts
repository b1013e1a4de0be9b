import type { Expression } from '../../engine/domain/expression.ts';
import type { Observer, SeenEvaluation, SeenField } from '../../engine/domain/observation.ts';

/** A field that was filled, with the evaluations that led to it. */
export interface FilledField {
  readonly seen: SeenField;
  readonly evaluation: SeenEvaluation | null;
}

/** Keeps what it is told, so that it can be asked for by expression and by rule. */
export class Collector implements Observer {
  readonly #evaluations = new Map<Expression, SeenEvaluation[]>();
  readonly #filled: FilledField[] = [];

  evaluated(seen: SeenEvaluation): void {
    const all = this.#evaluations.get(seen.expression);
    if (all === undefined) this.#evaluations.set(seen.expression, [seen]);
    else all.push(seen);
  }

  filled(seen: SeenField): void {
    this.#filled.push({ seen, evaluation: this.last(seen.rule.value) });
  }

  /** The newest evaluation of an expression. */
  last(expression: Expression): SeenEvaluation | null {
    return this.#evaluations.get(expression)?.at(-1) ?? null;
  }

  all(expression: Expression): readonly SeenEvaluation[] {
    return this.#evaluations.get(expression) ?? [];
  }

  fields(): readonly FilledField[] {
    return this.#filled;
  }
}
