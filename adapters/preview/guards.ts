import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../http/loopback.ts';
import { RequestProblem } from './problem.ts';

/**
 * Refuses requests whose Host is not this machine's own. A page of another site may have its name resolved to
 * 127.0.0.1 (DNS rebinding), and its scripts would then count as ours; their Host still is that name.
 */
export function checkHost({ hostname }: FastifyRequest): void {
  if (isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'))) return;
  throw new RequestProblem({
    status: 403,
    code: 'forbidden-host',
    message: `The host "${hostname.slice(0, 100)}" is not this machine's own.`,
    help: 'Use http://127.0.0.1 or http://localhost, or start the server with another --host and a token.',
  });
}

/** Refuses scripts of other pages: a browser says where a request comes from. There is no CORS either. */
export function checkOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const { protocol, host } = request;
  if (origin === `${protocol}://${host}` || origin === `https://${host}`) return;
  throw new RequestProblem({
    status: 403,
    code: 'forbidden-origin',
    message: 'The request comes from a page of another site.',
    help: 'Use the page /docs of this server, or a program that is no browser.',
  });
}

/** Refuses requests without the token, in constant time: how much of a guess is right must not show. */
export function checkToken(token: string): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const expected = digest(token);
  return async ({ headers }, reply) => {
    const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(given.trim()), expected)) return;
    reply.header('www-authenticate', 'Bearer');
    throw new RequestProblem({
      status: 401,
      code: 'unauthorized',
      message: headers.authorization === undefined ? 'The request has no token.' : 'The token is wrong.',
      help: 'Send the header authorization: Bearer TOKEN. On the page /docs it is entered under Authorize.',
    });
  };
}

/** All of one length, so that they can be compared. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What every answer says to a browser: take it as it is, keep it to yourself, run nothing in it. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** The page /docs runs its own scripts, and no others. Its styles are partly written into the elements. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "font-src 'self' data:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
].join('; ');
