/** The variables of a block, a call, a tuple or a whole evaluation, within those around it. */
export class Frame {
  readonly #outer: Frame | null;
  #variables: Record<string, unknown> | null;

  constructor(outer: Frame | null, variables: Record<string, unknown> | null = null) {
    this.#outer = outer;
    this.#variables = variables;
  }

  bind(name: string, value: unknown): void {
    this.#variables ??= Object.create(null) as Record<string, unknown>;
    this.#variables[name] = value;
  }

  lookup(name: string): unknown {
    const variables = this.#variables;
    if (variables !== null && Object.hasOwn(variables, name)) return variables[name];
    return this.#outer?.lookup(name);
  }
}

/** A value on its way through a path, with the names bound on the way; the value itself is at `@`. */
export type Tuple = Record<string, unknown>;

export const frameOf = (outer: Frame, tuple: Tuple): Frame =>
  new Frame(outer, Object.assign(Object.create(null) as Record<string, unknown>, tuple));
