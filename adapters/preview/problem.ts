import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import { diagnosticDocument } from '../terminal/check-json.ts';
import type { Mistake } from './situation.ts';

/** Why a request was not answered. The same words for programs (`code`) whatever the message says. */
export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  /** What is wrong. */
  readonly message: string;
  /** What helps. */
  readonly help: string;
  /** Everything that is wrong with the situation or its names. */
  readonly mistakes?: readonly Mistake[];
  /** What is wrong with the rules. */
  readonly diagnostics?: readonly Diagnostic[];
}

export const PROBLEM_CODES = [
  'malformed-json',
  'invalid-request',
  'too-large',
  'too-deep',
  'unsupported-media-type',
  'not-found',
  'unknown-contract',
  'unknown-ticket',
  'rules-have-errors',
  'settings-missing',
  'database-unusable',
  'unauthorized',
  'forbidden-host',
  'forbidden-origin',
  'busy',
  'took-too-long',
  'evaluation-ended',
  'broken',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What helps whoever wrote a request wrongly. */
export const HELP_REQUEST = 'The page /docs shows what a request looks like, with examples.';

/** Thrown where a request is handled; becomes its answer. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The body of the answer. */
export const problemBody = ({ code, message, help, mistakes, diagnostics }: Problem): object => ({
  code,
  message,
  help,
  ...(mistakes === undefined ? {} : { mistakes }),
  ...(diagnostics === undefined ? {} : { diagnostics: diagnostics.map(diagnosticDocument) }),
});
