import type { Instant } from '../domain/instant.ts';
import type { InboxMessage, Lane, Parked } from '../domain/lane.ts';
import type { RuleFault } from '../map/rule-fault.ts';
import { goneText } from './gone-ticket.ts';
import type { Transaction } from './ports.ts';
import { inboundEntry, outboundEntry, sameParking } from './step.ts';

/**
 * Thrown inside a transaction, so that nothing of it stays: this lane cannot go on. Everything that waits in it stays,
 * in order, and the reason says what helps.
 */
export class ParkLane extends Error {
  override readonly name = 'ParkLane';
  readonly code: string;
  readonly rule: string | null;
  readonly until: Parked['until'];

  constructor(code: string, reason: string, rule: string | null, until: Parked['until']) {
    super(reason);
    this.code = code;
    this.rule = rule;
    this.until = until;
  }
}

/** Why a lane is parked. */
export type ParkingCause = Pick<Parked, 'code' | 'reason' | 'rule' | 'until'> &
  Partial<Pick<Parked, 'retryAt'>>;

/** The lane's ticket was deleted, or no longer meets `tickets.where`. */
export const ticketGone = (lane: Lane): ParkLane =>
  new ParkLane('unknown-ticket', goneText(lane), null, 'operator');

/** One fault is named with its rule beside it; of several each says its own. */
export const faultsText = (faults: readonly RuleFault[]): string =>
  faults.length === 1
    ? (faults[0]?.reason ?? '')
    : faults.map((fault) => `${fault.reason} [${fault.rule}]`).join('; ');

/** Throws ParkLane if a rule could not do its work. */
export function parkOn(faults: readonly RuleFault[]): void {
  const [fault] = faults;
  if (fault !== undefined) throw new ParkLane(fault.code, faultsText(faults), fault.rule, 'operator');
}

/**
 * Parks the lane and ends its turn; said once: the same cause again is no news. What happened since the step counted
 * `wanted` keeps the lane due, and so does a recheck: either may be the change that helps. `message`: at which it stands;
 * null: at what goes out.
 */
export async function parkLane(
  tx: Transaction,
  lane: Lane,
  wanted: number,
  cause: ParkingCause,
  message: InboxMessage | null,
  now: Instant,
): Promise<void> {
  const { code, reason, rule, until, retryAt = null } = cause;
  const messageId = message?.messageId ?? null;
  const at = lane.parked?.at ?? now;
  await tx.store.saveLane({ ...lane, parked: { at, code, reason, rule, until, messageId, retryAt } });
  const recheck = lane.recheckAt !== null && lane.recheckAt > now ? lane.recheckAt : null;
  await tx.store.restLane(lane.id, wanted, recheck);
  if (sameParking(lane.parked, cause)) return;
  const part = {
    outcome: 'parked',
    summary: cause.reason,
    rule: cause.rule,
    detail: { code: cause.code },
  } as const;
  const entry =
    message === null
      ? outboundEntry(lane, 'plan', now, part)
      : inboundEntry(lane, message, now, { ...part, transactionId: message.messageId });
  await tx.store.journal(entry);
}
