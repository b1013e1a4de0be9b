import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../../adapters/simulator/server.ts';

describe('a simulator with a state file', () => {
  let folder: string;
  let running: Simulator;
  const start = async (): Promise<void> => {
    running = await startSimulator({ port: 0, state: join(folder, 'provider.jsonl') });
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bridgehead-kept-'));
    await start();
  });
  afterEach(async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const control = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${running.url}/_control/${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    return response.status === 204 ? null : response.json();
  };
  const everything = async (): Promise<unknown> => [
    await control('acme/prod/tickets'),
    await control('acme/prod/queue/sent'),
    { ...((await control('acme/prod/queue')) as object), oldestAgeMs: null },
    await control('requests'),
    await control('clients'),
  ];
  const client = (method: string, path: string, payload?: object): Promise<Response> =>
    fetch(`${running.url}/acme/prod/${path}`, {
      method,
      headers: { 'x-api-key': 'acme-demo-key', 'content-type': 'application/json' },
      ...(payload === undefined ? {} : { body: JSON.stringify({ payload }) }),
    });
  const create = {
    clientName: 'AcmeCorp',
    clientTicketNumber: 'INC0000001',
    ticketType: 'Incident',
    shortDescription: 'Disk is full',
    description: 'Since this morning',
    priority: '2',
    contactName: 'Dana Whitfield',
    contactEmail: 'dana.whitfield@acme.example',
  };

  test('knows after a start what it knew before: tickets, messages, receives, requests, switches', async () => {
    await client('POST', 'tickets', create);
    await control('acme/prod/tickets', { shortDescription: 'Tape is stuck', group: 'Ensono Mainframe' });
    await client('GET', 'queue');
    const [ticket] = (await control('acme/prod/tickets')) as readonly { readonly ticketNumber: string }[];
    await control(`acme/prod/tickets/${ticket?.ticketNumber ?? ''}/comment`, { body: 'On its way' });
    const before = await everything();

    await running.stop();
    await start();

    expect(await everything()).toEqual(before);
    const [, second] = (await control('acme/prod/tickets')) as readonly { readonly ticketNumber: string }[];
    await client('POST', 'tickets', { ...create, clientTicketNumber: 'INC0000002' });
    const numbers = (await control('acme/prod/tickets')) as readonly { readonly ticketNumber: string }[];
    expect(numbers.at(-1)?.ticketNumber).not.toBe(second?.ticketNumber);
    expect(numbers).toHaveLength(3);
  });

  test('takes an answer for lost that it did not see arrive: the number of that create is sent', async () => {
    await running.stop();
    const at = Date.now();
    const request = {
      method: 'POST',
      rawPath: '/acme/prod/tickets',
      headers: { 'x-api-key': 'acme-demo-key', 'content-type': 'application/json' },
      body: JSON.stringify({ payload: create }),
    };
    const line = JSON.stringify({ kind: 'request', at, request, fault: null });
    await appendFile(join(folder, 'provider.jsonl'), `${line}\n`);
    await start();

    const sent = (await control('acme/prod/queue/sent')) as readonly { readonly transactionType: string }[];
    expect(sent.map(({ transactionType }) => transactionType)).toEqual(['ReturnEnsonoNum']);
  });

  test('leaves out a last line that was cut short: nothing had come of it', async () => {
    await client('POST', 'tickets', create);
    const before = await everything();
    await running.stop();
    await appendFile(join(folder, 'provider.jsonl'), '{"kind":"request","at":17');
    await start();

    expect(await everything()).toEqual(before);
    await client('POST', 'tickets', { ...create, clientTicketNumber: 'INC0000002' });
    await running.stop();
    await start();
    expect(await control('acme/prod/tickets')).toHaveLength(2);
  });
});
