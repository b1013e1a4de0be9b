import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, test } from 'vitest';
import { webhookSink, WebhookMisconfigured } from '../../../adapters/alarms/webhook-sink.ts';
import { alarmNotice } from '../../support/alarm-notice.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Got {
  readonly method: string;
  readonly type: string;
  readonly body: unknown;
}

/** A receiver that answers as it is told; what it got is in order. */
async function receiver(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (some: string) => (body += some));
    request.on('end', () => {
      got.push({
        method: request.method ?? '',
        type: request.headers['content-type'] ?? '',
        body: JSON.parse(body) as unknown,
      });
      answer(response, request);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { got, url: `http://127.0.0.1:${port}/hooks/T0/s3cr3t-path` };
}
const status =
  (code: number) =>
  (response: ServerResponse): void =>
    void response.writeHead(code).end('whatever it says');

describe('a webhook', () => {
  test('gets the alarm as JSON, as its schema says', async () => {
    const { got, url } = await receiver(status(204));
    expect(await webhookSink(url).send(alarmNotice('raised'))).toEqual({ kind: 'told' });
    expect(await webhookSink(url).send(alarmNotice('cleared'))).toEqual({ kind: 'told' });

    expect(got.map(({ method, type }) => `${method} ${type}`)).toEqual(
      Array(2).fill('POST application/json'),
    );
    expect(got[0]?.body).toEqual({
      text: 'ALARM acme: 1 ticket is parked (alarm from 1 on)',
      event: 'raised',
      id: 'a-1',
      contract: 'acme',
      alarm: 'parked',
      raised_at: '2026-11-23T09:00:00.000Z',
      cleared_at: null,
      since: '2026-11-23T08:59:00.000Z',
      unit: 'count',
      value: 1,
      threshold: 1,
      summary: '1 ticket is parked (alarm from 1 on)',
      look_at: 'bridgehead journal rules/acme',
      tickets: [
        {
          ticket: 'INC0000051',
          provider_ticket: null,
          since: '2026-11-23T08:59:00.000Z',
          reason: 'the table "status" has no entry for "Weird"',
        },
      ],
    });
    const ajv = new Ajv({ strict: true });
    addFormats.default(ajv);
    const file = join(import.meta.dirname, '../../../schemas/alarm/notice.schema.json');
    const isValid = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
    for (const { body } of got) expect(isValid(body), JSON.stringify(isValid.errors)).toBe(true);
  });

  test('that answers with an error has not been told, and the address stays out of the reason', async () => {
    for (const code of [500, 404, 429]) {
      const { url } = await receiver(status(code));
      const told = await webhookSink(url).send(alarmNotice('raised'));
      expect(told).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining(`answered ${code}`) as string,
      });
      expect(JSON.stringify(told)).not.toContain('s3cr3t-path');
    }
  });

  test('that sends it elsewhere is not followed', async () => {
    const elsewhere = await receiver(status(200));
    const { url } = await receiver((response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(await webhookSink(url).send(alarmNotice('raised'))).toMatchObject({ kind: 'failed' });
    expect(elsewhere.got).toEqual([]);
  });

  test('that does not answer, or is not there, has not been told', async () => {
    const { url } = await receiver(() => undefined);
    const told = await webhookSink(url, { timeoutMs: 100 }).send(alarmNotice('raised'));
    expect(told).toMatchObject({ kind: 'failed', reason: expect.stringContaining('within 0.1 s') as string });
    const gone = await webhookSink('http://127.0.0.1:1/').send(alarmNotice('raised'));
    expect(gone).toMatchObject({ kind: 'failed', reason: expect.stringContaining('127.0.0.1:1') as string });
  });

  test('that says more and more is not listened to', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(more));
    });
    expect(await webhookSink(url).send(alarmNotice('raised'))).toEqual({ kind: 'told' });
  });

  test.each(['http://alarms.example/x', 'ftp://127.0.0.1/x', 'no address', 'http://127.0.0.1.example/'])(
    'is refused at %s, without a word of the address',
    (address) => {
      const make = (): unknown => webhookSink(address);
      expect(make).toThrow(WebhookMisconfigured);
      expect(make).toThrow(/neither https nor http on this machine/);
    },
  );
});
