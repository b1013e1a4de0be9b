import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { Json } from '../../engine/domain/json.ts';
import { seconds } from '../../engine/domain/instant.ts';
import { BRIDGE_TIMEOUT_MS_DEFAULT } from '../../engine/domain/limits.ts';
import type { Bridge, BridgeAnswer, BridgeRequest, UploadStore } from '../../engine/runtime/ports.ts';
import type { ProviderAnswer } from './answers.ts';
import type { EnvironmentName } from './client-options.ts';
import { exchange } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { ProviderRequest } from './gateway.ts';
import { measureFile } from './measure-file.ts';
import type { Provider } from './provider.ts';

export interface SimulatedBridgeOptions {
  /** The client's path segment. */
  readonly client: string;
  readonly environment: EnvironmentName;
  readonly apiKey: string;
  /** How long the client waits for an answer. Default 20 s. */
  readonly timeoutMs?: Milliseconds;
  /** Time passing, as the simulation has it. Default: none passes, delays are over at once. */
  readonly sleep?: (ms: Milliseconds) => Promise<void>;
  /** How far the provider's clock is ahead of the client's machine. Default: its answers have no date. */
  readonly clockSkewMs?: () => Milliseconds;
  /** What goes wrong with a request, asked before the provider's own fault rules. */
  readonly chooseFault?: (request: ProviderRequest) => Fault | null;
}

/** The in-process twin of the HTTP bridge: the same provider, the same faults, no network. */
export function simulatedBridge(provider: Provider, options: SimulatedBridgeOptions): Bridge {
  return { send: (request) => sendTo(provider, providerRequest(request, options), options) };
}

/** The in-process twin of the HTTP client for files: what is put to a presigned address of this provider arrives there. */
export function simulatedUploads(
  provider: Provider,
  options: Omit<SimulatedBridgeOptions, 'client' | 'environment' | 'apiKey'>,
): UploadStore {
  return {
    put: async ({ url, contentType, size, bytes }) => {
      const { pathname, search } = new URL(url);
      const headers = { 'content-type': contentType };
      const file = await measureFile(bytes).catch((error: unknown) => String(error));
      if (typeof file === 'string') return { kind: 'no-answer', reason: file, reached: true };
      if (file.size !== size) return { kind: 'no-answer', reason: 'not as long as was said', reached: true };
      const request = { method: 'PUT', rawPath: `${pathname}${search}`, headers, body: '', file };
      return sendTo(provider, request, options);
    },
  };
}

async function sendTo(
  provider: Provider,
  sent: ProviderRequest,
  options: Omit<SimulatedBridgeOptions, 'client' | 'environment' | 'apiKey'>,
): Promise<BridgeAnswer> {
  const timeoutMs = options.timeoutMs ?? BRIDGE_TIMEOUT_MS_DEFAULT;
  const sleep = options.sleep ?? (() => Promise.resolve());
  const fault = options.chooseFault?.(sent) ?? provider.faults.choose(sent);
  if (fault?.kind === 'delay' && fault.ms > timeoutMs) {
    // The client gives up first; the provider finishes all the same, and finds nobody listening.
    void exchange(provider, sent, fault, sleep).then((late) => {
      if (late.kind === 'answer' && late.requestId !== null) provider.answerLost(late.requestId);
    });
    await sleep(timeoutMs);
    return timedOut(timeoutMs);
  }
  const result = await exchange(provider, sent, fault, sleep);
  if (result.kind === 'answer') return bridgeAnswer(result.answer, options);
  if (result.how === 'reset') return { kind: 'no-answer', reason: 'connection reset', reached: true };
  await sleep(timeoutMs);
  return timedOut(timeoutMs);
}

const timedOut = (timeoutMs: Milliseconds): BridgeAnswer => ({
  kind: 'no-answer',
  reason: `no answer within ${timeoutMs} ms`,
  reached: true,
});

function providerRequest(request: BridgeRequest, options: SimulatedBridgeOptions): ProviderRequest {
  return {
    method: request.method,
    rawPath: `/${options.client}/${options.environment}/${request.path}`,
    headers: {
      'x-api-key': options.apiKey,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: request.body === undefined ? '' : JSON.stringify(request.body),
  };
}

/** A copy, as a network makes one: what the client does with it stays with the client. */
function bridgeAnswer(
  given: ProviderAnswer,
  { clockSkewMs }: Pick<SimulatedBridgeOptions, 'clockSkewMs'>,
): BridgeAnswer {
  const retryAfter = given.headers['retry-after'];
  return {
    kind: 'answer',
    status: given.status,
    body: JSON.parse(JSON.stringify(given.body)) as Json,
    retryAfterMs: retryAfter === undefined ? null : seconds(Number(retryAfter)),
    ...(clockSkewMs === undefined ? {} : { clockSkewMs: clockSkewMs() }),
  };
}
