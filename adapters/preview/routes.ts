import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../engine/runtime/ports.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { mistakeText, situationContradiction } from './check-situation.ts';
import { CompiledContracts } from './compiled-contracts.ts';
import { checkToken } from './guards.ts';
import type { Evaluated, Evaluators } from './isolated-evaluators.ts';
import type { Job } from './job.ts';
import { EVALUATION_MEGABYTES_MAX, EVALUATION_MS_MAX, REQUEST_DEPTH_MAX } from './limits.ts';
import { liveTicketOf } from './live-ticket-of.ts';
import { HELP_REQUEST, RequestProblem, type Problem } from './problem.ts';
import {
  checkRequestSchema,
  previewRequestSchema,
  type PreviewRequest,
  type RulesRequest,
} from './request-schema.ts';
import { checkSchema, contractsSchema, healthSchema, previewSchema } from './response-schema.ts';
import type { ServedContracts } from './served-contracts.ts';

export interface RoutesOptions {
  readonly contracts: ServedContracts;
  readonly evaluators: Evaluators;
  readonly token: string | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly environment: Environment;
}

/** What the server answers. */
export async function routes(server: FastifyInstance, options: RoutesOptions): Promise<void> {
  const { contracts, evaluators, token, clock, environment } = options;
  const compiled = new CompiledContracts();

  await server.register(async (guarded: FastifyInstance) => {
    if (token !== null) guarded.addHook('onRequest', checkToken(token));
    guarded.addHook('preValidation', ({ body }, _reply, done) => {
      checkDepth(body);
      done();
    });
    const security = token === null ? [] : [{ token: [] }];

    guarded.post<{ Body: PreviewRequest }>(
      '/preview',
      { schema: { ...previewSchema, body: previewRequestSchema, security } },
      async ({ body }, reply) => {
        const { contract = null, rules = null, ...situation } = body;
        const mistake = situationContradiction(situation);
        if (mistake !== null) throw invalid(mistakeText(mistake));
        if (situation.ticket_number !== undefined && contract === null) {
          throw invalid(
            'ticket_number: a live ticket is read with the rules on disk; name a contract as well',
          );
        }
        const live =
          situation.ticket_number === undefined || contract === null
            ? null
            : await liveTicketOf(
                compiled.of(await contracts.read(contract)),
                environment,
                situation.ticket_number,
              );
        const job: Job = {
          kind: 'preview',
          rules: await contracts.rulesOf(contract, rules),
          situation,
          live,
          now: clock.now(),
        };
        return answer(await evaluators.run(job), reply);
      },
    );

    guarded.post<{ Body: RulesRequest }>(
      '/check',
      { schema: { ...checkSchema, body: checkRequestSchema, security } },
      async ({ body: { contract = null, rules = null } }, reply) => {
        const job: Job = { kind: 'check', rules: await contracts.rulesOf(contract, rules) };
        return answer(await evaluators.run(job), reply);
      },
    );

    guarded.get('/contracts', { schema: { ...contractsSchema, security } }, async () => ({
      contracts: contracts.list(),
    }));
  });

  server.get('/health', { schema: healthSchema }, async () => ({ status: 'ok', ...evaluators.load() }));
}

const invalid = (words: string): RequestProblem =>
  new RequestProblem({
    status: 400,
    code: 'invalid-request',
    message: `The request is not as it should be: ${words}.`,
    help: HELP_REQUEST,
  });

/** The evaluating process has written the answer already. */
function answer(evaluated: Evaluated, reply: FastifyReply): FastifyReply {
  if (evaluated.kind !== 'done') throw new RequestProblem(ENDS[evaluated.kind]);
  const { status, body } = evaluated.result;
  return reply.code(status).type('application/json').send(body);
}

const ENDS: Readonly<Record<Exclude<Evaluated['kind'], 'done'>, Problem>> = {
  busy: {
    status: 503,
    code: 'busy',
    message: 'All evaluators are at work, and enough requests wait for them.',
    help: 'Try again after the seconds that Retry-After names.',
  },
  'too-long': {
    status: 422,
    code: 'took-too-long',
    message: `The evaluation took longer than ${EVALUATION_MS_MAX / 1000} s and was ended.`,
    help: 'An expression of the rules runs on and on with this ticket; POST /check shows the ones that can be told beforehand.',
  },
  died: {
    status: 422,
    code: 'evaluation-ended',
    message: `The evaluation came to an end without an answer: it wanted more than ${EVALUATION_MEGABYTES_MAX} MB of memory.`,
    help: 'An expression of the rules makes a text or a list that is far too long; the usual ones are $pad, $join and $split.',
  },
};

function checkDepth(body: unknown): void {
  if (!isDeeper(body, REQUEST_DEPTH_MAX)) return;
  throw new RequestProblem({
    status: 400,
    code: 'too-deep',
    message: `The body is nested more than ${REQUEST_DEPTH_MAX} levels deep.`,
    help: 'A ticket has two or three.',
  });
}

/** Goes no deeper than it is told: a body may be nested a hundred thousand levels deep. */
const isDeeper = (value: unknown, levels: number): boolean =>
  levels < 0 ||
  (typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((part) => isDeeper(part, levels - 1)));
