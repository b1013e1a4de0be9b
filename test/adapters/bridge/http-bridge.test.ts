import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { BridgeMisconfigured, httpBridge } from '../../../adapters/bridge/http-bridge.ts';
import { wallClock } from '../../../adapters/clock/wall-clock.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { ANSWER_BYTES_MAX } from '../../../engine/domain/limits.ts';
import type { Bridge } from '../../../engine/runtime/ports.ts';
import { deleteMessage, receiveMessages, returnNumber } from '../../../engine/wire/requests.ts';

const KEY = 'Sup3rS3cretK3y0123456789';
const NEVER = new AbortController().signal;

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

async function listening(server: Server): Promise<string> {
  open.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serving = (answer: RequestListener): Promise<string> => listening(createServer(answer));

/** A server that answers every connection with these bytes, whatever was asked. */
const servingBytes = (...chunks: readonly (string | Buffer)[]): Promise<string> =>
  listening(
    createTcpServer((socket) => {
      socket.once('data', () => {
        for (const chunk of chunks) socket.write(chunk);
        socket.end();
      });
    }),
  );

const log = collectedLog();
const bridgeAt = (origin: string, timeoutMs = 5_000): Bridge =>
  httpBridge({ baseUrl: `${origin}/acme/prod/`, apiKey: KEY, timeoutMs, log });

const respond = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void => void response.writeHead(status, headers).end(body);

const request = returnNumber('e-CS0204070', {
  clientName: 'AcmeCorp',
  clientTicketNumber: 'INC0000042',
  ticketType: 'Incident',
});

describe('a request to the bridge', () => {
  it('carries the key, the content type and the body below the base URL', async () => {
    let seen: { incoming: IncomingMessage; body: string } | null = null;
    const origin = await serving((incoming, response) => {
      void text(incoming).then((body) => {
        seen = { incoming, body };
        respond(response, 200, '{"Response":"PTN added"}');
      });
    });

    const answer = await bridgeAt(origin).send(request);

    expect(answer).toMatchObject({
      kind: 'answer',
      status: 200,
      body: { Response: 'PTN added' },
      retryAfterMs: null,
    });
    expect(seen).toMatchObject({
      incoming: {
        method: 'PUT',
        url: '/acme/prod/tickets/e-CS0204070/returnptn',
        headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
      },
      body: '{"payload":{"clientName":"AcmeCorp","clientTicketNumber":"INC0000042","ticketType":"Incident"}}',
    });
  });

  it('has neither body nor content type when it reads the queue', async () => {
    const origin = await serving((incoming, response) => {
      void text(incoming).then((body) => {
        const seen = { url: incoming.url, type: incoming.headers['content-type'] ?? null, body };
        respond(response, 200, JSON.stringify(seen));
      });
    });

    expect(await bridgeAt(origin).send(receiveMessages())).toMatchObject({
      body: { url: '/acme/prod/queue', type: null, body: '' },
    });
  });

  it('keeps a receipt handle encoded', async () => {
    const origin = await serving((incoming, response) =>
      respond(response, 200, JSON.stringify(incoming.url)),
    );

    expect(await bridgeAt(origin).send(deleteMessage('AQEB/a+b=='))).toMatchObject({
      body: '/acme/prod/queue/AQEB%2Fa%2Bb%3D%3D',
    });
  });

  it('is not sent when its path would name another address', async () => {
    let calls = 0;
    const origin = await serving((_, response) => {
      calls += 1;
      respond(response, 200, '');
    });

    const answer = await bridgeAt(origin).send({ method: 'DELETE', path: 'queue/..' });

    expect(answer).toMatchObject({ kind: 'no-answer', reached: false });
    expect(calls).toBe(0);
  });
});

describe('an answer of the bridge', () => {
  it('is an answer whatever its status', async () => {
    const origin = await serving((_, response) =>
      respond(response, 500, '{"message":"Internal server error"}'),
    );

    expect(await bridgeAt(origin).send(request)).toMatchObject({
      kind: 'answer',
      status: 500,
      body: { message: 'Internal server error' },
    });
  });

  it('is text where it is not JSON', async () => {
    const origin = await serving((_, response) => respond(response, 502, '<html>Bad gateway</html>'));

    expect(await bridgeAt(origin).send(request)).toMatchObject({
      status: 502,
      body: '<html>Bad gateway</html>',
    });
  });

  it('is an empty text where it is empty', async () => {
    const origin = await serving((_, response) => respond(response, 204, ''));

    expect(await bridgeAt(origin).send(request)).toMatchObject({ status: 204, body: '' });
  });

  it('is JSON even where its content type says otherwise', async () => {
    const origin = await serving((_, response) =>
      respond(response, 200, '\uFEFF{"Response":"PTN added"}', { 'content-type': 'text/html' }),
    );

    expect(await bridgeAt(origin).send(request)).toMatchObject({ body: { Response: 'PTN added' } });
  });

  it('has a replacement character where its UTF-8 is broken', async () => {
    const origin = await servingBytes('HTTP/1.1 200 OK\r\n\r\n"caf', Buffer.from([0xc3]), '"');

    expect(await bridgeAt(origin).send(request)).toMatchObject({ body: 'caf\uFFFD' });
  });

  it('keeps a character together that arrives in two pieces', async () => {
    const origin = await serving((_, response) => {
      response.write(Buffer.from([0x22, 0xc3]), () => response.end(Buffer.from([0xa9, 0x22])));
    });

    expect(await bridgeAt(origin).send(request)).toMatchObject({ body: 'é' });
  });

  it('is text from where it is nested beyond reason, and JSON before', async () => {
    const nested = '['.repeat(1000) + ']'.repeat(1000);
    const origin = await serving((_, response) =>
      respond(response, 200, `{"deep":${nested},"plain":{"a":1}}`),
    );

    const answer = await bridgeAt(origin).send(request);

    expect(answer).toMatchObject({ body: { plain: { a: 1 } } });
    expect(JSON.stringify(answer).length).toBeLessThan(2 * nested.length);
  });

  it('does not choke on any depth', async () => {
    const origin = await serving((_, response) =>
      respond(response, 200, '['.repeat(500_000) + ']'.repeat(500_000)),
    );

    expect(await bridgeAt(origin).send(request)).toMatchObject({ kind: 'answer', status: 200 });
  });

  it.each([
    ['in seconds', { 'retry-after': '7' }, 7_000],
    [
      'as a date, by the clock of the answer',
      { 'retry-after': 'Mon, 02 Mar 2026 10:00:30 GMT', date: 'Mon, 02 Mar 2026 10:00:00 GMT' },
      30_000,
    ],
    ['as a date that is over', { 'retry-after': 'Mon, 02 Mar 2020 10:00:30 GMT' }, 0],
    ['as something else', { 'retry-after': 'soon' }, null],
  ])('says when to try again: %s', async (_, headers, expected) => {
    const origin = await serving((__, response) => respond(response, 429, '', headers));

    expect(await bridgeAt(origin).send(request)).toMatchObject({ status: 429, retryAfterMs: expected });
  });
});

describe('a redirect', () => {
  it('is handed on as the answer, and the key goes nowhere else', async () => {
    let calls = 0;
    const elsewhere = await serving((_, response) => {
      calls += 1;
      respond(response, 200, '{"Response":"PTN added"}');
    });
    const origin = await serving((_, response) =>
      respond(response, 307, '', { location: `${elsewhere}/acme/prod/tickets` }),
    );

    expect(await bridgeAt(origin).send(request)).toMatchObject({ kind: 'answer', status: 307 });
    expect(calls).toBe(0);
  });
});

describe('no whole answer', () => {
  it('certainly did not reach a host that refuses the connection', async () => {
    const server = createTcpServer();
    const origin = await listening(server);
    await new Promise((closed) => server.close(closed));

    const answer = await bridgeAt(origin).send(request);

    expect(answer).toMatchObject({ kind: 'no-answer', reached: false });
    expect(answer).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'));
  });

  it('certainly did not reach a host that does not exist', async () => {
    const answer = await bridgeAt('http://bridge.invalid').send(request);

    expect(answer).toMatchObject({ kind: 'no-answer', reached: false });
  });

  it('may have left its effect when the connection is reset', async () => {
    const origin = await listening(
      createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );

    expect(await bridgeAt(origin).send(request)).toMatchObject({ kind: 'no-answer', reached: true });
  });

  it('may have left its effect when the answer stops half way', async () => {
    const origin = await servingBytes('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Response":"PTN');

    expect(await bridgeAt(origin).send(request)).toMatchObject({ kind: 'no-answer', reached: true });
  });

  it('may have left its effect when what comes back is not HTTP', async () => {
    const origin = await servingBytes('220 mail.example ESMTP\r\n');

    expect(await bridgeAt(origin).send(request)).toMatchObject({ kind: 'no-answer', reached: true });
  });

  it('is given up when nothing comes in time', async () => {
    const origin = await serving(() => undefined);

    expect(await bridgeAt(origin, 50).send(request)).toEqual({
      kind: 'no-answer',
      reason: 'no whole answer within 0.05 s',
      reached: true,
    });
  });

  it('is given up when the body drips beyond the time-out', async () => {
    const origin = await serving((_, response) => {
      response.write('{"Response":');
    });

    expect(await bridgeAt(origin, 100).send(request)).toMatchObject({
      reason: 'no whole answer within 0.1 s',
      reached: true,
    });
  });

  it('is given up sooner when time runs faster', async () => {
    const origin = await serving(() => undefined);
    const clock = wallClock({ speed: 1000 });
    const bridge = httpBridge({ baseUrl: origin, apiKey: KEY, timeoutMs: 60_000, clock, log });

    const first = await Promise.race([bridge.send(request), wallClock().sleep(10_000, NEVER)]);

    expect(first).toMatchObject({ kind: 'no-answer', reason: 'no whole answer within 60 s' });
  });

  it('is what an answer without end becomes', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const origin = await serving((_, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(chunk, more);
      };
      more();
    });

    expect(await bridgeAt(origin, 30_000).send(request)).toMatchObject({
      kind: 'no-answer',
      reason: `the answer is longer than ${ANSWER_BYTES_MAX} bytes`,
      reached: true,
    });
  });
});

describe('the key', () => {
  it('is in no answer and no log line, even when the server quotes it', async () => {
    const quiet = collectedLog();
    const origin = await serving((incoming, response) =>
      respond(
        response,
        403,
        JSON.stringify({ message: `no such key: ${String(incoming.headers['x-api-key'])}` }),
      ),
    );
    const bridge = httpBridge({ baseUrl: origin, apiKey: KEY, timeoutMs: 5_000, log: quiet });

    const answer = await bridge.send(request);

    expect(answer).toMatchObject({ body: { message: 'no such key: [redacted]' } });
    expect(quiet.lines.map(({ step }) => step)).toEqual(['bridge request', 'bridge answer']);
    expect(JSON.stringify(quiet.lines)).not.toContain(KEY);
  });

  it('is not in the error when no header can carry it', () => {
    const make = (): Bridge =>
      httpBridge({ baseUrl: 'https://bridge.example', apiKey: `${KEY}\n`, timeoutMs: 1, log });

    expect(make).toThrow(BridgeMisconfigured);
    expect(make).not.toThrow(KEY);
  });

  it.each([
    'bridge.example/acme',
    'ftp://bridge.example',
    'https://user:word@bridge.example',
    'https://b.example/?a=1',
  ])('is not used with an address such as %s', (baseUrl) => {
    expect(() => httpBridge({ baseUrl, apiKey: KEY, timeoutMs: 1, log })).toThrow(BridgeMisconfigured);
  });
});

describe('the log of a call', () => {
  it('has request and answer, cut short and without presigned query strings', async () => {
    const quiet = collectedLog();
    const presigned = 'https://files.example/report.pdf?X-Amz-Signature=abcdef';
    const origin = await serving((_, response) =>
      respond(response, 200, JSON.stringify({ attachment: presigned, description: 'x'.repeat(30_000) })),
    );

    await httpBridge({ baseUrl: origin, apiKey: KEY, timeoutMs: 5_000, log: quiet }).send(request);

    const [asked, answered] = quiet.lines;
    expect(asked?.fields).toMatchObject({
      method: 'PUT',
      path: request.path,
      body: JSON.stringify(request.body),
    });
    expect(answered?.fields).toMatchObject({ status: 200 });
    const body = answered?.fields.body as string;
    expect(body).toContain('https://files.example/report.pdf?[redacted]');
    expect(body.length).toBeGreaterThan(10_000);
    expect(body.length).toBeLessThan(20_100);
  });
});
