import type { Instant } from '../domain/instant.ts';
import type { ChangeSource } from '../domain/itsm-description.ts';
import type { Lane } from '../domain/lane.ts';
import { CHANGED_ROWS_PER_READ_MAX } from '../domain/limits.ts';
import { insertLaneOf } from './accept.ts';
import type { ChangedRow, Transaction } from './ports.ts';
import type { Runtime } from './step.ts';

/**
 * Finds tickets whose rows changed, and wakes their lanes. It only names tickets; it decides nothing.
 *
 * Each source is read from its cursor (the latest date seen) less its overlap, because a row may be committed after
 * rows with later dates, and a second edit may carry the same second. A row that was seen with the same date is
 * passed over; what a late commit adds to it is found by the lane's recheck, one overlap later. A row dated in the
 * future moves the cursor to this moment at most: it must not hide those that are changed until then. What moment it is
 * the database server says, if it has a clock: ours may be ahead, and so may be the dates of the rows that we write.
 */
export async function detectChanges(runtime: Runtime, signal: AbortSignal): Promise<number> {
  let found = 0;
  for (const source of runtime.contract.itsm.changes) {
    if (signal.aborted) break;
    found += await readSource(runtime, source, signal);
  }
  return found;
}

async function readSource(runtime: Runtime, source: ChangeSource, signal: AbortSignal): Promise<number> {
  const { contract, ports } = runtime;
  const { from, now } = await ports.database.transaction(async (tx) => {
    const serverNow = ports.clock.now() + ((await tx.store.clockSkew()) ?? 0);
    return { from: await startOf(runtime, tx, source, serverNow), now: serverNow };
  });
  let found = 0;
  let after: ChangedRow | null = null;
  while (!signal.aborted) {
    const page: readonly ChangedRow[] = await ports.database.transaction(async (tx) => {
      const rows = await tx.itsm.changedRows(source, from, now, after, CHANGED_ROWS_PER_READ_MAX);
      found += await wakeChanged(runtime, tx, source, rows, now);
      return rows;
    });
    after = page.at(-1) ?? null;
    if (page.length < CHANGED_ROWS_PER_READ_MAX) break;
  }
  if (found > 0)
    ports.log.debug('changes found', { contract: contract.name, source: source.table, rows: found });
  return found;
}

/** Where to begin: the cursor less the overlap. Without a cursor the contract's `since`, or this moment. */
async function startOf(
  { contract }: Runtime,
  tx: Transaction,
  source: ChangeSource,
  now: Instant,
): Promise<Instant> {
  const cursor = await tx.store.cursor(source.table);
  const begin = cursor ?? contract.outbound.since ?? now;
  if (cursor === null) await tx.store.setCursor(source.table, begin);
  // A clock that was set back leaves a cursor ahead of it. Before the go-live nothing is looked at.
  const from = Math.max(Math.min(begin, now), contract.outbound.since ?? 0) - source.overlapMs;
  await tx.store.forgetRowsBefore(source.table, from);
  return from;
}

/** `serverNow`: as the rows are dated; lanes are due by our own clock. */
async function wakeChanged(
  { ports }: Runtime,
  tx: Transaction,
  source: ChangeSource,
  rows: readonly ChangedRow[],
  serverNow: Instant,
): Promise<number> {
  const now = ports.clock.now();
  const fresh = await tx.store.unseenRows(source.table, rows);
  await tx.store.markRowsSeen(source.table, fresh);
  const keys = [...new Set(fresh.map((row) => row.ticketKey))];
  const known = await tx.store.lanesOf('client', keys);
  const ids = known.map(({ id }) => id);
  const haveLanes = new Set(known.map(({ clientTicket }) => clientTicket));
  for (const key of keys)
    if (!haveLanes.has(key)) ids.push(await insertLaneOf(tx.store, key, now + source.settleMs));
  await tx.store.wakeLanes(ids, now + source.settleMs, now + source.overlapMs);
  for (const lane of known) await letSettle(tx, lane);
  const cursor = await tx.store.cursor(source.table);
  const latest = rows.reduce(
    (soFar, row) => Math.max(soFar, Math.min(row.changedAt, serverNow)),
    cursor ?? 0,
  );
  if (cursor === null || latest > cursor) await tx.store.setCursor(source.table, latest);
  return fresh.length;
}

/** A create that may have happened, and that waits for an operator, is settled by the provider's number in the row. */
async function letSettle({ store, itsm }: Transaction, lane: Lane): Promise<void> {
  const { parked, clientTicket } = lane;
  if (parked?.until !== 'operator' || lane.state.link !== 'unknown' || clientTicket === null) return;
  const ticket = await itsm.ticket(clientTicket, false);
  if (ticket?.providerNumber != null)
    await store.saveLane({ ...lane, parked: { ...parked, until: 'change' } });
}
