import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { httpDownloads } from '../../adapters/attachments/http-downloads.ts';
import { sampleClients } from '../../adapters/simulator/client-options.ts';
import { startSimulator, type Simulator } from '../../adapters/simulator/server.ts';
import type { Opened } from '../../engine/runtime/ports.ts';

const NEVER = new AbortController().signal;

async function read(opened: Opened): Promise<Buffer> {
  if (opened.kind !== 'content') throw new Error(JSON.stringify(opened));
  const parts: Uint8Array[] = [];
  for await (const part of opened.bytes) parts.push(part);
  return Buffer.concat(parts);
}

describe('a file of the simulator over HTTP', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, clients: sampleClients() });
  });
  afterAll(() => simulator.stop());

  const attached = async (body: object): Promise<string> => {
    const at = `${simulator.url}/_control/acme/prod/tickets`;
    const post = async (path: string, sent: object): Promise<Record<string, unknown>> => {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      });
      return (await response.json()) as Record<string, unknown>;
    };
    const { ticket } = (await post(at, { shortDescription: 'x', group: 'Ensono Mainframe' })) as {
      ticket: { ticketNumber: string };
    };
    const { message } = (await post(`${at}/${ticket.ticketNumber}/attach`, body)) as {
      message: { body: { attachment: string } };
    };
    return message.body.attachment;
  };
  const downloads = () => httpDownloads({ bridgeUrl: `${simulator.url}/acme/prod` });

  test('comes with its bytes, length and type, from an address that is signed and good for a while', async () => {
    const url = await attached({ name: 'a b.txt', type: 'text/plain', text: 'héllo' });
    expect(url).toMatch(/\/_files\/[0-9a-f-]+\/a%20b\.txt\?.*X-Amz-Expires=21600/);
    const opened = await downloads().open(url, [], NEVER);
    expect(opened).toMatchObject({ kind: 'content', size: 6, contentType: 'text/plain' });
    expect((await read(opened)).toString()).toBe('héllo');
  });

  test('that is made up comes whole, however long', async () => {
    const url = await attached({ name: 'long.bin', size: 5_000_001 });
    expect((await read(await downloads().open(url, [], NEVER))).length).toBe(5_000_001);
  });

  test('is refused by S3’s words when its address has expired', async () => {
    const url = await attached({ name: 'late.txt', goodForMs: 0 });
    expect(await downloads().open(url, [], NEVER)).toEqual({ kind: 'expired' });
  });

  test('is not asked for where the bridge is elsewhere', async () => {
    const url = await attached({ name: 'a.txt' });
    const elsewhere = httpDownloads({ bridgeUrl: 'https://bridge.provider.example/acme/prod' });
    expect(await elsewhere.open(url, ['*.amazonaws.com'], NEVER)).toMatchObject({ kind: 'refused' });
  });
});

describe('a file of a server that misbehaves', () => {
  let server: Server;
  let seen: Record<string, unknown>[] = [];
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const serve = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    seen = [];
    server = createServer((request, response) => {
      seen.push({ url: request.url, ...request.headers });
      answer?.(request, response);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  test('never sees the key, a cookie or another host', async () => {
    const origin = await serve((_, response) => response.end('x'));
    await read(await httpDownloads({ bridgeUrl: origin }).open(`${origin}/f?X-Amz-Signature=s`, [], NEVER));
    expect(Object.keys(seen[0] ?? {})).not.toEqual(
      expect.arrayContaining(['x-api-key', 'cookie', 'authorization']),
    );
  });

  test('is not followed off the hosts that are allowed, and is to one that is', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/here') response.writeHead(307, { location: '/there' }).end();
      else if (request.url === '/there') response.end('found');
      else response.writeHead(302, { location: 'https://evil.example/x?secret' }).end();
    });
    const downloads = httpDownloads({ bridgeUrl: origin });
    expect((await read(await downloads.open(`${origin}/here`, [], NEVER))).toString()).toBe('found');
    const off = await downloads.open(`${origin}/off`, ['*.amazonaws.com'], NEVER);
    expect(off).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(off)).not.toContain('secret');
  });

  const refusedHops: readonly (readonly [string, (elsewhere: string) => string, RegExp])[] = [
    [
      'a host that is not named',
      () => 'https://files.evil.example/x',
      /host is not one that the contract allows: files\.evil\.example/,
    ],
    ['plain http', () => 'http://files.provider.example/x', /not https: http:\/\/files\.provider\.example/],
    ['this machine by its name', (port) => `http://localhost:${port}/x`, /not https: http:\/\/localhost/],
    [
      'this machine by its name, encrypted',
      (port) => `https://localhost:${port}/x`,
      /not one that the contract/,
    ],
    ['this machine by another number', (port) => `http://[::1]:${port}/x`, /not https: http:\/\/\[::1\]/],
    ['a service of the cloud', () => 'http://169.254.169.254/latest', /not https: http:\/\/169\.254/],
    ['a name and a password', () => 'https://a:b@files.provider.example/x', /its address names a user/],
    ['a host that ends alike', () => 'https://evilprovider.example/x', /not one that the contract/],
    ['another scheme', () => 'file:///etc/passwd', /not https: file:/],
  ];

  test.each(refusedHops)(
    'that sends on to %s is left alone, at the first hop and at the third',
    async (_, target, reason) => {
      const asked: string[] = [];
      const elsewhere = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end('what nobody may see');
      });
      await new Promise<void>((ready) => elsewhere.listen(0, () => ready()));
      const location = target(String((elsewhere.address() as AddressInfo).port));
      const origin = await serve((request, response) => {
        const next = request.url === '/a' ? '/b' : request.url === '/b' ? '/c' : location;
        response.writeHead(302, { location: next }).end();
      });
      const from = ['*.provider.example'];
      for (const path of ['/c', '/a']) {
        const opened = await httpDownloads({ bridgeUrl: origin }).open(`${origin}${path}`, from, NEVER);
        expect(opened).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) as string });
      }
      expect(seen.map(({ url }) => url)).toEqual(['/c', '/a', '/b', '/c']);
      expect(asked).toEqual([]);
      elsewhere.close();
    },
  );

  test('goes round in circles no more than three times', async () => {
    const origin = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
    expect(await httpDownloads({ bridgeUrl: origin }).open(`${origin}/a`, [], NEVER)).toMatchObject({
      kind: 'refused',
    });
    expect(seen).toHaveLength(4);
  });

  test('breaks off, and the stream says so', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('beginning');
      setTimeout(() => response.destroy(), 20);
    });
    const opened = await httpDownloads({ bridgeUrl: origin }).open(`${origin}/a?secret=1`, [], NEVER);
    await expect(read(opened)).rejects.toThrow(/the connection broke/);
  });

  test('is silent, and is given up', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('beginning');
    });
    const downloads = httpDownloads({ bridgeUrl: origin, silenceMsMax: 100 });
    await expect(read(await downloads.open(`${origin}/a`, [], NEVER))).rejects.toThrow(/silent for 0.1 s/);
  });

  test('answers with an error, of which only the code is told', async () => {
    const origin = await serve((_, response) =>
      response
        .writeHead(503, { 'content-type': 'application/xml' })
        .end(`<Code>SlowDown</Code>${'x'.repeat(1e6)}`),
    );
    expect(await httpDownloads({ bridgeUrl: origin }).open(`${origin}/a`, [], NEVER)).toEqual({
      kind: 'failed',
      reason: 'its server answered 503 (SlowDown)',
    });
  });

  test('is not there at all', async () => {
    const downloads = httpDownloads({ bridgeUrl: 'http://127.0.0.1:9' });
    const opened = await downloads.open('http://127.0.0.1:9/a?X-Amz-Signature=secret', [], NEVER);
    expect(opened).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(opened)).not.toContain('secret');
    server = createServer();
  });
});
