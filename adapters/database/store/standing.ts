import type { Knex } from 'knex';
import type { AlarmTicket, Standings } from '../../../engine/domain/alarm.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { Lane } from '../../../engine/domain/lane.ts';
import { unansweredCreate } from '../../../engine/domain/lane.ts';
import { ALARM_TICKETS_MAX } from '../../../engine/domain/limits.ts';
import type { Store } from '../../../engine/runtime/ports.ts';
import { filesStandingStore } from './files-standing.ts';
import { type LaneRow, readLane } from './lane-row.ts';
import type { Scope } from './scope.ts';

/** Lanes with a missing answer that are read to be told apart; more are a wreck whose exact size matters to nobody. */
const AMBIGUOUS_LANES_MAX = 1000;

type StandingStore = Pick<Store, 'standing' | 'lanesWaitingSince' | 'givenUpFiles'>;

export function standingStore(scope: Scope): StandingStore {
  const { knex, tables, contract, prepared } = scope;
  const files = filesStandingStore(scope);
  const lanes = () => knex<LaneRow>(tables.lanes).where({ contract });
  /** Messages without an outcome, beside their lanes. */
  const waiting = () =>
    knex(`${tables.inbox} as inbox`)
      .join(`${tables.lanes} as lanes`, 'lanes.id', 'inbox.lane_id')
      .where({ 'inbox.contract': contract })
      .whereNull('inbox.outcome');
  const workable = () => waiting().whereNull('lanes.parked_at');

  const waitingStandings = async (): Promise<Standings> => {
    const { count, oldestAt } = await countOf(workable(), 'inbox.accepted_at');
    const oldest: readonly WaitingRow[] = await workable()
      .orderBy(['inbox.accepted_at', 'inbox.id'])
      .limit(ALARM_TICKETS_MAX)
      .select('inbox.accepted_at', 'inbox.transaction_type', 'inbox.message_group', 'lanes.client_number');
    return {
      count,
      oldestAt,
      oldest: oldest.map((row) => ({
        clientNumber: row.client_number,
        providerTicket: row.message_group,
        since: row.accepted_at,
        reason: row.transaction_type,
      })),
    };
  };

  const parkedStandings = async (): Promise<Standings> => {
    const parked = () => lanes().whereNotNull('parked_at');
    const { count, oldestAt } = await countOf(parked(), 'parked_at');
    const oldest = await parked().orderBy(['parked_at', 'id']).limit(ALARM_TICKETS_MAX);
    return {
      count,
      oldestAt,
      oldest: oldest
        .map(readLane)
        .map((lane) => ticketOf(lane, lane.parked?.at ?? 0, lane.parked?.reason ?? '')),
    };
  };

  const unansweredStandings = async (before: Instant): Promise<Standings> => {
    const ambiguous = await lanes().where({ ambiguous: true }).orderBy('id').limit(AMBIGUOUS_LANES_MAX);
    return unansweredOf(ambiguous.map(readLane), before);
  };

  return {
    givenUpFiles: (now) => files.givenUpFiles(now),

    async standing(search) {
      const behindParked = await countOf(waiting().whereNotNull('lanes.parked_at'), 'inbox.accepted_at');
      return {
        waiting: await waitingStandings(),
        waitingBehindParked: behindParked.count,
        parked: await parkedStandings(),
        unansweredCreates: await unansweredStandings(search.unansweredBefore),
        files: await files.filesStanding(search),
      };
    },

    async lanesWaitingSince(before) {
      const count = await prepared.first(
        'lanes waiting since',
        { before },
        (given) => workable().where('inbox.accepted_at', '<', given.before).countDistinct({ n: 'lanes.id' }),
        (row: { readonly n: number | string }) => Number(row.n),
      );
      return count ?? 0;
    },
  };
}

interface WaitingRow {
  readonly accepted_at: number;
  readonly transaction_type: string;
  readonly message_group: string;
  readonly client_number: string | null;
}

async function countOf(
  query: Knex.QueryBuilder,
  date: string,
): Promise<{ readonly count: number; readonly oldestAt: Instant | null }> {
  const row = (await query.count({ n: '*' }).min({ oldest: date }).first()) as
    { readonly n: number | string; readonly oldest: number | string | null } | undefined;
  const oldest = row?.oldest ?? null;
  return { count: Number(row?.n ?? 0), oldestAt: oldest === null ? null : Number(oldest) };
}

const ticketOf = (lane: Lane, since: Instant, reason: string): AlarmTicket => ({
  clientNumber: lane.clientNumber,
  providerTicket: lane.providerTicket,
  since,
  reason,
});

/** Those of these lanes whose create has lacked its answer since `before` or longer. */
export function unansweredOf(lanes: readonly Lane[], before: Instant): Standings {
  const found = lanes
    .flatMap((lane) => {
      const since = unansweredCreate(lane);
      if (since === null || since > before) return [];
      const times = lane.state.attempts > 1 ? `${lane.state.attempts} calls` : 'a call';
      return [ticketOf(lane, since, `${times} without an answer`)];
    })
    .sort((one, other) => one.since - other.since);
  return {
    count: found.length,
    oldestAt: found[0]?.since ?? null,
    oldest: found.slice(0, ALARM_TICKETS_MAX),
  };
}
