import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Milliseconds } from '../../engine/domain/instant.ts';
import { UPLOAD_MS_MAX } from '../../engine/domain/limits.ts';
import type { BridgeAnswer, Clock, FileToPut, Log, UploadStore } from '../../engine/runtime/ports.ts';
import { wallClock } from '../clock/wall-clock.ts';
import { failureWords, UploadStalled, wasReached } from './failure.ts';
import { retryAfterMs } from './retry-after.ts';

/** Of what a store says only the beginning is read. */
const ANSWER_LENGTH_MAX = 20_000;

/** Hosts of this machine, to which http is allowed. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface HttpUploadsOptions {
  /** How long nothing may go on: no byte taken, and no answer after the last. */
  readonly timeoutMs: Milliseconds;
  /** Measures the time-outs; the wall clock unless told otherwise. */
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
  readonly log: Log;
}

/**
 * Puts files to presigned addresses over HTTP, streamed: as fast as the store takes them, and no faster than that they are
 * read. Each request has nothing of the bridge's but the file; a redirect is handed on as the answer that it is.
 */
export function httpUploads({ timeoutMs, clock = wallClock(), log }: HttpUploadsOptions): UploadStore {
  return {
    put: async (file, signal) => {
      const target = URL.canParse(file.url) ? new URL(file.url) : null;
      if (target === null || !isSafe(target)) {
        const reason = 'the address for the file is neither https nor of this machine';
        log.warn('file not put', { reason });
        return refusedHere(reason);
      }
      // The query is as good as a key.
      const about = {
        address: `${target.origin}${target.pathname}`,
        type: file.contentType,
        size: file.size,
      };
      log.info('file put', about);
      const from = clock.now();
      const answer = await put(target, file, { timeoutMs, clock, signal }).catch(
        (error: unknown): BridgeAnswer => ({
          kind: 'no-answer',
          reason: failureWords(error),
          reached: wasReached(error),
        }),
      );
      const ms = clock.now() - from;
      if (answer.kind === 'answer') log.info('file answer', { ...about, status: answer.status, ms });
      else log.warn('file without answer', { ...about, reason: answer.reason, ms });
      return answer;
    },
  };
}

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));

/** As the store's own no would be. */
const refusedHere = (reason: string): BridgeAnswer => ({
  kind: 'answer',
  status: 400,
  body: reason,
  retryAfterMs: null,
});

interface Limits {
  readonly timeoutMs: Milliseconds;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly signal: AbortSignal;
}

async function put(
  target: URL,
  file: FileToPut,
  { timeoutMs, clock, signal }: Limits,
): Promise<BridgeAnswer> {
  const { request: open } = target.protocol === 'https:' ? https : http;
  const request = open(target, {
    method: 'PUT',
    headers: { 'content-type': file.contentType, 'content-length': file.size },
  });
  const over = new AbortController();
  const progress = { count: 0 };
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    // What comes later has nobody to tell.
    request.on('error', () => over.abort());
  });
  const breakOff = (): void => void request.destroy(new UploadStalled('it was broken off'));
  signal.addEventListener('abort', breakOff, { once: true });
  if (signal.aborted) breakOff();
  void watch(clock, timeoutMs, progress, over.signal, (reason) => request.destroy(new UploadStalled(reason)));
  const writing = { isDone: false };
  void write(request, file, progress, over.signal).then(
    () => (writing.isDone = true),
    (error: unknown) => request.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    const response = await answered;
    const text = await readBeginning(response, progress);
    const headers = new Headers();
    for (const name of ['retry-after', 'date']) {
      const value = response.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const status = response.statusCode ?? 0;
    return { kind: 'answer', status, body: text, retryAfterMs: retryAfterMs(headers, clock.now()) };
  } finally {
    over.abort();
    signal.removeEventListener('abort', breakOff);
    // A store that has said no takes the rest no more.
    if (!writing.isDone) request.destroy();
  }
}

/** Writes the file, as long as nobody has answered yet. Rejects if it is not as long as it was said to be. */
async function write(
  request: http.ClientRequest,
  { bytes, size }: FileToPut,
  progress: { count: number },
  over: AbortSignal,
): Promise<void> {
  let sent = 0;
  for await (const piece of bytes) {
    if (over.aborted || request.destroyed) return;
    sent += piece.byteLength;
    if (sent > size) throw new UploadStalled(`the file is longer than its ${size} bytes by now`);
    if (!request.write(piece)) await once(request, 'drain', { signal: over }).catch(() => undefined);
    progress.count += 1;
  }
  if (sent < size) throw new UploadStalled(`the file has ${sent} bytes by now, not ${size}`);
  request.end();
}

/** Breaks off what does not go on any more, and what takes for ever. */
async function watch(
  clock: Limits['clock'],
  timeoutMs: Milliseconds,
  progress: { readonly count: number },
  over: AbortSignal,
  breakOff: (reason: string) => void,
): Promise<void> {
  let passed = 0;
  for (let seen = -1; !over.aborted && seen !== progress.count && passed < UPLOAD_MS_MAX;) {
    seen = progress.count;
    await clock.sleep(timeoutMs, over);
    passed += timeoutMs;
  }
  if (!over.aborted) breakOff(`nothing went on for ${timeoutMs / 1000} s`);
}

async function readBeginning(response: http.IncomingMessage, progress: { count: number }): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    progress.count += 1;
    text += decoder.decode(piece, { stream: true });
    if (text.length >= ANSWER_LENGTH_MAX) break;
  }
  return text.slice(0, ANSWER_LENGTH_MAX);
}
