import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpBridge } from '../../../adapters/bridge/http-bridge.ts';
import { collectedLog } from '../../../adapters/log/collected-log.ts';
import { startSimulator, type Simulator } from '../../../adapters/simulator/server.ts';
import type { Bridge, BridgeAnswer } from '../../../engine/runtime/ports.ts';
import { readAnswer, type BridgeCall } from '../../../engine/wire/read-answer.ts';
import { readQueueAnswer } from '../../../engine/wire/read-queue.ts';
import {
  addNotes,
  createTicket,
  deleteMessage,
  receiveMessages,
  returnNumber,
  updateTicket,
} from '../../../engine/wire/requests.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 });
});
beforeEach(() => simulator.provider.reset());
afterAll(() => simulator.stop());

const bridgeOf = (path: string, apiKey: string, timeoutMs = 20_000): Bridge =>
  httpBridge({ baseUrl: `${simulator.url}/${path}`, apiKey, timeoutMs, log: collectedLog() });
const acme = (): Bridge => bridgeOf('acme/prod', 'acme-demo-key');

const identity = {
  clientName: 'AcmeCorp',
  clientTicketNumber: 'INC0000042',
  ticketType: 'Incident',
} as const;
const create = (change: Readonly<Record<string, string>> = {}) =>
  createTicket({
    ...identity,
    fields: {
      shortDescription: 'Disk "full"',
      description: 'C:\\logs\n\tis full',
      group: 'Ensono Mainframe',
      priority: '2',
      contactName: 'Dana Whitfield',
      contactEmail: 'dana.whitfield@acme.example',
      ...change,
    },
    comments: [{ body: 'Since "noon".\nGrowing.', commenter: 'Dana Whitfield' }],
  });
const read = async (call: BridgeCall, answer: Promise<BridgeAnswer>) => readAnswer(call, await answer);
const ticket = () => simulator.provider.tenant('acme', 'prod')?.tickets()[0];

describe('the HTTP bridge at the simulated provider', () => {
  it('creates, updates, comments, resolves, closes and returns a number, with every text as it was written', async () => {
    const bridge = acme();
    expect(await read('create', bridge.send(create()))).toEqual({
      kind: 'accepted',
      providerTicket: 'e-CS0204070',
    });
    const number = 'e-CS0204070';
    expect(
      await read('update', bridge.send(updateTicket(number, { identity, fields: { status: 'pending' } }))),
    ).toEqual({ kind: 'accepted' });
    expect(
      await read(
        'notes',
        bridge.send(addNotes(number, { identity, comments: [{ body: 'back\\slash "q"' }] })),
      ),
    ).toEqual({ kind: 'accepted' });
    expect(await read('return-number', bridge.send(returnNumber(number, identity)))).toEqual({
      kind: 'accepted',
    });
    for (const status of ['resolved', 'closed']) {
      const fields = { status, closeNotes: 'Cleaned\nup' };
      expect(await read('update', bridge.send(updateTicket(number, { identity, fields })))).toEqual({
        kind: 'accepted',
      });
    }
    expect(ticket()).toMatchObject({
      clientTicketNumber: 'INC0000042',
      shortDescription: 'Disk "full"',
      description: 'C:\\logs\n\tis full',
      status: 'closed',
      closeNotes: 'Cleaned\nup',
    });
    expect(ticket()?.comments.map(({ body }) => body)).toEqual([
      'Since "noon".\nGrowing.',
      'back\\slash "q"',
    ]);
  });

  it.each([
    ['acme', 'acme-demo-key'],
    ['globex', 'globex-demo-key'],
  ])(
    'reads and deletes what the queue of %s holds, in its wrapper, and an empty one',
    async (client, key) => {
      const bridge = bridgeOf(`${client}/prod`, key);
      const receive = async () => {
        const answer = await bridge.send(receiveMessages());
        return readQueueAnswer(answer.kind === 'answer' ? answer.body : null);
      };
      expect(await receive()).toEqual({ kind: 'messages', messages: [], unreadable: [] });
      simulator.provider.desk(client, 'prod')?.open({ shortDescription: 'Tape "3"\nis stuck' });
      const queue = await receive();
      if (queue.kind !== 'messages') throw new Error('the queue could not be read');
      expect(
        queue.messages.map(({ transactionType, body }) => [transactionType, body.shortDescription]),
      ).toEqual([['Create', 'Tape "3"\nis stuck']]);
      const handle = queue.messages[0]?.receiptHandle ?? '';
      expect(handle).toMatch(/[/+=]/);
      expect(await read('delete', bridge.send(deleteMessage(handle)))).toEqual({ kind: 'accepted' });
      expect(simulator.provider.tenant(client, 'prod')?.queue.state().messages).toEqual([]);
    },
  );

  it('is told apart: a handle that expired, one that nobody knows', async () => {
    const bridge = acme();
    simulator.provider.desk('acme', 'prod')?.open({ shortDescription: 'Tape' });
    const answer = await bridge.send(receiveMessages());
    const queue = readQueueAnswer(answer.kind === 'answer' ? answer.body : null);
    const handle = queue.kind === 'messages' ? (queue.messages[0]?.receiptHandle ?? '') : '';
    simulator.clock.advance(31_000);
    expect(await read('delete', bridge.send(deleteMessage(handle)))).toMatchObject({
      error: 'handle-expired',
    });
    expect(await read('delete', bridge.send(deleteMessage('AQEBunknown/+==')))).toMatchObject({
      error: 'handle-invalid',
    });
  });

  it.each([
    ['an unknown group', () => acme().send(create({ group: 'Nobody' })), 'unknown-group'],
    ['a wrong key', () => bridgeOf('acme/prod', 'wrong-key').send(create()), 'configuration'],
    [
      'a wrong environment',
      () => bridgeOf('acme/production', 'acme-demo-key').send(create()),
      'configuration',
    ],
    ['a text too long', () => acme().send(create({ shortDescription: 'x'.repeat(161) })), 'refused'],
    [
      "another client's ticket",
      async () => {
        simulator.provider.desk('globex', 'prod')?.open({ shortDescription: 'Theirs' });
        return acme().send(updateTicket('e-CS0879727', { identity, fields: { priority: '1' } }));
      },
      'not-our-ticket',
    ],
  ])('is refused %s, and knows why', async (_name, send, error) => {
    expect(await read('create', send())).toMatchObject({ kind: 'error', error });
    expect(ticket()).toBeUndefined();
  });

  it('knows an answer that is lost or late from a bridge that is not there', async () => {
    const lost = { match: { method: 'POST' }, kind: 'drop-answer', times: 1 } as const;
    simulator.provider.faults.add([{ ...lost, how: 'reset' }]);
    expect(await read('create', acme().send(create()))).toMatchObject({ kind: 'no-answer', reached: true });
    simulator.provider.faults.add([{ ...lost, how: 'hang' }]);
    expect(await read('create', bridgeOf('acme/prod', 'acme-demo-key', 200).send(create()))).toMatchObject({
      kind: 'no-answer',
      reached: true,
    });
    expect(simulator.provider.tenant('acme', 'prod')?.tickets()).toHaveLength(2);
    const gone = await startSimulator({ port: 0 });
    await gone.stop();
    const nobody = httpBridge({
      baseUrl: `${gone.url}/acme/prod`,
      apiKey: 'acme-demo-key',
      timeoutMs: 2000,
      log: collectedLog(),
    });
    expect(await read('create', nobody.send(create()))).toMatchObject({ kind: 'no-answer', reached: false });
  });

  it('hands on how long the bridge wants to be left alone', async () => {
    simulator.provider.faults.add([
      { match: { method: 'POST' }, kind: 'status', status: 429, retryAfterSeconds: 7, times: 1 },
    ]);
    expect(await read('create', acme().send(create()))).toMatchObject({
      error: 'too-many-requests',
      retryAfterMs: 7000,
    });
  });
});
