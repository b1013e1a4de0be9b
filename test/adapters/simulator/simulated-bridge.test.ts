import { describe, expect, it } from 'vitest';
import { sampleClients } from '../../../adapters/simulator/client-options.ts';
import type { FaultRule } from '../../../adapters/simulator/faults.ts';
import { Provider } from '../../../adapters/simulator/provider.ts';
import { simulatedBridge } from '../../../adapters/simulator/simulated-bridge.ts';
import { seconds } from '../../../engine/domain/instant.ts';
import type { BridgeRequest } from '../../../engine/runtime/ports.ts';
import { newTicket, startTestSimulator } from './fixtures.ts';

const create: BridgeRequest = { method: 'POST', path: 'tickets', body: { payload: newTicket } };
const receive: BridgeRequest = { method: 'GET', path: 'queue' };

function setUp(...faults: readonly FaultRule[]) {
  const time = { now: 1_700_000_000_000 };
  const provider = new Provider({ clients: sampleClients(), now: () => time.now, seed: 'test' });
  provider.faults.add(faults);
  const waits: number[] = [];
  const bridge = simulatedBridge(provider, {
    client: 'acme',
    environment: 'prod',
    apiKey: 'acme-demo-key',
    timeoutMs: seconds(20),
    sleep: async (ms) => {
      waits.push(ms);
      await Promise.resolve();
    },
  });
  return { provider, bridge, waits, tenant: provider.tenant('acme', 'prod') };
}

describe('the in-process bridge', () => {
  it('answers as the HTTP server does', async () => {
    const { bridge } = setUp();
    const http = await startTestSimulator();
    try {
      for (const request of [
        create,
        receive,
        { ...receive, path: 'Queue' },
        { ...create, body: { payload: {} } },
      ]) {
        const theirs = await fetch(`${http.url}/acme/prod/${request.path}`, {
          method: request.method,
          headers: { 'x-api-key': 'acme-demo-key', 'content-type': 'application/json' },
          ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        });
        expect(await bridge.send(request)).toEqual({
          kind: 'answer',
          status: theirs.status,
          body: await theirs.json(),
          retryAfterMs: null,
        });
      }
    } finally {
      await http.stop();
    }
  });

  it('has no answer where one is dropped, though it may have reached the provider', async () => {
    const { bridge, waits, tenant } = setUp(
      { kind: 'drop-request', times: 1 },
      { kind: 'drop-answer', how: 'hang', times: 1 },
    );
    expect(await bridge.send(create)).toMatchObject({ kind: 'no-answer', reached: true });
    expect(tenant?.tickets()).toHaveLength(0);
    expect(await bridge.send(create)).toMatchObject({ kind: 'no-answer', reached: true });
    expect(waits).toEqual([seconds(20)]);
    expect(tenant?.tickets()).toHaveLength(1);
    expect(tenant?.queue.state().messages).toMatchObject([{ transactionType: 'ReturnEnsonoNum' }]);
  });

  it('gives up on an answer that takes longer than its timeout, which then counts as lost', async () => {
    const { bridge, provider, tenant } = setUp({ kind: 'delay', ms: seconds(21), effect: 'late', times: 1 });
    expect(await bridge.send(create)).toMatchObject({ kind: 'no-answer', reached: true });
    await expect.poll(() => provider.requests().map(({ delivered }) => delivered)).toEqual([false]);
    expect(tenant?.tickets()).toHaveLength(1);
    expect(tenant?.queue.state().messages).toMatchObject([{ transactionType: 'ReturnEnsonoNum' }]);
  });

  it('waits for an answer that comes late but in time', async () => {
    const { bridge, waits } = setUp({ kind: 'delay', ms: seconds(5) });
    expect(await bridge.send(create)).toMatchObject({ kind: 'answer', status: 200 });
    expect(waits).toEqual([seconds(5)]);
  });

  it('says how long to stay away', async () => {
    const { bridge } = setUp({ kind: 'status', status: 429, retryAfterSeconds: 7 });
    expect(await bridge.send(create)).toMatchObject({ status: 429, retryAfterMs: seconds(7) });
  });

  it('asks for a fault of its own first', async () => {
    const { provider } = setUp();
    const bridge = simulatedBridge(provider, {
      client: 'acme',
      environment: 'prod',
      apiKey: 'acme-demo-key',
      chooseFault: ({ method }) => (method === 'POST' ? { kind: 'status', status: 500 } : null),
    });
    expect(await bridge.send(create)).toMatchObject({ status: 500 });
    expect(await bridge.send(receive)).toMatchObject({ status: 200 });
  });

  it('gives the same identifiers for the same seed and the same calls', async () => {
    const [one, two] = [setUp(), setUp()];
    for (const { tenant } of [one, two]) {
      tenant?.queue.send({ group: 'A', transactionType: 'Update', clientReferenceAvailable: true, body: {} });
    }
    expect(await one.bridge.send(receive)).toEqual(await two.bridge.send(receive));
  });
});
