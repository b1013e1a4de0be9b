import type { Contract } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Lane } from '../domain/lane.ts';
import { withinReach } from './hold.ts';
import type { Transaction } from './ports.ts';
import { outboundEntry, withState, type StepEnd } from './step.ts';

/** Says once that, and why, a ticket is not sent. */
export async function sayHeld(
  tx: Transaction,
  lane: Lane,
  held: { readonly summary: string; readonly rule: string | null },
  now: Instant,
): Promise<void> {
  await tx.store.saveLane({ ...withState(lane, { verdict: held.summary }), parked: null });
  if (lane.state.verdict === held.summary) return;
  await tx.store.journal(outboundEntry(lane, 'plan', now, { outcome: 'held', ...held }));
}

/** Nothing is to be sent: the lane stands still no more. It is written if it differs from `saved`, which the store has. */
export async function settle(tx: Transaction, lane: Lane, saved: Lane): Promise<void> {
  const settled: Lane = { ...lane, parked: null };
  if (!isSame(settled, saved)) await tx.store.saveLane(settled);
}

const isSame = (one: Lane, other: Lane): boolean =>
  haveSameMembers(one.state, other.state) &&
  haveSameMembers({ ...one, state: null }, { ...other, state: null });

/** Most members of a lane that is as it was are the very same objects: only the others are compared as they are written. */
function haveSameMembers(one: object, other: object): boolean {
  const [ours, theirs] = [one, other] as readonly Readonly<Record<string, unknown>>[];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every(
    (name) =>
      ours?.[name] === theirs?.[name] || JSON.stringify(ours?.[name]) === JSON.stringify(theirs?.[name]),
  );
}

/** Ends the turn until the next resend or recheck, unless something happened to the lane in the meantime. */
export function rest(contract: Contract, tx: Transaction, lane: Lane, now: Instant): Promise<StepEnd> {
  const dates = [lane.state.resendAt, lane.recheckAt].filter((date) => date !== null && date > now);
  return restUntil(
    tx,
    lane,
    dates.length === 0 ? null : withinReach(contract, now, Math.min(...dates.map(Number))),
  );
}

/** Ends the turn until then; null: until something happens. */
export async function restUntil(tx: Transaction, lane: Lane, dueAt: Instant | null): Promise<StepEnd> {
  await tx.store.restLane(lane.id, lane.wanted, dueAt);
  return { kind: 'rest', dueAt };
}
