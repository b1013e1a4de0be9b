/** JavaScript for an expression, or a part of one. */
export interface Code {
  /** An expression of JavaScript. It has no effect, and throws where it cannot say what the value is. */
  readonly text: string;
  /** `any` may be nothing (undefined), or anything that JSON is. */
  readonly type: 'boolean' | 'text' | 'any';
}

/** A program of one input, or of several, while it is being written: what its parts ask of it. */
export interface Program {
  /** Stands for a value that is not to be written out. */
  constant(value: unknown): string;
  /** A name for a value on the way. */
  temporary(): string;
  /** Stands for what is at a path of names in the input. */
  path(names: readonly string[]): string;
}
