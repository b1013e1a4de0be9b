import type { Program } from '../../domain/program.ts';
import type { ProgramText } from './program-text.ts';

/** What is read of one input, as a tree of names: a path that several expressions read is read once. */
interface Reading {
  /** The variable that has what stands here; null: nobody asks for it. */
  variable: string | null;
  readonly path: readonly string[];
  readonly members: Map<string, Reading>;
}

/** Where an input of a program comes from. */
export interface Input {
  /** JavaScript for the object that is read, which may have nulls where the expressions see nothing. */
  readonly object: string;
  /** JavaScript for members that it does not have, or that come before its own, by their names. */
  readonly besides: Readonly<Record<string, string>>;
  /** JavaScript for the input as expressions see it: read where something else than a plain value stands. */
  readonly whole: string;
}

/** The part of a program that reads one input: its expressions use variables, which `statements` declare and fill. */
export class Readings implements Program {
  readonly #program: ProgramText;
  readonly #input: Input;
  readonly #root: Reading = { variable: null, path: [], members: new Map() };

  constructor(program: ProgramText, input: Input) {
    this.#program = program;
    this.#input = input;
  }

  constant(value: unknown): string {
    return this.#program.constant(value);
  }

  temporary(): string {
    return this.#program.temporary();
  }

  path(names: readonly string[]): string {
    let at = this.#root;
    for (const name of names) {
      let next = at.members.get(name);
      if (next === undefined) {
        next = { variable: null, path: [...at.path, name], members: new Map() };
        at.members.set(name, next);
      }
      at = next;
    }
    return (at.variable ??= this.#program.temporary());
  }

  /** Fills the variables of all paths that were asked for until now. */
  statements(): string {
    const { object, besides } = this.#input;
    const texts = [...this.#root.members].map(([name, reading]) =>
      this.#read(
        Object.hasOwn(besides, name) ? (besides[name] ?? '') : `${object}[${JSON.stringify(name)}]`,
        reading,
      ),
    );
    return texts.join('');
  }

  /** What is no plain value is read from the whole input, as expressions read it. */
  #read(source: string, reading: Reading): string {
    const { variable, members } = reading;
    const value = this.#program.temporary();
    const own =
      variable === null
        ? ''
        : `${variable}=typeof ${value}!=='object'?${value}:${value}===null?undefined:${this.#slowly(reading)};`;
    if (members.size === 0) return `${value}=${source};${own}`;
    const below = [...members].map(([name, member]) =>
      this.#read(`${value}[${JSON.stringify(name)}]`, member),
    );
    return (
      `${value}=${source};${own}` +
      `if(typeof ${value}!=='object'||${value}===null){${this.#each(reading, () => 'undefined')}}` +
      `else if(Array.isArray(${value})){${this.#each(reading, (member) => this.#slowly(member))}}` +
      `else{${below.join('')}}`
    );
  }

  /** Fills the variables below. */
  #each({ members }: Reading, textOf: (member: Reading) => string): string {
    return [...members.values()]
      .map((member) => {
        const own = member.variable === null ? '' : `${member.variable}=${textOf(member)};`;
        return own + this.#each(member, textOf);
      })
      .join('');
  }

  #slowly({ path }: Reading): string {
    return `readThrough(${this.#input.whole},${this.#program.constant(path)})`;
  }
}
