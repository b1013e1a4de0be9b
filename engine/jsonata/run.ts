import type { Frame } from './frame.ts';

/** A part of an expression, compiled: evaluates it in a context. Throws what JSONata throws. */
export type Run = (input: unknown, frame: Frame) => unknown;
