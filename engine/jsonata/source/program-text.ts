import { HELPERS, INLINE } from './helpers.ts';

/** What every program has: constants beside its text, and names for values on the way. */
export class ProgramText {
  readonly #constants: unknown[] = [];
  readonly #helpers: Readonly<Record<string, unknown>>;
  #temporaries = 0;

  /** `besides`: what it may call by name, besides what expressions call. Default: nothing. */
  constructor(besides: Readonly<Record<string, unknown>> = {}) {
    this.#helpers = { ...HELPERS, ...besides };
  }

  constant(value: unknown): string {
    this.#constants.push(value);
    return `k${this.#constants.length - 1}`;
  }

  temporary(): string {
    return `t${this.#temporaries++}`;
  }

  /**
   * The program as a function with these parameters. Nothing that anybody has written gets into its text but through
   * JSON.stringify: whoever writes `body` holds to that.
   */
  compile(
    parameters: readonly string[],
    body: string,
  ): { readonly source: string; readonly run: (...given: never[]) => unknown } {
    const constants = this.#constants.map((_, index) => `k${index}`);
    const names = Array.from({ length: this.#temporaries }, (_, index) => `t${index}`);
    const source =
      `'use strict';const {${Object.keys(this.#helpers).join()}}=h;` +
      (constants.length === 0 ? '' : `const [${constants.join()}]=k;`) +
      `return (${parameters.join()}) => {` +
      (names.length === 0 ? '' : `let ${names.join()};`) +
      `${body}};`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as said above
    const run = new Function('h', 'f', 'o', 'k', source)(
      this.#helpers,
      INLINE,
      OPERATORS,
      this.#constants,
    ) as (...given: never[]) => unknown;
    return { source, run };
  }
}

const OPERATORS = Object.fromEntries(
  [...HELPERS.operators].map(([symbol, operator]) => [String(symbol), operator]),
);
