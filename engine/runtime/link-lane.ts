import { linkTo } from './link.ts';
import { dueAtOnce, type OperatorEnd } from './operator.ts';
import { ParkLane } from './park.ts';
import { outboundEntry, type OfflineRuntime } from './step.ts';
import { ourTicket } from './our-ticket.ts';
import { transact } from './transact.ts';

/**
 * An operator has found a parked ticket at the provider: it is that one, and is not created again. Its row gets the
 * number.
 */
export async function linkLane(
  runtime: OfflineRuntime,
  laneId: number,
  providerTicket: string,
  by: string,
): Promise<OperatorEnd> {
  try {
    return await transact(runtime, async (tx): Promise<OperatorEnd> => {
      const lane = await tx.store.lane(laneId, true);
      if (lane === null) return { kind: 'gone' };
      if (lane.parked === null) return { kind: 'not-parked' };
      const { link } = lane.state;
      if (link === 'linked' || link === 'replaced') {
        const there = lane.providerTicket === null ? '' : ` to ${lane.providerTicket}`;
        return { kind: 'cannot', reason: `it is linked already${there}` };
      }
      const ticket = await ourTicket(tx, lane, true);
      if (ticket === null) return { kind: 'cannot', reason: 'the ITSM has no such ticket' };
      const now = runtime.ports.clock.now();
      const linked = await linkTo(
        runtime.contract,
        tx,
        { ...lane, parked: null },
        ticket,
        providerTicket,
        now,
      );
      await tx.store.saveLane(linked);
      await tx.store.wakeLane(laneId, dueAtOnce(lane, now), null);
      const summary = `linked to ${providerTicket} by ${by}; it was parked: ${lane.parked.reason}`;
      const part = { outcome: 'applied', summary, detail: { by, code: lane.parked.code } } as const;
      await tx.store.journal(outboundEntry(linked, 'link', now, part));
      return { kind: 'done', summary: `linked to ${providerTicket}` };
    });
  } catch (error) {
    if (error instanceof ParkLane) return { kind: 'cannot', reason: error.message };
    throw error;
  }
}
