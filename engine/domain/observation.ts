import type { FieldRule, TableEntry } from './contract.ts';
import type { Explanation, Expression } from './expression.ts';
import type { Json, JsonObject } from './json.ts';

/** Is told how the rules of a contract come to their results: for previews, tests and their coverage. */
export interface Observer {
  evaluated(seen: SeenEvaluation): void;
  filled(seen: SeenField): void;
  /** The column, or the other side, does not take the value as it is: what the rule says of that was asked. */
  limited?(rule: FieldRule, by: Limit): void;
}

/** The keys by which a field's rule says what becomes of what the other side, or the column, does not take. */
export type Limit = 'too_long' | 'unstorable_characters' | 'unstorable_date';

/** The same of one field. */
export interface FieldObserver {
  filled(seen: SeenField): void;
  limited(by: Limit): void;
}

/** An expression was evaluated. */
export interface SeenEvaluation {
  readonly expression: Expression;
  readonly input: JsonObject;
  /** Made when it is first asked for: the same evaluation, watched. */
  readonly explanation: Explanation;
}

/** A field got its value, or could not. */
export interface SeenField {
  readonly rule: FieldRule;
  /** What the value comes from; `left-out`: nothing, and the rule is optional; `fault`: nothing, and it is not. */
  readonly from: 'expression' | 'entry' | 'otherwise' | 'default' | 'left-out' | 'fault';
  /** The table's entry, where the value comes from one. */
  readonly entry: TableEntry | null;
  /** The field's value (without what is appended); null where it has none. */
  readonly value: Json | null;
}
