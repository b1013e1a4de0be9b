import type { FieldRule } from '../../engine/domain/contract.ts';
import type { Expression } from '../../engine/domain/expression.ts';
import type { Observer, SeenEvaluation, SeenField } from '../../engine/domain/observation.ts';
import type { Place } from '../../engine/domain/place.ts';

/** What names a rule or an expression: two never begin at the same place. */
export const placeKey = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** Keeps what it was told last of each rule and expression. */
export class Recorder implements Observer {
  readonly #evaluations = new Map<string, SeenEvaluation>();
  readonly #fields = new Map<string, SeenField>();

  evaluated(seen: SeenEvaluation): void {
    this.#evaluations.set(placeKey(seen.expression.place), seen);
  }

  filled(seen: SeenField): void {
    this.#fields.set(fieldKey(seen.rule), seen);
  }

  /** Null: it was not evaluated. */
  evaluation(expression: Expression): SeenEvaluation | null {
    return this.#evaluations.get(placeKey(expression.place)) ?? null;
  }

  field(rule: FieldRule): SeenField | null {
    return this.#fields.get(fieldKey(rule)) ?? null;
  }
}

/** A rule that stands in several places by an alias fills another field in each. */
export const fieldKey = ({ place, field }: FieldRule): string => `${placeKey(place)} ${field}`;
