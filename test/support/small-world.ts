import { VirtualClock } from '../../adapters/clock/virtual-clock.ts';
import {
  type SimulatedDatabase,
  simulatedDatabase,
} from '../../adapters/database/simulated/simulated-database.ts';
import type { SampleClient } from '../../adapters/demo/load-sample-itsm.ts';
import { collectedLog, type LogLine } from '../../adapters/log/collected-log.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { loadContract } from '../../adapters/rules/read-contract-folder.ts';
import { sampleClients } from '../../adapters/simulator/client-options.ts';
import { Provider } from '../../adapters/simulator/provider.ts';
import type { ProviderDesk } from '../../adapters/simulator/provider-desk.ts';
import { simulatedDownloads } from '../../adapters/simulator/simulated-downloads.ts';
import { simulatedBridge } from '../../adapters/simulator/simulated-bridge.ts';
import type { Tenant } from '../../adapters/simulator/tenant.ts';
import { ALARM_THRESHOLDS } from '../../engine/domain/alarm.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Ports } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { isJsonObject, type Json } from '../../engine/domain/json.ts';

/** A contract, its database and its provider, all of them in memory: hours pass in a moment. */
export interface SmallWorld {
  readonly origin: number;
  readonly clock: VirtualClock;
  readonly contract: Contract;
  readonly database: SimulatedDatabase;
  readonly tenant: Tenant;
  readonly desk: ProviderDesk;
  readonly provider: Provider;
  readonly logLines: readonly LogLine[];
  /** How often each message was received, by its id. */
  readonly receives: ReadonlyMap<string, number>;
  runtime(change?: (ports: Ports) => Ports): Runtime;
}

const loaded = new Map<SampleClient, Contract>();

export async function openSmallWorld(
  client: SampleClient,
  { seed = 1, adapt = (same) => same }: { seed?: number; adapt?: (contract: Contract) => Contract } = {},
): Promise<SmallWorld> {
  const origin = Date.parse('2026-11-23T09:00:00Z');
  const compiled = loaded.get(client) ?? (await loadContract(`rules/${client}`)).contract;
  if (compiled === null) throw new Error(`rules/${client} does not compile`);
  loaded.set(client, compiled);
  const contract = adapt({
    ...compiled,
    outbound: { ...compiled.outbound, since: origin },
    alarms: { thresholds: ALARM_THRESHOLDS, webhook: null, command: null },
  });
  const clock = new VirtualClock(origin);
  const provider = new Provider({ clients: sampleClients(), now: () => clock.now(), seed: String(seed) });
  const tenant = provider.tenant(client, 'prod');
  const desk = provider.desk(client, 'prod');
  if (tenant === undefined || desk === undefined) throw new Error(`the provider does not know ${client}`);
  const database = simulatedDatabase(contract.itsm);
  const log = collectedLog();
  const receives = new Map<string, number>();
  const bridge = simulatedBridge(provider, {
    client,
    environment: 'prod',
    apiKey: `${client}-demo-key`,
    sleep: (ms) => clock.sleep(ms, new AbortController().signal),
  });
  const counting: Ports['bridge'] = {
    send: async (request) => {
      const answer = await bridge.send(request);
      if (request.method === 'GET' && answer.kind === 'answer')
        for (const id of messageIds(answer.body)) receives.set(id, (receives.get(id) ?? 0) + 1);
      return answer;
    },
  };
  const ports: Ports = {
    bridge: counting,
    database,
    files: database.files,
    downloads: simulatedDownloads(provider),
    clock,
    random: seededRandom(seed),
    log,
  };
  return {
    origin,
    clock,
    contract,
    database,
    tenant,
    desk,
    provider,
    logLines: log.lines,
    receives,
    runtime: (change = (same) => same) => ({
      contract,
      rules: { hash: '000000000001', commit: null },
      ports: change(ports),
    }),
  };
}

/** The ids of the messages in an answer of the queue, however it is wrapped. */
function messageIds(body: Json): readonly string[] {
  if (Array.isArray(body)) return (body as readonly Json[]).flatMap(messageIds);
  if (!isJsonObject(body)) return [];
  return typeof body.MessageId === 'string' ? [body.MessageId] : Object.values(body).flatMap(messageIds);
}
