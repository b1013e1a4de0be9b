import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Environment } from '../assembly/open-contract.ts';
import { errorWords } from '../../engine/domain/error-words.ts';
import type { Clock, Log } from '../../engine/runtime/ports.ts';
import { documentation } from './documentation.ts';
import { isLoopback } from '../http/loopback.ts';
import { checkHost, checkOrigin, SECURITY_HEADERS } from './guards.ts';
import { BOUNDS, startEvaluators, type Bounds } from './isolated-evaluators.ts';
import { REQUEST_BYTES_MAX, REQUEST_MS_MAX, RETRY_AFTER_SECONDS } from './limits.ts';
import { problemBody, RequestProblem, type Problem } from './problem.ts';
import { malformed, readProblem } from './read-problem.ts';
import { routes } from './routes.ts';
import { ServedContracts } from './served-contracts.ts';

export interface PreviewServerOptions {
  /** The contracts that requests may name. */
  readonly folders: readonly string[];
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Null: none is asked for, which only the loopback allows. */
  readonly token: string | null;
  /** Where the database's connection is taken from, for live tickets. */
  readonly environment: Environment;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly bounds?: Bounds;
}

export interface PreviewServer {
  /** `http://127.0.0.1:8750` */
  readonly url: string;
  /** Takes no more requests, ends the waiting ones, resolves when the port is free. */
  stop(): Promise<void>;
}

/**
 * Serves previews over HTTP. Whatever a request holds is evaluated in another process; this one only reads, asks
 * databases and answers.
 * @throws when the port is taken, two folders have one name, or a host that others reach is to be served without a token.
 */
export async function startPreviewServer(options: PreviewServerOptions): Promise<PreviewServer> {
  const { host, port, token, log, clock } = options;
  if (token === null && !isLoopback(host)) {
    throw new Error(`${host} can be reached from other machines: a token is needed`);
  }
  const contracts = new ServedContracts(options.folders);
  const server = fastify({
    bodyLimit: REQUEST_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    ajv: {
      customOptions: {
        // What is misspelt is an error, and nothing is changed or made up. One mistake at a time: a body could hold a
        // million.
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: false,
        allErrors: false,
        verbose: true,
        strictTypes: false,
        keywords: ['x-examples'],
      },
    },
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      // Before there is a route: an address that cannot be read.
      void reply
        .code(400)
        .headers(SECURITY_HEADERS)
        .send(problemBody(badAddress(error.message)));
    },
  });
  const isForThisMachine = isLoopback(host);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    if (isForThisMachine) checkHost(request);
    checkOrigin(request);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    log.info('request', {
      method: request.method,
      path: request.url.split('?')[0] ?? '',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
    done();
  });
  readJson(server);
  answerProblems(server, log);
  await documentation(server, { hasToken: token !== null });
  const evaluators = startEvaluators(options.bounds ?? BOUNDS);
  try {
    await server.register(routes, { contracts, evaluators, token, clock, environment: options.environment });
    const url = await server.listen({ host, port });
    return {
      url,
      stop: async () => {
        await evaluators.close();
        await server.close();
      },
    };
  } catch (error) {
    await evaluators.close();
    await server.close();
    throw error;
  }
}

function answerProblems(server: FastifyInstance, log: Log): void {
  server.setErrorHandler(async (error, request: FastifyRequest, reply: FastifyReply) => {
    const problem = readProblem(error);
    if (problem === null) {
      log.error('request broken', {
        method: request.method,
        path: request.url.split('?')[0] ?? '',
        stack: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
    const { status, ...rest } = problem ?? BROKEN;
    if (rest.code === 'busy') reply.header('retry-after', RETRY_AFTER_SECONDS);
    return reply.code(status).send(problemBody({ status, ...rest }));
  });
  server.setNotFoundHandler(async ({ method, url }) => {
    throw new RequestProblem({
      status: 404,
      code: 'not-found',
      message: `There is no ${method} ${(url.split('?')[0] ?? '').slice(0, 100)} here.`,
      help: 'There are POST /preview, POST /check, GET /contracts, GET /health and the page /docs.',
    });
  });
}

const BROKEN: Problem = {
  status: 500,
  code: 'broken',
  message: 'The server could not answer: this is a fault of its own.',
  help: 'Its log says more, under "request broken".',
};

const badAddress = (words: string): Problem => ({
  status: 400,
  code: 'invalid-request',
  message: `The address cannot be read: ${words}`,
  help: 'The page /docs shows what there is.',
});

/** JSON alone, and what is wrong with it in words and by position. */
function readJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, parsed) => {
    void parse(request, body, (error, value) => {
      if (error === null) parsed(null, value);
      else parsed(new RequestProblem(malformed(jsonFault(body))), undefined);
    });
  });
}

function jsonFault(body: string): string {
  try {
    JSON.parse(body);
    return 'it holds a key like __proto__, which no ticket has';
  } catch (error) {
    return errorWords(error);
  }
}
