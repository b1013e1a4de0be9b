import type { Contract } from '../../engine/domain/contract.ts';
import { NEW_LANE_STATE, type Intent, type Lane } from '../../engine/domain/lane.ts';
import type { RulesVersion } from '../../engine/domain/rules-version.ts';
import type { Ticket } from '../../engine/domain/ticket.ts';
import type { Action } from '../../engine/plan/action.ts';
import { pollQueue, type PollEnd } from '../../engine/runtime/accept.ts';
import { BridgeTime } from '../../engine/runtime/bridge-time.ts';
import { fetchAttachment } from '../../engine/runtime/fetch-attachment.ts';
import { ALONE, holdDueLane } from '../../engine/runtime/hold.ts';
import { laneTurn } from '../../engine/runtime/lane-turn.ts';
import type { Bridge, Clock, Downloads, Log, Random, UploadStore } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { uploadTurn } from '../../engine/runtime/upload-turn.ts';
import { takeDue } from '../../engine/runtime/work-downloads.ts';
import { takeDueUploads } from '../../engine/runtime/work-uploads.ts';
import { simulatedDatabase, type SimulatedDatabase } from '../database/simulated/simulated-database.ts';
import { TICKET_KEY, type Mark } from './make-ticket.ts';
import type { TestFile } from './test-file.ts';

/** Lines of the journal that one side of a test can have. */
const JOURNAL_LINES_MAX = 1000;

/** What the engine said it would call, just before it did. */
export interface Announced {
  readonly action: Action;
  readonly intent: Intent;
}

/** One side of a test: an engine of its own, over a scratch database that is gone when the test ends. */
export interface Side {
  readonly runtime: Runtime;
  readonly database: SimulatedDatabase;
  readonly announced: readonly Announced[];
}

export interface SidePorts {
  readonly bridge: Bridge;
  readonly uploads: UploadStore;
  readonly downloads: Downloads;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * The contract's engine over tables in memory, in the names of itsm.yaml. A ticket that is opened there gets the same number
 * as the test's own: so returning it tells the provider nothing new, and what the near side says next is still about it. One
 * that takes its place (`reopen: new-ticket`) gets the next; the wire returns the first one all the same.
 */
export function openSide(contract: Contract, rules: RulesVersion | null, mark: Mark, ports: SidePorts): Side {
  const { tickets } = contract.itsm;
  const prefix = mark.number.slice(0, -TICKET_KEY.length);
  const numbered = { ...tickets, number: { ...tickets.number, generate: { prefix, digits: 1 } } };
  const itsm = { ...contract.itsm, tickets: numbered };
  const database = simulatedDatabase(itsm);
  const announced: Announced[] = [];
  const bridgeTime = new BridgeTime(ports.clock);
  const runtime: Runtime = {
    contract: { ...contract, itsm },
    rules,
    ports: {
      ...ports,
      bridge: bridgeTime.listening(ports.bridge),
      database,
      files: database.files,
    },
    bridgeTime,
    announce: (action, intent) => void announced.push({ action, intent }),
  };
  return { runtime, database, announced };
}

/** People write the ticket: it is from now on as given, and its lane is due. Where changes are found in tables is not tested. */
export async function writeTicket(
  { runtime, database }: Side,
  ticket: Ticket,
  file: TestFile | null,
): Promise<void> {
  const now = runtime.ports.clock.now();
  const known = await database.transaction(({ itsm }) => itsm.ticket(ticket.key, false));
  await database.putTicket({ ...ticket, providerNumber: known?.providerNumber ?? null }, now);
  if (file !== null) await database.putContent(ticket.key, file.key, file.content);
  await database.transaction(async ({ store }) => {
    const lane = await store.laneByClientTicket(ticket.key);
    if (lane !== null) return store.wakeLane(lane.id, now, null);
    await store.insertLane({
      clientTicket: ticket.key,
      clientNumber: null,
      providerTicket: null,
      state: NEW_LANE_STATE,
      dueAt: now,
    });
  });
}

/** Works whatever is due, files too. The reason, if the contract's configuration is at fault; null otherwise. */
export async function workDueLanes({ runtime }: Side, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    const lane = await holdDueLane(runtime);
    if (lane !== null) {
      const end = await laneTurn(runtime, lane, signal);
      if (end.kind === 'stop') return end.reason;
      continue;
    }
    const now = runtime.ports.clock.now();
    const { taken } = await takeDueUploads(runtime, ALONE, { now, limit: 1, busy: [] });
    for (const { held, upload } of taken) {
      const end = await uploadTurn(runtime, held, upload, ALONE, signal, signal);
      if (end.kind === 'stop') return end.reason;
    }
    const { held: downloads } = await takeDue(runtime, ALONE.id, now, 1, []);
    for (const download of downloads) await fetchAttachment(runtime, download, signal);
    if (taken.length + downloads.length === 0) return null;
  }
  return null;
}

/** One look at the queue, and the work that it makes. */
export async function look(side: Side, signal: AbortSignal): Promise<PollEnd> {
  const end = await pollQueue(side.runtime, signal);
  if (end.kind === 'stop') return end;
  const reason = await workDueLanes(side, signal);
  return reason === null ? end : { kind: 'stop', reason, seen: end.seen };
}

export const journalOf = ({ database }: Side) =>
  database.transaction(({ store }) => store.readJournal({ ticket: null, limit: JOURNAL_LINES_MAX }));

/** The lane of the test's own ticket. */
export const laneOf = ({ database }: Side): Promise<Lane | null> =>
  database.transaction(({ store }) => store.laneByClientTicket(TICKET_KEY));

/** The lanes of the test's own ticket and of those that took its place, in that order. */
export const lanesOf = ({ database }: Side): Promise<readonly Lane[]> =>
  database.transaction(async ({ store }) => {
    const lanes: Lane[] = [];
    let lane = await store.laneByClientTicket(TICKET_KEY);
    while (lane !== null) {
      lanes.push(lane);
      const { link, replacedBy } = lane.state;
      lane = link === 'replaced' && replacedBy !== null ? await store.laneByClientNumber(replacedBy) : null;
    }
    return lanes;
  });

/** Their tickets; the last one is what the provider's is now. */
export async function ticketsOf(side: Side): Promise<readonly Ticket[]> {
  const lanes = await lanesOf(side);
  const keys = lanes.flatMap(({ clientTicket }) => (clientTicket === null ? [] : [clientTicket]));
  const tickets = await side.database.transaction(({ itsm }) =>
    Promise.all(keys.map((key) => itsm.ticket(key, false))),
  );
  return tickets.filter((ticket) => ticket !== null);
}
