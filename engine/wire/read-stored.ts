import type { BridgeAnswer } from './exchange.ts';
import { flatText } from './flat-text.ts';
import type { BridgeErrorKind, ReadAnswer } from './read-answer.ts';

/** What the store behind a presigned address said. */
export type ReadStored =
  | ReadAnswer
  /** The address is used up or too old: another one is to be asked for. */
  | { readonly kind: 'expired'; readonly reason: string };

/** `AccessDenied … Request has expired`, as such stores write it in XML. */
const EXPIRED = /<Code>\s*(?:AccessDenied|ExpiredToken)\s*<\/Code>|request has expired/i;

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/** A 2xx is a yes, whatever its body says; that any other no is this file's alone, and never the contract's. */
export function readStored(answer: BridgeAnswer): ReadStored {
  if (answer.kind === 'no-answer') {
    return { kind: 'no-answer', reached: answer.reached, reason: answer.reason };
  }
  const { status, body, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const text = flatText(body);
  if (status >= 400 && status < 500 && EXPIRED.test(text)) return { kind: 'expired', reason: text };
  return { kind: 'error', error: errorOf(status), status, text, retryAfterMs };
}

function errorOf(status: number): BridgeErrorKind {
  if (status >= 500 || status === REQUEST_TIMEOUT) return 'server-failure';
  return status === TOO_MANY_REQUESTS ? 'too-many-requests' : 'refused';
}
