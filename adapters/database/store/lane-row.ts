import {
  isAmbiguous,
  type Lane,
  type LaneState,
  NEW_LANE_STATE,
  type Parked,
} from '../../../engine/domain/lane.ts';
import type { Value } from '../prepared.ts';

/** A lane as `bh_lanes` holds it: identity and what is searched for in columns, the rest of its state as JSON. */
export interface LaneRow {
  readonly id: number;
  readonly contract: string;
  readonly client_ticket: string | null;
  readonly client_number: string | null;
  readonly provider_ticket: string | null;
  readonly wanted: number;
  readonly due_at: number | null;
  readonly recheck_at: number | null;
  readonly parked_at: number | null;
  readonly parked_code: string | null;
  readonly parked_reason: string | null;
  readonly parked_rule: string | null;
  readonly parked_until: Parked['until'] | null;
  readonly parked_message: string | null;
  readonly parked_retry_at: number | null;
  /** A part of the state, here to be searched for. */
  readonly dropped_at: number | null;
  readonly ambiguous: number | boolean;
  readonly state: string;
  /** The instance that works the lane; null: none. */
  readonly owner: string | null;
  readonly fence: number;
}

export const readLane = (row: LaneRow): Lane => ({
  id: row.id,
  clientTicket: row.client_ticket,
  clientNumber: row.client_number,
  providerTicket: row.provider_ticket,
  // A lane written by an older version lacks what was added since.
  state: { ...NEW_LANE_STATE, ...(JSON.parse(row.state) as Partial<LaneState>) },
  wanted: row.wanted,
  dueAt: row.due_at,
  recheckAt: row.recheck_at,
  parked: readParked(row),
});

function readParked(row: LaneRow): Parked | null {
  if (row.parked_at === null || row.parked_until === null) return null;
  return {
    at: row.parked_at,
    code: row.parked_code ?? '',
    reason: row.parked_reason ?? '',
    rule: row.parked_rule,
    until: row.parked_until,
    messageId: row.parked_message,
    retryAt: row.parked_retry_at,
  };
}

type Written = Pick<Lane, 'clientTicket' | 'clientNumber' | 'providerTicket' | 'state'>;
type Searched = 'client_ticket' | 'client_number' | 'provider_ticket' | 'ambiguous' | 'dropped_at';

const searchedColumns = (lane: Written): Pick<LaneRow, Searched> => ({
  client_ticket: lane.clientTicket,
  client_number: lane.clientNumber,
  provider_ticket: lane.providerTicket,
  ambiguous: isAmbiguous(lane),
  dropped_at: lane.state.dropped?.at ?? null,
});

export const laneColumns = (lane: Written): Pick<LaneRow, Searched | 'state'> => ({
  ...searchedColumns(lane),
  state: JSON.stringify(lane.state),
});

type ParkedColumn = Extract<keyof LaneRow, `parked_${string}`>;

const parkedColumns = (parked: Parked | null): Pick<LaneRow, ParkedColumn> => ({
  parked_at: parked?.at ?? null,
  parked_code: parked?.code ?? null,
  parked_reason: parked?.reason ?? null,
  parked_rule: parked?.rule ?? null,
  parked_until: parked?.until ?? null,
  parked_message: parked?.messageId ?? null,
  parked_retry_at: parked?.retryAt ?? null,
});

/**
 * What is written of a lane. `before`: as the row has it; then only the state is written, and what differs: SQLite writes each
 * index anew whose columns are named.
 */
export function savedColumns(lane: Lane, before: Lane | null): Readonly<Record<string, Value>> {
  const { state, ...searched } = { ...laneColumns(lane), ...parkedColumns(lane.parked) };
  if (before === null) return { state, ...searched };
  const known: Readonly<Record<string, Value>> = {
    ...searchedColumns(before),
    ...parkedColumns(before.parked),
  };
  return {
    state,
    ...Object.fromEntries(Object.entries(searched).filter(([name, value]) => value !== known[name])),
  };
}
