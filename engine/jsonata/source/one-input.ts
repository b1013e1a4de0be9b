import type { Program } from '../../domain/program.ts';
import { ProgramText } from './program-text.ts';

/** A program of one input, `i`: each path is read where it stands. */
export class OneInput implements Program {
  readonly #text = new ProgramText();

  constant(value: unknown): string {
    return this.#text.constant(value);
  }

  temporary(): string {
    return this.#text.temporary();
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

  compile(expression: string): { readonly source: string; readonly run: (input: object) => unknown } {
    const { source, run } = this.#text.compile(['i'], `return ${expression};`);
    return { source, run: run as (input: object) => unknown };
  }
}
