import type { Milliseconds } from '../../engine/domain/instant.ts';

/** The answer was not whole in time. */
export class AnswerTimedOut extends Error {
  override readonly name = 'AnswerTimedOut';
  constructor(timeoutMs: Milliseconds) {
    super(`no whole answer within ${timeoutMs / 1000} s`);
  }
}

/** The answer is longer than anything the bridge has to say. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
  constructor(bytesMax: number) {
    super(`the answer is longer than ${bytesMax} bytes`);
  }
}

/** A file that was being put was broken off: nothing went on, it is not as long as it was said to be, or the engine ends. */
export class UploadStalled extends Error {
  override readonly name = 'UploadStalled';
}

/**
 * False only if the request certainly did not get there: the host has no address, or no connection came about. A
 * connection that broke, an answer that stopped half way, a time-out: all of them may have left their effect.
 */
export function wasReached(error: unknown): boolean {
  const cause = rootCause(error);
  const { code, syscall } = systemError(cause);
  return !(syscall === 'getaddrinfo' || syscall === 'connect' || code === 'UND_ERR_CONNECT_TIMEOUT');
}

/** What went wrong, for people: `connect ECONNREFUSED 127.0.0.1:8080`. */
export function failureWords(error: unknown): string {
  const cause = rootCause(error);
  if (!(cause instanceof Error)) return String(cause);
  // `fetch` does not say why it hands on no answer of a proxy that asks who is there (407).
  if (cause.message === '') return 'the request failed, for example at a proxy that asks for a password';
  const { code } = systemError(cause);
  return code === undefined || cause.message.includes(code) ? cause.message : `${cause.message} (${code})`;
}

/** `fetch` wraps what happened; where several addresses of a host were tried, the last try speaks for all. */
function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors.at(-1));
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}

function systemError(error: unknown): { readonly code?: string; readonly syscall?: string } {
  const found = error as { readonly code?: unknown; readonly syscall?: unknown } | null | undefined;
  return {
    ...(typeof found?.code === 'string' ? { code: found.code } : {}),
    ...(typeof found?.syscall === 'string' ? { syscall: found.syscall } : {}),
  };
}
