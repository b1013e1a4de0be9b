import type { Frame } from './frame.ts';
import type { Mark } from './meter.ts';
import type { Run } from './run.ts';
import { plainCheck, type Signature } from './signature.ts';

/** A function written in an expression, with what was around it; also what partial application makes. */
export interface Lambda {
  readonly kind: 'lambda';
  readonly parameters: readonly string[];
  readonly signature: Signature | undefined;
  readonly body: Run;
  readonly input: unknown;
  readonly frame: Frame;
  mark: Mark | undefined;
}

/** A function of the language. */
export interface Native {
  readonly kind: 'native';
  readonly name: string;
  /** As the library's own is written: how many arguments it is given, and which of them partial application names. */
  readonly parameters: readonly string[];
  readonly arity: number;
  readonly signature: Signature | undefined;
  /** Whether arguments need no completing. */
  readonly isPlain: ((given: readonly unknown[]) => boolean) | null;
  /** `around` is where it is called; null within a partial application. */
  readonly implementation: (given: readonly unknown[], around: Around) => unknown;
}

export interface Around {
  readonly input: unknown;
  readonly frame: Frame;
}

/** An argument that is a function is handed on so that it does not take the context for a missing argument. */
interface Wrapped {
  readonly kind: 'wrapped';
  readonly inner: unknown;
}

export type Callee = Lambda | Native | Wrapped;

const CALLEE = Symbol('callee');

export interface Callable {
  (...given: unknown[]): unknown;
  arity: number;
  [CALLEE]: Callee;
}

export function callable(callee: Callee, arity: number, call: (...given: unknown[]) => unknown): Callable {
  return Object.assign(call, { arity, [CALLEE]: callee });
}

/** Undefined for a function that was handed in. */
export const calleeOf = (value: unknown): Callee | undefined =>
  typeof value === 'function' ? (value as Partial<Callable>)[CALLEE] : undefined;

/** How many arguments a function takes. */
export const arityOf = (value: (...given: unknown[]) => unknown): number => {
  const { arity } = value as Partial<Callable>;
  return typeof arity === 'number' ? arity : value.length;
};

export const native = (
  name: string,
  parameters: readonly string[],
  signature: Signature | undefined,
  implementation: Native['implementation'],
): Native => ({
  kind: 'native',
  name,
  parameters,
  arity: parameters.filter((parameter) => parameter !== '' && !parameter.includes('=')).length,
  signature,
  isPlain: signature === undefined ? null : plainCheck(signature),
  implementation,
});

/** A call at the end of a function: made once that is done, so that recursion need not grow the stack. */
export class Thunk {
  readonly call: ThunkCall;
  readonly input: unknown;
  readonly frame: Frame;

  constructor(call: ThunkCall, input: unknown, frame: Frame) {
    this.call = call;
    this.input = input;
    this.frame = frame;
  }
}

export interface ThunkCall {
  readonly procedure: Run;
  readonly given: readonly Run[];
  /** Null: the function keeps the name it was called by before. */
  readonly token: unknown;
  readonly position: number | undefined;
  /** How far below its function it stands. */
  readonly levels: number;
}
