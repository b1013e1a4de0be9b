import { scriptedDownloads } from '../../adapters/rehearsal/scripted-downloads.ts';
import { openDatabase } from '../../adapters/database/open-database.ts';
import { laneColumns } from '../../adapters/database/store/lane-row.ts';
import { wallClock } from '../../adapters/clock/wall-clock.ts';
import { cryptoRandom } from '../../adapters/random/crypto-random.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { NEW_LANE_STATE } from '../../engine/domain/lane.ts';
import { pollQueue } from '../../engine/runtime/accept.ts';
import { Bell } from '../../engine/runtime/bell.ts';
import { detectChanges } from '../../engine/runtime/detect.ts';
import { updateFieldsOf } from '../../engine/runtime/link.ts';
import { Membership } from '../../engine/runtime/membership.ts';
import type { Bridge, Log } from '../../engine/runtime/ports.ts';
import { ReadingGate } from '../../engine/runtime/reading-gate.ts';
import type { Runtime } from '../../engine/runtime/step.ts';
import { workLanes } from '../../engine/runtime/work-lanes.ts';
import { mapAcme } from '../mapping/hand/acme.ts';
import type { Drainer } from './drainer.ts';
import type { LinkedTicket } from './tickets.ts';
import type { World } from './world.ts';

const LANES_PER_STATEMENT = 100;
/** While the lanes do not keep up with the queue, it is left alone; then it is looked at again. */
const LEFT_ALONE_MS = 20;

/**
 * The engine as `run` has it: membership, polls, lanes. Without the 30 s between two polls and the `settle` of the contract's
 * change sources, which are waiting and no work; and its log is thrown away.
 */
export async function engineDrainer(
  contract: Contract,
  { connection, engineSchema, knex }: World,
  tickets: readonly LinkedTicket[],
): Promise<Drainer> {
  const itsm = {
    ...contract.itsm,
    database: { ...contract.itsm.database, engineSchema },
    changes: contract.itsm.changes.map((source) => ({ ...source, settleMs: 0 })),
  };
  const database = openDatabase({ contract: contract.name, itsm, connection, jitter: Math.random });
  await database.migrate();
  const lanesTable = connection.startsWith('sqlite:') ? 'bh_lanes' : `${engineSchema}.bh_lanes`;
  await knex.batchInsert(lanesTable, tickets.map(laneRow), LANES_PER_STATEMENT);

  const work = async (
    bridge: Bridge,
    outcome: string,
    count: number,
    feed: (runtime: Runtime, signal: AbortSignal) => Promise<'more' | 'all'>,
  ): Promise<void> => {
    const clock = wallClock();
    const over = new AbortController();
    const bell = new Bell(clock);
    let seen = 0;
    const log = countingLog(outcome, () => {
      seen += 1;
      if (seen === count) over.abort();
    });
    const runtime: Runtime = {
      contract: { ...contract, itsm },
      rules: null,
      ports: {
        bridge,
        database,
        files: database.files,
        downloads: scriptedDownloads(() => null),
        clock,
        random: cryptoRandom(),
        log,
      },
    };
    const membership = new Membership(runtime, 'bench');
    await membership.beat();
    const kept = membership.keep(over.signal);
    const fed = (async () => {
      while (!over.signal.aborted) {
        const left = await feed(runtime, over.signal);
        bell.ring();
        if (left === 'all') return;
        await clock.sleep(LEFT_ALONE_MS, over.signal);
      }
    })();
    await Promise.all([fed, workLanes(runtime, membership, bell, over.signal, over.signal)]);
    await kept;
    await membership.leave();
    if (seen < count) throw new Error(`${seen} of ${count} came to an end`);
  };

  return {
    drainQueue: (bridge, count) => {
      const gate = new ReadingGate();
      return work(bridge, 'applied', count, async (runtime, signal) => {
        const end = await pollQueue(runtime, signal, gate);
        return end.kind === 'polled' && end.accepted === 0 ? 'all' : 'more';
      });
    },
    drainRows: (bridge, count) =>
      work(bridge, 'sent', count, async (runtime, signal) => {
        await detectChanges(runtime, signal);
        return 'all';
      }),
    end: () => database.close(),
  };
}

/** Linked: both sides agree on the ticket as it is. */
const laneRow = ({ ticket }: LinkedTicket) => ({
  contract: 'acme',
  ...laneColumns({
    clientTicket: ticket.key,
    clientNumber: ticket.number,
    providerTicket: ticket.providerNumber,
    state: {
      ...NEW_LANE_STATE,
      link: 'linked',
      origin: 'client',
      ticketType: 'Incident',
      shadow: { fields: updateFieldsOf(mapAcme(ticket).payload), unsure: [], sent: {} },
    },
  }),
  wanted: 1,
  due_at: null,
});

/** Counts the journal's lines with this outcome, as the log repeats them once they are committed. */
function countingLog(outcome: string, count: () => void): Log {
  const ignored = (): void => undefined;
  return {
    debug: ignored,
    info: (step, fields) => {
      if (step === 'lane' && fields.outcome === outcome) count();
    },
    warn: (step, fields) => {
      throw new Error(`${step}: ${JSON.stringify(fields)}`);
    },
    error: (step, fields) => {
      throw new Error(`${step}: ${JSON.stringify(fields)}`);
    },
  };
}
