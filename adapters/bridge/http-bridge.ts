import type { Milliseconds } from '../../engine/domain/instant.ts';
import type { Json } from '../../engine/domain/json.ts';
import type { Bridge, BridgeAnswer, BridgeRequest, Clock, Log } from '../../engine/runtime/ports.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { REDACTED, redactText, SECRET_LENGTH_MIN } from '../log/redact.ts';
import { AnswerTimedOut, failureWords, wasReached } from './failure.ts';
import { clockSkewOf } from './clock-skew.ts';
import { parseBody, readBounded } from './read-body.ts';
import { retryAfterMs } from './retry-after.ts';

/** The beginning of a body that is logged. */
const LOGGED_BODY_LENGTH_MAX = 20_000;

/** The bridge's address or key cannot be used. The message never holds the key. */
export class BridgeMisconfigured extends Error {
  override readonly name = 'BridgeMisconfigured';
}

export interface HttpBridgeOptions {
  /** `https://HOST/{client}/{env}`, with or without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** For the whole answer: connecting, waiting and reading. */
  readonly timeoutMs: Milliseconds;
  /** Measures the time-out and dates the log; the wall clock unless told otherwise. */
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
  readonly log: Log;
}

/**
 * The bridge over HTTP: one request, one answer, nothing retried. The key goes to the base URL's origin only: a redirect
 * is not followed but handed on as the answer that it is. Connections are kept for a few seconds by the platform and do
 * not keep a process alive, so there is nothing to close. Throws BridgeMisconfigured on an unusable address or key.
 */
export function httpBridge(options: HttpBridgeOptions): Bridge {
  const { apiKey, timeoutMs, log, clock = wallClock() } = options;
  const base = readBaseUrl(options.baseUrl);
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new BridgeMisconfigured('the bridge key is empty, or has characters that no HTTP header can carry');
  }

  const send = async (request: BridgeRequest): Promise<BridgeAnswer> => {
    const target = `${base}/${request.path}`;
    // A segment of dots would name another address, and with it another call.
    if (new URL(target).href !== target) {
      return {
        kind: 'no-answer',
        reason: `${request.path} is not a path below the base URL`,
        reached: false,
      };
    }
    return withDeadline(clock, timeoutMs, (signal) => exchange(target, request, signal));
  };

  const exchange = async (
    target: string,
    request: BridgeRequest,
    signal: AbortSignal,
  ): Promise<BridgeAnswer> => {
    const asked = Date.now();
    const response = await fetch(target, {
      method: request.method,
      headers: {
        'x-api-key': apiKey,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'manual',
      signal,
    });
    const clockSkewMs = clockSkewOf(response.headers, asked, Date.now());
    const text = await readBounded(response);
    return {
      kind: 'answer',
      status: response.status,
      // A server that quotes the key must not bring it into journals and error texts.
      body: parseBody(apiKey.length < SECRET_LENGTH_MIN ? text : text.replaceAll(apiKey, REDACTED)),
      retryAfterMs: retryAfterMs(response.headers, clock.now()),
      ...(clockSkewMs === null ? {} : { clockSkewMs }),
    };
  };

  return {
    send: async (request) => {
      const line = { method: request.method, path: request.path };
      log.info('bridge request', { ...line, body: logged(request.body ?? null, apiKey) });
      const from = clock.now();
      const answer = await send(request).catch((error: unknown): BridgeAnswer => ({
        kind: 'no-answer',
        reason: redactText(failureWords(error), [apiKey]),
        reached: wasReached(error),
      }));
      const ms = clock.now() - from;
      if (answer.kind === 'answer') {
        log.info('bridge answer', { ...line, status: answer.status, ms, body: logged(answer.body, apiKey) });
      } else {
        log.warn('bridge did not answer', { ...line, reason: answer.reason, reached: answer.reached, ms });
      }
      return answer;
    },
  };
}

/** Without a slash at its end. */
function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BridgeMisconfigured('the bridge URL is not an http or https address');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new BridgeMisconfigured(
      'the bridge URL has more than host and path: only https://HOST/CLIENT/ENV is meant',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Runs `work` until it ends or its time is over; the rejection is then AnswerTimedOut. */
async function withDeadline<T>(
  clock: Pick<Clock, 'sleep'>,
  timeoutMs: Milliseconds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const finished = new AbortController();
  void clock.sleep(timeoutMs, finished.signal).then(() => deadline.abort(new AnswerTimedOut(timeoutMs)));
  try {
    return await work(deadline.signal);
  } finally {
    finished.abort();
  }
}

/** A body for the log: clean first, cut second, so that no half of a secret is left at the cut. */
function logged(body: Json, apiKey: string): string | null {
  if (body === null) return null;
  const text = redactText(typeof body === 'string' ? body : JSON.stringify(body), [apiKey]);
  return text.length <= LOGGED_BODY_LENGTH_MAX ? text : `${text.slice(0, LOGGED_BODY_LENGTH_MAX)}…`;
}
