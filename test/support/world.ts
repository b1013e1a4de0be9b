import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { VirtualClock } from '../../adapters/clock/virtual-clock.ts';
import { connect } from '../../adapters/database/connect.ts';
import { localDate } from '../../adapters/database/dates.ts';
import { openDatabase, type OpenDatabase } from '../../adapters/database/open-database.ts';
import { loadSampleItsm, type SampleItsm } from '../../adapters/demo/load-sample-itsm.ts';
import { collectedLog, type LogLine } from '../../adapters/log/collected-log.ts';
import { seededRandom } from '../../adapters/random/seeded-random.ts';
import { sampleClients } from '../../adapters/simulator/client-options.ts';
import { Provider } from '../../adapters/simulator/provider.ts';
import type { ChangeDesk } from '../../adapters/simulator/change-desk.ts';
import type { ProviderDesk } from '../../adapters/simulator/provider-desk.ts';
import type { ProviderTicket } from '../../adapters/simulator/provider-ticket.ts';
import { simulatedBridge, simulatedUploads } from '../../adapters/simulator/simulated-bridge.ts';
import { simulatedDownloads } from '../../adapters/simulator/simulated-downloads.ts';
import type { Tenant } from '../../adapters/simulator/tenant.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { seconds, type Milliseconds } from '../../engine/domain/instant.ts';
import type { JournalEntry } from '../../engine/domain/journal.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import { detectDeleted } from '../../engine/runtime/detect-deleted.ts';
import { detectChanges } from '../../engine/runtime/detect.ts';
import { fetchAttachment } from '../../engine/runtime/fetch-attachment.ts';
import { ALONE, holdDueLane, holdLane } from '../../engine/runtime/hold.ts';
import { laneTurn } from '../../engine/runtime/lane-turn.ts';
import type { Bridge } from '../../engine/runtime/ports.ts';
import { probeUnanswered } from '../../engine/runtime/try-unanswered.ts';
import { retryLane } from '../../engine/runtime/retry-lane.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { uploadTurn } from '../../engine/runtime/upload-turn.ts';
import { takeDueUploads } from '../../engine/runtime/work-uploads.ts';
import { takeDue } from '../../engine/runtime/work-downloads.ts';
import { compileSample, type Rewritten } from './compile-sample.ts';

export const NEVER = new AbortController().signal;

export interface World {
  readonly clock: VirtualClock;
  readonly contract: Contract;
  readonly runtime: Runtime;
  readonly database: OpenDatabase;
  /** The database once more, for who opens it by itself. */
  readonly connection: string;
  readonly provider: Provider;
  readonly tenant: Tenant;
  readonly desk: ProviderDesk;
  readonly changes: ChangeDesk;
  readonly logLines: readonly LogLine[];
  /** The client's people: SQL on their own tables; `:now` is the moment in their zone. */
  sql(
    statement: string,
    ...values: readonly (string | number)[]
  ): Promise<readonly Record<string, unknown>[]>;
  /** Looks at both sides once, as a poll does. */
  poll(): Promise<void>;
  /** Works every lane that is due; returns how many turns that took. */
  work(): Promise<number>;
  /** Polls and works at every half minute until nothing is due any more, for so long at most. */
  settle(ms?: Milliseconds): Promise<void>;
  journal(ticket?: string): Promise<readonly JournalEntry[]>;
  lane(clientNumber: string): Promise<Lane>;
  providerTicket(clientNumber: string): ProviderTicket;
  /** The same world with another way to the bridge: for faults. */
  through(wrap: (bridge: Bridge) => Bridge): Runtime;
  close(): Promise<void>;
}

/** A client, its contract as it is in rules/, its ITSM on SQLite, the provider in memory, and a clock that is moved. */
export async function openWorld(
  client: SampleItsm,
  options: {
    readonly seed?: number;
    readonly since?: 'now';
    readonly adapt?: (contract: Contract) => Contract;
    /** What the sample's files say otherwise. */
    readonly rewritten?: Rewritten;
    /** Where its tables are made; SQLite unless it is said, the engine's beside them. */
    readonly connection?: string;
    /** SQL, run on the sample's tables before anything else. */
    readonly tables?: readonly string[];
  } = {},
): Promise<World> {
  const origin = Date.parse('2026-11-23T09:00:00Z');
  const clock = new VirtualClock(origin);
  const folder = mkdtempSync(path.join(tmpdir(), 'bridgehead-world-'));
  const connection = options.connection ?? `sqlite:${path.join(folder, 'itsm.sqlite')}`;
  await loadSampleItsm(connection, client, clock.now());

  const { contract: compiled } = await compileSample(client, options.rewritten);
  const since = options.since === 'now' ? origin : compiled.outbound.since;
  const contract = (options.adapt ?? ((same) => same))({
    ...compiled,
    outbound: { ...compiled.outbound, since },
  });
  const provider = new Provider({ clients: sampleClients(), now: () => clock.now() });
  const tenant = provider.tenant(client, 'prod');
  const desk = provider.desk(client, 'prod');
  const changes = provider.changeDesk(client, 'prod');
  if (tenant === undefined || desk === undefined || changes === undefined)
    throw new Error(`the provider does not know ${client}`);
  const bridge = simulatedBridge(provider, {
    client,
    environment: 'prod',
    apiKey: `${client}-demo-key`,
    // An answer that does not come takes its time.
    sleep: (ms) => clock.advance(ms),
  });
  const database = openDatabase({ contract: client, itsm: contract.itsm, connection });
  await database.migrate();
  const log = collectedLog();
  const uploads = simulatedUploads(provider, { sleep: (ms) => clock.advance(ms) });
  const random = seededRandom(options.seed ?? 1);
  const runtime: Runtime = {
    contract,
    rules: { hash: '000000000001', commit: null },
    ports: {
      bridge,
      database,
      files: database.files,
      uploads,
      downloads: simulatedDownloads(provider),
      clock,
      random,
      log,
    },
  };
  const { knex } = connect(connection);
  for (const statement of options.tables ?? []) await knex.raw(statement);
  const world: World = {
    clock,
    contract,
    runtime,
    database,
    connection,
    provider,
    tenant,
    desk,
    changes,
    logLines: log.lines,
    sql: async (statement, ...values) => {
      const dated = statement.replaceAll(
        ':now',
        `'${localDate(clock.now(), contract.itsm.database.timeZone)}'`,
      );
      const result: readonly Record<string, unknown>[] = await knex.raw(dated, [...values]);
      // MySQL's driver answers with the rows and their columns.
      return Array.isArray(result[0]) ? (result[0] as readonly Record<string, unknown>[]) : result;
    },
    poll: async () => {
      const { kind } = await pollQueue(runtime, NEVER);
      if (kind === 'polled') await probeUnanswered(runtime);
      await detectChanges(runtime, NEVER);
      await detectDeleted(runtime, 0);
    },
    work: () => workDue(runtime),
    settle: async (ms = seconds(900)) => {
      for (let passed = 0; passed < ms; passed += seconds(30)) {
        await world.poll();
        await world.work();
        await clock.advance(seconds(30));
      }
    },
    journal: (ticket) =>
      database.transaction(({ store }) => store.readJournal({ ticket: ticket ?? null, limit: 1000 })),
    lane: async (clientNumber) => {
      const lane = await database.transaction(({ store }) => store.laneByClientNumber(clientNumber));
      if (lane === null) throw new Error(`no lane for ${clientNumber}`);
      return lane;
    },
    providerTicket: (clientNumber) => {
      const ticket = tenant.tickets().find((one) => one.clientTicketNumber === clientNumber);
      if (ticket === undefined) throw new Error(`the provider has no ticket for ${clientNumber}`);
      return ticket;
    },
    through: (wrap) => ({ ...runtime, ports: { ...runtime.ports, bridge: wrap(bridge) } }),
    close: async () => {
      await knex.destroy();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** One turn of a lane, due or not. */
export async function turnOf(runtime: Runtime, lane: number): Promise<void> {
  const hold = await runtime.ports.database.transaction((tx) => holdLane(tx, lane));
  if (hold === null) throw new Error(`lane ${lane} is in other hands`);
  await laneTurn(runtime, hold, NEVER);
}

/** A lane that is due so often at one moment will never rest: a turn is up to 50 steps. */
const TURNS_OF_A_LANE_MAX = 3;

/** Works the due lanes and files of a runtime one after another until none is due now. */
export async function workDue(runtime: Runtime): Promise<number> {
  const turnsOf = new Map<number, number>();
  for (let turns = 0; ; turns += 1) {
    const hold = await holdDueLane(runtime);
    if (hold === null && ((await fetchDue(runtime)) || (await sendDueFile(runtime)))) {
      // Each file that has ended wakes its lane.
      turnsOf.clear();
      continue;
    }
    if (hold === null) return turns;
    const count = (turnsOf.get(hold.lane) ?? 0) + 1;
    if (count > TURNS_OF_A_LANE_MAX) throw new Error(`lane ${hold.lane} does not come to rest`);
    turnsOf.set(hold.lane, count);
    await laneTurn(runtime, hold, NEVER);
  }
}

/** False: none is due. */
async function sendDueFile(runtime: Runtime): Promise<boolean> {
  const { taken } = await takeDueUploads(runtime, ALONE, {
    now: runtime.ports.clock.now(),
    limit: 1,
    busy: [],
  });
  for (const { held, upload } of taken) await uploadTurn(runtime, held, upload, ALONE, NEVER, NEVER);
  return taken.length > 0;
}

/** Fetches every file that is due now, the first to expire first; false: none was. */
export async function fetchDue(runtime: Runtime): Promise<boolean> {
  const { held } = await takeDue(runtime, ALONE.id, runtime.ports.clock.now(), 100, []);
  for (const one of held) await fetchAttachment(runtime, one, NEVER);
  return held.length > 0;
}

/** The operator's word on every parked ticket: try again. */
export async function retryParked(runtime: Runtime): Promise<void> {
  const { parked } = await runtime.ports.database.transaction(({ store }) => store.backlog());
  for (const { lane } of parked) await retryLane(runtime, lane.id, 'pat');
}
