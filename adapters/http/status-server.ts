import fastify from 'fastify';
import type { Registry } from 'prom-client';
import type { Instant, Milliseconds } from '../../engine/domain/instant.ts';
import { POLL_MS_MAX, WATCH_EVERY_MS } from '../../engine/domain/limits.ts';
import type { Vitals } from '../../engine/runtime/vitals.ts';
import { checkHost, SECURITY_HEADERS } from '../preview/guards.ts';
import { RequestProblem } from '../preview/problem.ts';
import { isLoopback } from './loopback.ts';

/** A contract of this process, as it is seen from outside. */
export interface WatchedContract {
  readonly name: string;
  readonly vitals: Vitals;
  /** False once its run has ended. */
  isRunning(): boolean;
}

export interface StatusServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly contracts: readonly WatchedContract[];
  readonly registry: Registry;
  readonly now: () => Instant;
}

export interface StatusServer {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  stop(): Promise<void>;
}

/** A loop that has not come round for so long hangs: it comes every WATCH_EVERY_MS, and may wait for a slow sink. */
const BEAT_MS_MAX: Milliseconds = 6 * WATCH_EVERY_MS;
/** The longest interval of polls, and as much again for a slow bridge. */
const POLL_AGE_MS_MAX: Milliseconds = 2 * POLL_MS_MAX;
const REQUEST_MS_MAX = 5000;

/**
 * Serves `/health`, `/ready` and `/metrics`: for whoever restarts processes, whoever sends them work, and Prometheus.
 * Nothing of a ticket is in them. On the loopback it answers to the machine's own names only.
 * @throws when the port is taken.
 */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const { host, port, contracts, registry, now } = options;
  const server = fastify({ requestTimeout: REQUEST_MS_MAX, forceCloseConnections: true });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (isLoopback(host)) checkHost(request);
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const isForeign = error instanceof RequestProblem;
    return reply.code(isForeign ? 403 : 500).send({ status: isForeign ? 'forbidden-host' : 'broken' });
  });
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ status: 'not-found', paths: ['/health', '/ready', '/metrics'] }),
  );

  server.get('/health', async (_request, reply) => {
    const seen = contracts.map((contract) => ({
      contract: contract.name,
      beat_age_s: ageSeconds(contract.vitals.beatAt, now()),
      hangs: contract.isRunning() && hangs(contract.vitals, now()),
    }));
    const isFine = seen.every((one) => !one.hangs);
    return reply.code(isFine ? 200 : 503).send({ status: isFine ? 'ok' : 'hangs', contracts: seen });
  });

  server.get('/ready', async (_request, reply) => {
    const seen = contracts.map((contract) => {
      const reasons = notReady(contract, now());
      const { vitals } = contract;
      return {
        contract: contract.name,
        ready: reasons.length === 0,
        reasons,
        last_poll_age_s: ageSeconds(vitals.lastPollAt, now()),
      };
    });
    const isReady = seen.every(({ ready }) => ready);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready', contracts: seen });
  });

  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  const url = await server.listen({ host, port });
  return { url, stop: () => server.close() };
}

/** Why a contract does not do its work just now; empty: it does. */
function notReady(contract: WatchedContract, now: Instant): readonly string[] {
  const { vitals } = contract;
  if (vitals.stopped !== null) return [`the contract stopped: ${vitals.stopped.reason}`];
  if (!contract.isRunning()) return ['the contract does not run'];
  const reasons: string[] = [];
  if (vitals.databaseAway !== null)
    reasons.push(`the database takes no writes: ${vitals.databaseAway.reason}`);
  // Another process reads the queue.
  if (vitals.standsBy) return reasons;
  if (vitals.leftAlone !== null) reasons.push(`the queue is not read: ${vitals.leftAlone.reason}`);
  const { lastPollAt } = vitals;
  if (lastPollAt === null) reasons.push('the queue has not been read yet');
  else if (now - lastPollAt > POLL_AGE_MS_MAX) {
    reasons.push(`the queue was last read ${Math.round((now - lastPollAt) / 1000)} s ago`);
  }
  return reasons;
}

const hangs = ({ beatAt, beganAt }: Vitals, now: Instant): boolean => {
  const last = beatAt ?? beganAt;
  return last !== null && now - last > BEAT_MS_MAX;
};

const ageSeconds = (at: Instant | null, now: Instant): number | null =>
  at === null ? null : Math.max(0, Math.round((now - at) / 1000));
