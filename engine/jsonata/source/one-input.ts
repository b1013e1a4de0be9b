import type { Program } from '../../domain/program.ts';
import { ProgramText } from './program-text.ts';

/** What a program of one input, `i`, reads: each path where it stands. Also of an item of a list, within another program. */
export class ReadInPlace implements Program {
  readonly #program: Pick<Program, 'constant' | 'temporary'>;

  constructor(program: Pick<Program, 'constant' | 'temporary'>) {
    this.#program = program;
  }

  constant(value: unknown): string {
    return this.#program.constant(value);
  }

  temporary(): string {
    return this.#program.temporary();
  }

  path(names: readonly string[]): string {
    const [first = '', ...rest] = names;
    return rest.length === 0 ? `i[${JSON.stringify(first)}]` : this.#longPath(first, rest);
  }

  /** `a.b.c`: once a list is met, it is read through to the end of the path. */
  #longPath(first: string, rest: readonly string[]): string {
    const value = this.temporary();
    const steps = (index: number): string => {
      const name = rest[index];
      if (name === undefined) return value;
      const list = `readThrough(${value},${this.constant(rest.slice(index))})`;
      return (
        `(typeof ${value}!=='object'||${value}===null?undefined:Array.isArray(${value})?${list}:` +
        `(${value}=${value}[${JSON.stringify(name)}],${steps(index + 1)}))`
      );
    };
    return `(${value}=i[${JSON.stringify(first)}],${steps(0)})`;
  }
}

/** A program of one input. */
export class OneInput extends ReadInPlace {
  readonly #text: ProgramText;

  constructor(text = new ProgramText()) {
    super(text);
    this.#text = text;
  }

  compile(expression: string): { readonly source: string; readonly run: (input: object) => unknown } {
    const { source, run } = this.#text.compile(['i'], `return ${expression};`);
    return { source, run: run as (input: object) => unknown };
  }
}
