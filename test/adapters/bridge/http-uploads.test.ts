import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { httpUploads } from '../../../adapters/bridge/http-uploads.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import type { FileToPut } from '../../../engine/runtime/ports.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const running: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections?.();
  }
});

async function listening(server: net.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const store = (
  answer: (request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) => void,
): Promise<string> =>
  listening(
    http.createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => answer(request, response, Buffer.concat(pieces)));
    }),
  );

async function* pieces(...all: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const piece of all) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

const file = (url: string, change: Partial<FileToPut> = {}): FileToPut => ({
  url,
  contentType: 'text/plain',
  size: 6,
  bytes: pieces('abc', 'def'),
  ...change,
});

const NEVER = new AbortController().signal;
const uploads = (timeoutMs = 2000) => {
  const log = collectedLog();
  return { log, ...httpUploads({ timeoutMs, log }) };
};

describe('putting a file', () => {
  it('sends its bytes, type and length, and nothing of the bridge', async () => {
    const received: Received[] = [];
    const base = await store(({ method, url, headers }, response, body) => {
      received.push({ method: method ?? '', url: url ?? '', headers, body });
      response.end();
    });
    const one = uploads();
    expect(await one.put(file(`${base}/a.txt?X-Amz-Signature=secret`), NEVER)).toMatchObject({
      kind: 'answer',
      status: 200,
    });
    const [got] = received;
    expect([got?.method, got?.url, got?.body.toString()]).toEqual([
      'PUT',
      '/a.txt?X-Amz-Signature=secret',
      'abcdef',
    ]);
    expect(Object.keys(got?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
    expect(got?.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '6' });
    expect(JSON.stringify(one.log.lines)).not.toContain('secret');
  });

  it('hands on what the store says, redirects too', async () => {
    const base = await store((_, response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere', 'retry-after': '7' });
      response.end('<Error><Code>TemporaryRedirect</Code></Error>');
    });
    expect(await uploads().put(file(base), NEVER)).toEqual({
      kind: 'answer',
      status: 307,
      body: '<Error><Code>TemporaryRedirect</Code></Error>',
      retryAfterMs: 7000,
    });
  });

  it.each([
    'http://store.example/a.txt',
    'ftp://127.0.0.1/a.txt',
    'http://127.0.0.1.store.example/',
    'nowhere',
  ])('is refused for %s, and nobody is called', async (url) =>
    expect(await uploads().put(file(url), NEVER)).toMatchObject({ kind: 'answer', status: 400 }),
  );

  it('hears a store that says no before it has read the file', async () => {
    const base = await listening(
      http.createServer((_, response) => {
        response.writeHead(403, { connection: 'close' });
        response.end('<Error><Code>AccessDenied</Code></Error>');
      }),
    );
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 50; count += 1) {
        yield Buffer.alloc(1000);
        await wait(5);
      }
    }
    const answer = await uploads().put(file(base, { size: 50_000, bytes: slow() }), NEVER);
    expect(answer).toMatchObject({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
  });

  it.each([
    [7, 'the file has 6 bytes by now, not 7'],
    [5, 'the file is longer than its 5 bytes by now'],
  ])('breaks off where the file does not have the %i bytes that it had', async (size, reason) => {
    const done: number[] = [];
    const base = await store((_, response, body) => {
      done.push(body.length);
      response.end();
    });
    expect(await uploads().put(file(base, { size }), NEVER)).toEqual({
      kind: 'no-answer',
      reason,
      reached: true,
    });
    expect(done).toEqual([]);
  });

  it('breaks off when the content cannot be read on', async () => {
    const base = await store((_, response) => response.end());
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('the database went away');
    }
    expect(await uploads().put(file(base, { bytes: broken() }), NEVER)).toEqual({
      kind: 'no-answer',
      reason: 'the database went away',
      reached: true,
    });
  });

  it('gives up a store that takes nothing, and one that does not answer', async () => {
    const deaf = await listening(net.createServer((socket) => void socket.pause()));
    const dumb = await store(() => undefined);
    const large = file(deaf, {
      size: 64 << 20,
      bytes: pieces(Buffer.alloc(32 << 20), Buffer.alloc(32 << 20)),
    });
    for (const one of [large, file(dumb)])
      expect(await uploads(150).put(one, NEVER)).toEqual({
        kind: 'no-answer',
        reason: 'nothing went on for 0.15 s',
        reached: true,
      });
  });

  it('goes on for as long as something goes on', async () => {
    const base = await store((_, response, body) => response.end(String(body.length)));
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 6; count += 1) {
        await wait(60);
        yield Buffer.from('x');
      }
    }
    expect(await uploads(150).put(file(base, { bytes: slow() }), NEVER)).toMatchObject({
      status: 200,
      body: '6',
    });
  });

  it('ends with the signal', async () => {
    const base = await store(() => undefined);
    const stop = new AbortController();
    const put = uploads().put(file(base), stop.signal);
    await wait(50);
    stop.abort();
    expect(await put).toMatchObject({ kind: 'no-answer', reached: true });
  });

  it('knows that nobody was there', async () => {
    const answer = await uploads().put(file('http://127.0.0.1:1/a.txt'), NEVER);
    expect(answer).toMatchObject({ kind: 'no-answer', reached: false });
  });

  it('reads no faster than the store takes', async () => {
    const base = await listening(net.createServer((socket) => void socket.pause()));
    const read = { pieces: 0 };
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; read.pieces < 1000; read.pieces += 1) yield Buffer.alloc(1 << 20);
    }
    const put = uploads(400).put(file(base, { size: 1000 << 20, bytes: endless() }), NEVER);
    expect(await put).toMatchObject({ kind: 'no-answer' });
    expect(read.pieces).toBeLessThan(20);
  });
});
