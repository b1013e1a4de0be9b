import type { Milliseconds } from '../domain/instant.ts';
import { isJsonObject, type Json } from '../domain/json.ts';
import type { BridgeAnswer } from './exchange.ts';
import { flatText } from './flat-text.ts';
import { readQueueAnswer } from './read-queue.ts';

/** The calls of the bridge. Resolving, closing and cancelling are updates. */
export type BridgeCall =
  | 'create'
  | 'update'
  | 'notes'
  | 'return-number'
  | 'approve'
  | 'reject'
  | 'attachment-url'
  | 'delete'
  | 'receive';

export type BridgeErrorKind =
  /** The key, the URL, the clientName: no call of this contract will fare better. */
  | 'configuration'
  /** The provider has no such group. */
  | 'unknown-group'
  /** The provider's ticket belongs to another client. */
  | 'not-our-ticket'
  | 'too-many-requests'
  /** 5xx, or the bridge gave up waiting for its own backend: the call may have been carried out. */
  | 'server-failure'
  /** The receipt handle is older than the visibility timeout: read again, delete with the new one. */
  | 'handle-expired'
  /** No such receipt handle. */
  | 'handle-invalid'
  /** A 2xx whose body says neither yes nor no: the call may have been carried out. */
  | 'unclear'
  /** Any other no. */
  | 'refused';

export type ReadAnswer =
  /** `providerTicket` is there after a create, `url` after `attachment-url`. */
  | { readonly kind: 'accepted'; readonly providerTicket?: string; readonly url?: string }
  | { readonly kind: 'no-answer'; readonly reached: boolean; readonly reason: string }
  | {
      readonly kind: 'error';
      readonly error: BridgeErrorKind;
      readonly status: number;
      /** The body as one bounded line of text, for error rules and people. */
      readonly text: string;
      /** How long the bridge asks to be left alone; null: it does not say. */
      readonly retryAfterMs: Milliseconds | null;
    };

/**
 * Judges an answer by its body first and its status second: statuses of errors are not documented, and an error body
 * may come with 200. A body that is a documented success or a documented error was written by who did the work, and
 * is believed whatever the status; all other bodies leave the word to the status.
 */
export function readAnswer(call: BridgeCall, answer: BridgeAnswer): ReadAnswer {
  if (answer.kind === 'no-answer') {
    return { kind: 'no-answer', reached: answer.reached, reason: answer.reason };
  }
  const { body } = answer;
  const success = readSuccess(call, body);
  if (success !== null) return success;
  const status = call === 'attachment-url' ? innerStatus(answer.status, body) : answer.status;
  const text = flatText(body);
  return {
    kind: 'error',
    error: documentedError(body, text) ?? errorByStatus(status, body, text),
    status,
    text,
    retryAfterMs: answer.retryAfterMs,
  };
}

/** A provider's ticket number: letters and digits, with or without its `e-` (`e-CS0204070`, `CHG0012`). */
const TICKET_NUMBER = /^(?:e-)?[a-z]{2,6}\d{3,}$/i;

const SUCCESS_TEXTS: Readonly<
  Record<Exclude<BridgeCall, 'create' | 'attachment-url' | 'delete' | 'receive'>, RegExp>
> = {
  // "Update Successful", and "Ticket Closed Successfully" for a resolution.
  update: /^(?:update|ticket \w+) successful(?:ly)?\.?$/i,
  notes: /^comments? added\b/i,
  'return-number': /^ptn added\b/i,
  approve: /^approval received\b/i,
  reject: /^rejection received\b/i,
};

function readSuccess(call: BridgeCall, body: Json): ReadAnswer | null {
  if (call === 'receive') return readQueueAnswer(body).kind === 'messages' ? { kind: 'accepted' } : null;
  if (!isJsonObject(body)) return null;
  if (call === 'delete') return isJsonObject(body.DeleteMessageResponse) ? { kind: 'accepted' } : null;
  if (call === 'attachment-url') return readUploadUrl(body.Response);
  if (typeof body.Response !== 'string') return null;
  const response = body.Response.trim();
  if (call === 'create') {
    return TICKET_NUMBER.test(response) ? { kind: 'accepted', providerTicket: response } : null;
  }
  return SUCCESS_TEXTS[call].test(response) ? { kind: 'accepted' } : null;
}

/** `{"code": 200, "body": "https://…"}`: where a file may be put. What is no address is no success. */
function readUploadUrl(response: Json | undefined): ReadAnswer | null {
  if (!isJsonObject(response) || typeof response.body !== 'string') return null;
  const url = response.body.trim();
  return /^https?:\/\/\S+$/i.test(url) ? { kind: 'accepted', url } : null;
}

/** Such an answer has a status of its own inside, beside which the outer one says nothing. */
function innerStatus(status: number, body: Json): number {
  const inner = isJsonObject(body) && isJsonObject(body.Response) ? body.Response.code : undefined;
  return typeof inner === 'number' && inner >= 300 ? inner : status;
}

/** The errors of the client guide v1.2 and of the gateway in front of the bridge, by what they say. */
const DOCUMENTED_ERRORS: readonly (readonly [BridgeErrorKind, RegExp])[] = [
  ['configuration', /missing authentication token/i],
  ['configuration', /^(?:forbidden|unauthorized)$/i],
  ['configuration', /^bad path\b/i],
  ['configuration', /unable to find mapping for clientname/i],
  // "assigment_group sys_id or name not found.", misspelt on the wire
  ['unknown-group', /assig\w*[_ ]group\b.*\bnot found/i],
  ['not-our-ticket', /not authorized for ticket/i],
  ['handle-expired', /handle has expired/i],
  ['handle-invalid', /receipthandleisinvalid|receipt handle is (?:not valid|invalid)/i],
  ['too-many-requests', /^(?:too many requests|limit exceeded|rate exceeded|throttled)\.?$/i],
  ['server-failure', /endpoint request timed out|^internal server error\.?$|^service unavailable\.?$/i],
];

/** Pages of proxies and portals may say anything, so markup is left to the status. */
function documentedError(body: Json, text: string): BridgeErrorKind | null {
  if (typeof body === 'string' && text.startsWith('<')) return null;
  // The gateway may add a request id to its message.
  const said = isJsonObject(body) && typeof body.message === 'string' ? body.message.trim() : text;
  return DOCUMENTED_ERRORS.find(([, says]) => says.test(said))?.[0] ?? null;
}

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;
const UNAUTHORIZED = 401;

function errorByStatus(status: number, body: Json, text: string): BridgeErrorKind {
  if (status >= 500 || status === REQUEST_TIMEOUT) return 'server-failure';
  if (status === TOO_MANY_REQUESTS) return 'too-many-requests';
  // A redirect is never followed (the key stays with its origin), so the base URL is not the right one.
  if (status === UNAUTHORIZED || (status >= 300 && status < 400)) return 'configuration';
  if (status >= 400) return 'refused';
  return looksRefused(body, text) ? 'refused' : 'unclear';
}

const NEGATIVE =
  /\b(?:cannot|can not|could not|unable|invalid|not (?:found|allowed|authorized|valid|permitted|accepted)|denied|refused|rejected|fail(?:ed|ure)?|error|missing|required|exceed(?:s|ed)?)\b/i;

/** A 2xx in the shape of an error, or in its words. */
const looksRefused = (body: Json, text: string): boolean =>
  isJsonObject(body) &&
  (isJsonObject(body.Error) ||
    typeof body.message === 'string' ||
    Array.isArray(body.Response) ||
    (typeof body.Response === 'string' && NEGATIVE.test(text)));
