import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import { type ClientOptions, sampleClients } from './client-options.ts';
import { controlRoutes } from './control-routes.ts';
import { DrivenClock } from './driven-clock.ts';
import { exchange } from './exchange.ts';
import { type ControlAction, KeptProvider } from './kept-provider.ts';
import { isFile, measureFile } from './measure-file.ts';
import { STORE_PATH } from './file-store.ts';
import { OFFER_PATH } from './offered-files.ts';
import { serveFile } from './serve-file.ts';
import { REQUEST_BYTES_MAX } from './limits.ts';
import type { ProviderRequest } from './gateway.ts';
import { Provider } from './provider.ts';

export const SIMULATOR_HOST_DEFAULT = '127.0.0.1';
export const SIMULATOR_PORT_DEFAULT = 8700;

export interface SimulatorOptions {
  /** Default 127.0.0.1. The control routes ask for no key: keep it on the loopback. */
  readonly host?: string;
  /** Default 8700; 0 takes any free one. */
  readonly port?: number;
  /** Default: the two sample clients. */
  readonly clients?: readonly ClientOptions[];
  /** Simulated seconds per second. Default 1. */
  readonly speed?: number;
  /** The instant since which time has run at `speed`, so that several processes agree. Default: the start. */
  readonly speedSince?: Instant;
  /** Default: a new one at every start, so that no message id ever comes twice. */
  readonly seed?: string;
  /** The file that keeps what the provider knows, so that it is there again at the next start. Default: none. */
  readonly state?: string;
}

export interface Simulator {
  /** `http://127.0.0.1:8700`; a client's base URL is `{url}/{path}/{environment}`. */
  readonly url: string;
  readonly provider: Provider;
  readonly clock: DrivenClock;
  /** Takes no more requests, ends the waiting ones, resolves when the port is free. */
  stop(): Promise<void>;
}

const CONTROL = '/_control';

/** Starts the provider's end of the bridge as an HTTP server. Rejects if the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const speed = options.speed ?? 1;
  const clock = new DrivenClock(Date.now, speed);
  if (options.speedSince !== undefined) {
    clock.set(Math.floor(options.speedSince + (Date.now() - options.speedSince) * speed));
  }
  const providerOptions = {
    clients: options.clients ?? sampleClients(),
    now: () => clock.now(),
    seed: options.seed ?? randomUUID(),
  };
  const provider =
    options.state === undefined
      ? new Provider(providerOptions)
      : KeptProvider.open(options.state, providerOptions);
  const stopping = new AbortController();
  const server = fastify({
    bodyLimit: REQUEST_BYTES_MAX,
    forceCloseConnections: true,
    // Paths of clients are judged as they came, so the router sees none of them: a bad encoding is the provider's to answer.
    rewriteUrl: ({ url = '/' }) =>
      isControl(url) || url.startsWith(`${OFFER_PATH}/`)
        ? url
        : url.startsWith(`${STORE_PATH}/`)
          ? STORE_PATH
          : '/',
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, discriminator: true },
    },
  });
  await server.register(
    (control: FastifyInstance, _: unknown, registered: () => void) => {
      if (provider instanceof KeptProvider) keepActions(control, provider);
      controlRoutes(control, provider, clock);
      registered();
    },
    { prefix: CONTROL },
  );
  await server.register((clients: FastifyInstance, _: unknown, registered: () => void) => {
    clients.removeAllContentTypeParsers();
    clients.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    clients.all('/', (request, reply) => respond(provider, request, reply, stopping.signal));
    registered();
  });
  await server.register((store: FastifyInstance, _: unknown, registered: () => void) => {
    store.removeAllContentTypeParsers();
    store.addContentTypeParser('*', (_request, body, parsed) => {
      measureFile(body).then((file) => parsed(null, file), parsed);
    });
    store.all(STORE_PATH, (request, reply) => respond(provider, request, reply, stopping.signal));
    registered();
  });
  server.get<{ Params: { token: string } }>(`${OFFER_PATH}/:token/*`, ({ params }, reply) =>
    serveFile(provider.offeredFile(params.token), reply),
  );
  const { host = SIMULATOR_HOST_DEFAULT, port = SIMULATOR_PORT_DEFAULT } = options;
  if (port !== 0) provider.filesAt = `http://${host}:${port}`;
  if (provider instanceof KeptProvider) {
    await provider.play(async ({ method, url, body }) => {
      await server.inject({ method, url, ...(body === null ? {} : { payload: body as object }) });
    });
  }
  const url = await server.listen({ host, port });
  provider.filesAt = url;
  return {
    url,
    provider,
    clock,
    stop: async () => {
      stopping.abort();
      await server.close();
    },
  };
}

/** Faults and the clock are not the provider's: they begin anew with every process. */
const IS_NOT_KEPT = /^\/_control\/(?:clock|faults)$/;

function keepActions(control: FastifyInstance, provider: KeptProvider): void {
  control.addHook('preHandler', (request, _reply, handle) => {
    const { method, url } = request;
    if ((method !== 'POST' && method !== 'PATCH' && method !== 'DELETE') || IS_NOT_KEPT.test(url)) handle();
    else provider.act({ method, url, body: (request.body ?? null) as ControlAction['body'] }, handle);
  });
}

const isControl = (url: string): boolean => url === CONTROL || url.startsWith(`${CONTROL}/`);

async function respond(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
  stopping: AbortSignal,
): Promise<void> {
  const received = providerRequest(request);
  const fault = provider.faults.choose(received);
  const result = await exchange(provider, received, fault, (ms) => sleep(ms, stopping));
  if (result.kind === 'silence') {
    reply.hijack();
    if (result.how === 'reset') request.raw.socket.resetAndDestroy();
    return;
  }
  const { requestId } = result;
  if (requestId !== null) {
    // An answer that was cut short "finishes" as well, but only once its socket is gone.
    let finished = false;
    reply.raw.once('finish', () => {
      finished = !request.raw.socket.destroyed;
    });
    const closed = () => {
      if (!finished) provider.answerLost(requestId);
      else if (provider instanceof KeptProvider) provider.answerDelivered(requestId);
    };
    if (reply.raw.closed) closed();
    else reply.raw.once('close', closed);
  }
  const { status, headers, body } = result.answer;
  await reply
    .code(status)
    .headers(headers)
    .type(typeof body === 'string' ? 'text/html' : 'application/json')
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

function providerRequest(request: FastifyRequest): ProviderRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method,
    rawPath: request.originalUrl,
    headers: Object.fromEntries(headers),
    body: typeof request.body === 'string' ? request.body : '',
    ...(isFile(request.body) ? { file: request.body } : {}),
  };
}

/** Over early when the server stops. */
async function sleep(ms: Milliseconds, stopping: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal: stopping }).catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });
}
