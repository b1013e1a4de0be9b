import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../adapters/simulator/server.ts';
import type { Json } from '../../../engine/domain/json.ts';
import { ACME_KEY, at, createTicket, identity, startTestSimulator, type TestSimulator } from './fixtures.ts';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
beforeEach(() => simulator.provider.reset());
afterAll(() => simulator.stop());

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const urlOf = async (number: string, name: string, environment = 'dev'): Promise<string> => {
  const { body } = await simulator.acme('GET', `/${environment}/tickets/${number}/attachments/${name}`);
  expect(at(body, 'Response', 'code')).toBe(200);
  return at(body, 'Response', 'body') as string;
};

const put = async (
  url: string,
  body: Uint8Array | string,
  type: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(url, { method: 'PUT', body, headers: { 'content-type': type, ...headers } });
  return { status: response.status, text: await response.text() };
};

const filesOf = async (number: string): Promise<Json> =>
  (await simulator.control('GET', `/acme/dev/tickets/${number}/files`)).body;

describe('a presigned URL', () => {
  it('takes the file once, and what arrived is shown', async () => {
    const number = await createTicket(simulator);
    const url = await urlOf(number, 'screen-1.png');
    expect(await put(url, PNG, 'image/png')).toEqual({ status: 200, text: '' });
    const sha256 = createHash('sha256').update(PNG).digest('hex');
    const file = { name: 'screen-1.png', contentType: 'image/png', size: PNG.length, sha256, times: 1 };
    expect(await filesOf(number)).toMatchObject([file]);

    const again = await put(url, PNG, 'image/png');
    expect([again.status, again.text]).toEqual([403, expect.stringContaining('AccessDenied')]);
    expect(await put(await urlOf(number, 'screen-1.png'), PNG, 'image/png')).toMatchObject({ status: 200 });
    expect(await filesOf(number)).toMatchObject([{ ...file, times: 2 }]);
  });

  it('is too old after 120 s', async () => {
    const number = await createTicket(simulator);
    const url = await urlOf(number, 'a.txt');
    simulator.clock.advance(119_999);
    const other = await urlOf(number, 'b.txt');
    expect(await put(url, 'text', 'text/plain')).toMatchObject({ status: 200 });
    simulator.clock.advance(120_000);
    const late = await put(other, 'text', 'text/plain');
    expect(late.status).toBe(403);
    expect(late.text).toMatch(/^<\?xml .*<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/s);
    expect(await filesOf(number)).toMatchObject([{ name: 'a.txt' }]);
  });

  it.each(['-a.txt', '.txt', 'a_b.txt', 'a%20b.txt', 'ü.txt', 'setup.exe', 'SETUP.EXE', 'setup.exe.base64'])(
    'is not given for the name %s',
    async (name) => {
      const number = await createTicket(simulator);
      const { status, text } = await simulator.acme(
        'GET',
        `/dev/tickets/${number}/attachments/${encodeURI(name)}`,
      );
      expect([status, text]).toEqual([400, expect.stringContaining('Invalid file name')]);
    },
  );

  it('is not given for a closed ticket, somebody else’s, a change, or one that there is not', async () => {
    const number = await createTicket(simulator);
    const ask = async (ticket: string): Promise<string> =>
      (await simulator.acme('GET', `/dev/tickets/${ticket}/attachments/a.txt`)).text;
    await simulator.control('POST', `/acme/dev/tickets/${number}/close`, {});
    const opened = await simulator.control('POST', '/globex/dev/tickets', { shortDescription: 'x' });
    const drafted = await simulator.control('POST', '/acme/dev/changes', {
      type: 'Standard',
      shortDescription: 'x',
    });
    expect(await ask(number)).toContain('Ticket is closed');
    expect(await ask(at(opened.body, 'ticket', 'ticketNumber') as string)).toContain('not authorized');
    expect(await ask(at(drafted.body, 'change', 'ticketNumber') as string)).toContain('Changes cannot');
    expect(await ask('e-CS9999999')).toContain('Ticket not found');
  });

  it.each([
    [PNG, 'image/png', 200],
    [PNG, 'text/plain', 400],
    [PNG, 'application/octet-stream', 400],
    ['a,b\n1,2\n', 'text/csv; charset=utf-8', 200],
    ['a,b\n1,2\n', 'application/octet-stream', 400],
    [Buffer.from([0, 1, 2, 3]), 'application/octet-stream', 200],
    [Buffer.from([0, 1, 2, 3]), 'application/json', 400],
    ['', 'text/plain', 200],
  ])('takes what has the type that it says: %j as %s', async (bytes, type, status) => {
    const url = await urlOf(await createTicket(simulator), 'file');
    expect(await put(url, bytes, type)).toMatchObject({ status });
  });

  it('takes base64 as text, under a name that says so', async () => {
    const number = await createTicket(simulator);
    const url = await urlOf(number, 'a.png.base64');
    expect(await put(url, PNG.toString('base64'), 'image/png')).toMatchObject({ status: 400 });
    expect(await put(url, PNG.toString('base64'), 'text/plain')).toMatchObject({ status: 200 });
    expect(await filesOf(number)).toMatchObject([{ name: 'a.png.base64', contentType: 'text/plain' }]);
  });

  it('takes no key, and nothing that nobody gave leave for', async () => {
    const url = await urlOf(await createTicket(simulator), 'a.txt');
    expect(await put(url, 'x', 'text/plain', { 'x-api-key': ACME_KEY })).toMatchObject({ status: 400 });
    expect(await put(`${simulator.url}/_store/nobody/a.txt`, 'x', 'text/plain')).toMatchObject({
      status: 403,
    });
  });

  it('fails as any call does, and is in the log of requests', async () => {
    const number = await createTicket(simulator);
    await simulator.control('POST', '/faults', [
      { kind: 'drop-answer', match: { method: 'PUT', path: '/_store/' }, times: 1 },
    ]);
    await expect(put(await urlOf(number, 'a.txt'), 'x', 'text/plain')).rejects.toThrow();
    expect(await filesOf(number)).toMatchObject([{ name: 'a.txt', size: 1 }]);
    const requests = simulator.provider.requests();
    expect(requests.at(-2)).toMatchObject({ call: 'attachment-url', effect: false, delivered: true });
    expect(requests.at(-1)).toMatchObject({
      method: 'PUT',
      ticketNumber: number,
      effect: true,
      delivered: false,
    });
  });

  it('takes a large file without keeping it', async () => {
    const url = await urlOf(await createTicket(simulator), 'large.bin');
    const bytes = Buffer.alloc(24 * 1024 * 1024, 1);
    expect(await put(url, bytes, 'application/octet-stream')).toMatchObject({ status: 200 });
    expect(JSON.stringify(simulator.provider.requests()).length).toBeLessThan(20_000);
  });
});

describe('a simulator with a state file', () => {
  it('knows after a start which files came, and which leave it has given', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bridgehead-files-'));
    const start = () => startSimulator({ port: 0, state: join(folder, 'provider.jsonl') });
    let running = await start();
    const ask = async (path: string, init: RequestInit = {}): Promise<Json> => {
      const headers = { 'x-api-key': ACME_KEY, 'content-type': 'application/json' };
      return (await (await fetch(`${running.url}${path}`, { headers, ...init })).json()) as Json;
    };
    try {
      const payload = { ...identity, shortDescription: 'x', description: 'x', priority: '3' };
      const contact = { contactName: 'Ada Byron', contactEmail: 'ada@acme.example' };
      const body = JSON.stringify({ payload: { ...payload, ...contact } });
      const number = at(await ask('/acme/dev/tickets', { method: 'POST', body }), 'Response') as string;
      const url = async (name: string) =>
        at(await ask(`/acme/dev/tickets/${number}/attachments/${name}`), 'Response', 'body') as string;
      await put(await url('a.txt'), 'one', 'text/plain');
      const given = new URL(await url('b.txt'));
      const files = `/_control/acme/dev/tickets/${number}/files`;
      const before = await ask(files);
      await running.stop();
      running = await start();
      expect(await ask(files)).toEqual(before);
      const there = `${running.url}${given.pathname}${given.search}`;
      expect(await put(there, 'two', 'text/plain')).toMatchObject({ status: 200 });
    } finally {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
