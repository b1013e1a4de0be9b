import type { Evaluation } from '../../domain/expression.ts';
import { EXPRESSION_DEPTH_MAX, EXPRESSION_SEQUENCE_MAX, EXPRESSION_SIZE_MAX } from '../../domain/limits.ts';
import { BoundReached } from '../../jsonata/failure.ts';
import { tooLarge } from '../../jsonata/meter.ts';

/** What stops an evaluation besides the errors of JSONata: a bound, or what a function of the project's own refuses. */
export { BoundReached as ExpressionFailure };

const TOO_LONG = `a list in it has more than ${EXPRESSION_SEQUENCE_MAX} values; take a part of it`;
const TOO_DEEP = `it goes more than ${EXPRESSION_DEPTH_MAX} levels deep; does a function call itself for ever?`;

/** Bounds that JSONata has codes for. */
const BOUNDS: ReadonlyMap<string, string> = new Map([
  ['D1011', TOO_DEEP],
  ['D2014', TOO_LONG],
  ['D2015', TOO_LONG],
]);

/** What was thrown: by the evaluation, by this project or by the platform. */
export function failureOf(error: unknown): Evaluation {
  if (error instanceof RangeError) {
    // The platform's word for a text, or a list, that it could not make, and for a stack that is full.
    if (error.message.startsWith('Invalid')) return failureOf(tooLarge(EXPRESSION_SIZE_MAX));
    if (error.message.includes('call stack')) return { kind: 'failed', code: 'D1011', reason: TOO_DEEP };
  }
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const known = typeof code === 'string' ? code : 'broken';
  const said = typeof message === 'string' ? message : 'The expression broke without saying why.';
  return { kind: 'failed', code: known, reason: BOUNDS.get(known) ?? said };
}
