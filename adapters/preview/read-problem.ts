import type { FastifyError } from 'fastify';
import type { ErrorObject } from 'ajv';
import { suggestion } from '../../engine/compile/yaml/did-you-mean.ts';
import { DatabaseUnavailable } from '../../engine/runtime/ports.ts';
import { DatabaseMisconfigured } from '../database/errors.ts';
import { mistakeOf, mistakeText } from './check-situation.ts';
import { REQUEST_BYTES_MAX } from './limits.ts';
import { HELP_REQUEST, RequestProblem, type Problem } from './problem.ts';
import { REQUEST_KEYS } from './request-schema.ts';

/** What went wrong with a request, for who sent it. Null: it is a fault of ours. */
export function readProblem(error: unknown): Problem | null {
  if (error instanceof RequestProblem) return error.problem;
  if (error instanceof DatabaseUnavailable || error instanceof DatabaseMisconfigured) {
    return {
      status: 503,
      code: 'database-unusable',
      message: error.message,
      help: 'The database of itsm.yaml (database.connection) must be reachable from where the server runs.',
    };
  }
  return error instanceof Error ? problemOfFastify(error as FastifyError) : null;
}

function problemOfFastify(error: FastifyError): Problem | null {
  const [fault] = (error.validation ?? []) as readonly ErrorObject[];
  if (fault !== undefined) {
    const mistake = mistakeOf(fault, REQUEST_KEYS);
    const message = `The request is not as it should be: ${mistakeText(mistake)}.`;
    return { status: 400, code: 'invalid-request', message, help: HELP_REQUEST, mistakes: [mistake] };
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return {
        status: 413,
        code: 'too-large',
        message: `The body is larger than ${REQUEST_BYTES_MAX} bytes.`,
        help: 'Send less: one ticket, and only the rule files that differ from those on disk.',
      };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return {
        status: 415,
        code: 'unsupported-media-type',
        message: 'The body must be JSON.',
        help: 'Send the header content-type: application/json.',
      };
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? malformed(error.message)
        : null;
  }
}

export const malformed = (words: string): Problem => ({
  status: 400,
  code: 'malformed-json',
  message: `The body cannot be read: ${words.replace(/\.$/, '')}.`,
  help: HELP_REQUEST,
});

export const unknownContract = (name: string, served: readonly string[]): RequestProblem =>
  new RequestProblem({
    status: 404,
    code: 'unknown-contract',
    message: `There is no contract "${name.slice(0, 100)}" here.`,
    help: suggestion(name, served, 'served here'),
  });
