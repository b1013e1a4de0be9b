import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpBridge } from '../../../adapters/bridge/http-bridge.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import type { Bridge } from '../../../engine/runtime/ports.ts';
import { readAnswer, type BridgeCall } from '../../../engine/wire/read-answer.ts';
import { hostileJson, hostileText } from '../../support/hostile-messages.ts';

/** More by hand: FUZZ_RUNS=5000 npx vitest run test/adapters/bridge/hostile-answers.test.ts */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);
/** What stalls is given up soon; a busy machine is not taken for that. */
const TIMEOUT_MS = { stalls: 200, other: 60_000 } as const;
const CALLS = [
  'create',
  'update',
  'notes',
  'return-number',
  'delete',
  'receive',
] as const satisfies readonly BridgeCall[];

/** Proxy Authentication Required, which `fetch` takes for a network error. */
const PROXY_ASKS = 407;

interface Served {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string;
  /** The connection breaks after so much of the body, or nothing more comes; null: it comes whole. */
  readonly ends: { readonly after: number; readonly how: 'breaks' | 'stalls' } | null;
}

const body: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      '',
      ' ',
      'null',
      '{}',
      '[]',
      '<html><body>Ticket e-CS0204070 Update Successful</body></html>',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
      '{"Response":',
      '{"Response":{"code":200}}',
      '{"Response":["e-CS0204070"]}',
      '{"response":"Update Successful"}',
      '"Update Successful"',
      'Update Successful',
    )
    .map((text) => Buffer.from(text)),
  hostileText.map((text) => Buffer.from(text)),
  hostileJson.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

const served: fc.Arbitrary<Served> = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 202, 204, 301, 302, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504),
    fc.integer({ min: 200, max: 599 }),
  ),
  body,
  contentType: fc.constantFrom(
    'application/json',
    'text/html; charset=iso-8859-1',
    'application/xml',
    'nonsense',
  ),
  ends: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.nat(20).map((after) => ({ after, how: 'breaks' as const })) },
    { weight: 1, arbitrary: fc.nat(20).map((after) => ({ after, how: 'stalls' as const })) },
  ),
});

/** Whether a body of this status travels at all. */
const hasBody = (status: number): boolean => status !== 204 && status !== 205 && status !== 304;

describe('any answer with any status', () => {
  let next: Served | null = null;
  const answer = (response: ServerResponse): void => {
    if (next === null) throw new Error('nothing to serve');
    const { status, body: whole, contentType, ends } = next;
    if (!hasBody(status)) {
      response.writeHead(status).end();
      return;
    }
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': whole.length + (ends === null ? 0 : 1),
    });
    if (ends === null) response.end(whole);
    else {
      response.write(whole.subarray(0, ends.after));
      if (ends.how === 'breaks') setTimeout(() => response.destroy(), 5);
    }
  };
  const server = createServer((_, response) => answer(response));
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  test('is never a success, and what may have been done stays in doubt', { timeout: 240_000 }, async () => {
    const bridgeFor = ({ ends }: Served): Bridge =>
      httpBridge({
        baseUrl: `${origin}/acme/prod`,
        apiKey: 'Sup3rS3cretK3y',
        timeoutMs: TIMEOUT_MS[ends?.how === 'stalls' ? 'stalls' : 'other'],
        log: collectedLog(),
      });
    await fc.assert(
      fc.asyncProperty(served, fc.constantFrom(...CALLS), async (serve, call) => {
        next = serve;
        const read = readAnswer(
          call,
          await bridgeFor(serve).send({ method: 'PUT', path: 'tickets/e-CS0204070', body: {} }),
        );

        const isEmptyQueue = call === 'receive' && serve.body.toString().trim() === 'null';
        if (!isEmptyQueue) expect(read.kind).not.toBe('accepted');
        if (read.kind === 'no-answer') {
          if (serve.status !== PROXY_ASKS) expect(serve.ends).not.toBeNull();
          expect(read.reached).toBe(true);
          expect(read.reason).not.toBe('');
        }
        if (read.kind === 'error') {
          expect(read.status).toBe(serve.status);
          if (serve.status >= 500) expect(read.error).toBe('server-failure');
          // A yes that nobody understands is no no.
          if (serve.status < 300 && serve.body.length === 0) expect(read.error).toBe('unclear');
        }
      }),
      { numRuns: RUNS },
    );
  });
});
