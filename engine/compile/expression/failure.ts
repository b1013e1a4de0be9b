import type { Evaluation } from '../../domain/expression.ts';
import {
  EXPRESSION_DEPTH_MAX,
  EXPRESSION_MS_MAX,
  EXPRESSION_SEQUENCE_MAX,
  EXPRESSION_SIZE_MAX,
} from '../../domain/limits.ts';

/** What stops an evaluation, in the shape of the library's own errors. */
export class ExpressionFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const tooLarge = (): ExpressionFailure =>
  new ExpressionFailure(
    'size',
    `a value in it has more than ${EXPRESSION_SIZE_MAX} characters and values; take a part of it, for example with $substring`,
  );

const TOO_LONG = `a list in it has more than ${EXPRESSION_SEQUENCE_MAX} values; take a part of it`;

/** The bounds that the library keeps itself, by the codes of its errors. */
const BOUNDS: ReadonlyMap<string, string> = new Map([
  ['D1011', `it goes more than ${EXPRESSION_DEPTH_MAX} levels deep; does a function call itself for ever?`],
  ['D1012', `it took more than ${EXPRESSION_MS_MAX} ms; let it do less, or look at fewer values`],
  ['D2014', TOO_LONG],
  ['D2015', TOO_LONG],
]);

/** What was thrown, by the library (plain objects with a code and a message), by this project or by the platform. */
export function failureOf(error: unknown): Evaluation {
  // The platform's word for a text, or a list, that it could not make.
  if (error instanceof RangeError && error.message.startsWith('Invalid')) return failureOf(tooLarge());
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const known = typeof code === 'string' ? code : 'broken';
  const said = typeof message === 'string' ? message : 'The expression broke without saying why.';
  return { kind: 'failed', code: known, reason: BOUNDS.get(known) ?? said };
}
