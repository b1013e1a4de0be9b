import type { Contract } from '../../engine/domain/contract.ts';
import type { Observer } from '../../engine/domain/observation.ts';
import type { Lane } from '../../engine/domain/lane.ts';
import { observeContract } from '../../engine/map/observe-contract.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import { fetchAttachment } from '../../engine/runtime/fetch-attachment.ts';
import { ALONE, holdDueLane } from '../../engine/runtime/hold.ts';
import { laneTurn } from '../../engine/runtime/lane-turn.ts';
import type { Store } from '../../engine/runtime/ports.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { uploadTurn } from '../../engine/runtime/upload-turn.ts';
import { takeDueUploads, type FoundUploads } from '../../engine/runtime/work-uploads.ts';
import { takeDue } from '../../engine/runtime/work-downloads.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { simulatedDatabase, type SimulatedDatabase } from '../database/simulated/simulated-database.ts';
import { collectedLog } from '../log/collected-log.ts';
import { seededRandom } from '../random/seeded-random.ts';
import { REHEARSED_JOURNAL_LINES_MAX, REHEARSED_TURNS_MAX } from './limits.ts';
import { recordingDatabase } from './recording-database.ts';
import type { ItsmWrite, Rehearsal, RehearsalEnd } from './rehearsal.ts';
import { rehearsedMessages } from './rehearsed-messages.ts';
import { ScriptedBridge } from './scripted-bridge.ts';
import { scriptedDownloads } from './scripted-downloads.ts';
import { ScriptedQueue } from './scripted-queue.ts';
import { unknownContent } from './unknown-content.ts';
import { setTheStage } from './set-the-stage.ts';
import type { Situation } from './situation.ts';

const NEVER = new AbortController().signal;

/**
 * What the engine would do in a situation: its own runtime, over simulated ports. Nothing real is touched, and the same
 * situation always ends the same.
 *
 * Rejects with ItsmRefused on a ticket that the tables of itsm.yaml cannot hold, and with an Error if it does not come
 * to an end within its bounds (`limits.ts`).
 * @param observer is told how the rules come to their results. What both sides agreed on beforehand is mapped without it.
 */
export async function rehearse(
  contract: Contract,
  situation: Situation,
  observer: Observer | null = null,
): Promise<Rehearsal> {
  const clock = new VirtualClock(situation.now);
  const database = simulatedDatabase(contract.itsm);
  const laneId = await setTheStage(contract, database, situation);

  const writes: ItsmWrite[] = [];
  const queue = new ScriptedQueue(situation.messages);
  const bridge = new ScriptedBridge({
    queue,
    answers: situation.answers,
    clock,
    timeoutMs: contract.bridge.timeoutMs,
    taken: takenNumbers(situation),
  });
  const observed = observer === null ? null : observeContract(contract, observer);
  const runtime: Runtime = {
    contract: observed?.contract ?? contract,
    rules: null,
    ports: {
      bridge,
      database: recordingDatabase(database, writes),
      files: unknownContent(database.files),
      uploads: bridge.uploads,
      downloads: scriptedDownloads((url) => sizeAt(situation, url)),
      clock,
      random: seededRandom(1),
      log: collectedLog(),
    },
    announce: bridge.announce,
    announceUpload: bridge.announceUpload,
  };
  const stopped = await perform(runtime, database, clock, queue, situation.now + situation.lastsMs);
  observed?.end();

  return database.transaction(async ({ store, itsm }) => {
    const lane = await laneAfter(store, laneId, situation);
    const key = lane?.clientTicket ?? situation.ticket?.key ?? null;
    const journal = await store.readJournal({ ticket: null, limit: REHEARSED_JOURNAL_LINES_MAX });
    return {
      calls: bridge.calls,
      writes,
      messages: rehearsedMessages(situation.messages, queue.deleted(), journal),
      journal,
      end: await howItEnds(store, lane, stopped),
      lane,
      ticket: key === null ? null : await itsm.ticket(key, false),
    };
  });
}

const NO_UPLOADS: FoundUploads = { taken: [], nextAt: null };

/** Works until nothing is due any more, or the time is over. Returns the reason if the contract stopped. */
async function perform(
  runtime: Runtime,
  simulated: SimulatedDatabase,
  clock: VirtualClock,
  queue: ScriptedQueue,
  until: number,
): Promise<string | null> {
  const { database } = runtime.ports;
  let poll = !queue.isEmpty;
  for (let turns = 0; turns < REHEARSED_TURNS_MAX; turns += 1) {
    const pollAt = queue.nextAt(clock.now());
    if (poll) {
      const end = await pollQueue(runtime, NEVER);
      if (end.kind === 'stop') return end.reason;
    }
    const lane = await holdDueLane(runtime);
    if (lane !== null) {
      const end = await laneTurn(runtime, lane, NEVER);
      if (end.kind === 'stop') return end.reason;
      // A call without an answer takes its time, in which more may have come.
      poll = pollAt !== null && pollAt <= clock.now();
      continue;
    }
    const search = { now: clock.now(), limit: 1, busy: [] };
    const { taken, nextAt } = simulated.hasUploads()
      ? await takeDueUploads(runtime, ALONE, search)
      : NO_UPLOADS;
    for (const { held, upload } of taken) {
      const end = await uploadTurn(runtime, held, upload, ALONE, NEVER, NEVER);
      if (end.kind === 'stop') return end.reason;
    }
    if (taken.length > 0) continue;
    if (simulated.downloads.hasAny() && (await fetchDue(runtime))) continue;
    const dueAt = await database.transaction(({ store }) => store.nextDueAt());
    const next = [dueAt, nextAt, pollAt].filter((at) => at !== null);
    if (next.length === 0 || Math.min(...next) > until) return null;
    await clock.advance(Math.max(0, Math.min(...next) - clock.now()));
    poll = pollAt !== null && pollAt <= clock.now();
  }
  throw new Error(`the rehearsal was broken off after ${REHEARSED_TURNS_MAX} turns`);
}

/** The ticket's own lane; or, of a ticket that the provider opened, the one that its messages made. */
async function laneAfter(store: Store, laneId: number | null, situation: Situation): Promise<Lane | null> {
  const own = laneId === null ? null : await store.lane(laneId, false);
  if (own !== null) return own;
  for (const { group } of situation.messages) {
    const lane = await store.laneByProviderTicket(group);
    if (lane !== null) return lane;
  }
  return null;
}

async function howItEnds(store: Store, lane: Lane | null, stopped: string | null): Promise<RehearsalEnd> {
  if (stopped !== null) return { kind: 'stopped', reason: stopped };
  const { parked } = await store.backlog();
  const standing = lane?.parked ?? parked[0]?.parked ?? null;
  if (standing !== null) return { kind: 'parked', parked: standing };
  const until = lane?.state.resendAt ?? null;
  return until === null ? { kind: 'rests' } : { kind: 'waits', until };
}

function takenNumbers({ known, messages, ticket }: Situation): ReadonlySet<string> {
  const taken = new Set(messages.map(({ group }) => group));
  if (known.kind === 'agreed') taken.add(known.providerTicket);
  if (known.kind === 'stored' && known.lane.providerTicket !== null) taken.add(known.lane.providerTicket);
  if (typeof ticket?.providerNumber === 'string') taken.add(ticket.providerNumber);
  return taken;
}

/** Fetches the file that expires first, of those that are due; false: none is. */
async function fetchDue(runtime: Runtime): Promise<boolean> {
  const { held } = await takeDue(runtime, ALONE.id, runtime.ports.clock.now(), 1, []);
  for (const one of held) await fetchAttachment(runtime, one, NEVER);
  return held.length > 0;
}

/** What the message said of the file at that address; null: nothing. */
function sizeAt({ messages }: Situation, url: string): number | null {
  const message = messages.find(({ body }) => body.attachment === url);
  const size = Number(message?.body.attachmentSize ?? Number.NaN);
  return Number.isSafeInteger(size) && size >= 0 ? size : null;
}
