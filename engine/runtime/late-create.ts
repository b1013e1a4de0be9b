import type { Instant } from '../domain/instant.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Lane } from '../domain/lane.ts';
import { otherSpelling } from '../domain/provider-ticket.ts';
import { writeProviderNumber } from './edited-at.ts';
import { claim, settleCreate } from './link.ts';
import type { ItsmRefused, Transaction } from './ports.ts';
import type { PreparedCall } from './commit-intent.ts';
import { outboundEntry, type Runtime } from './step.ts';
import { withSurplus } from './surplus-lane.ts';

/**
 * A create was accepted, and so late that another one has been prepared since: this process was stopped in between. The
 * number it brings is worth having. It settles a create that still lacks its answer; otherwise it is a second ticket.
 */
export async function recordLateCreate(
  runtime: Runtime,
  tx: Transaction,
  lane: Lane,
  call: PreparedCall,
  providerTicket: string,
  refusal: ItsmRefused | null,
  now: Instant,
): Promise<void> {
  const { link, surplus, intent } = lane.state;
  const entry = (after: Lane, summary: string): JournalEntry =>
    outboundEntry(after, 'create', now, { outcome: 'sent', summary, transactionId: call.intent.id });
  const known = [lane.providerTicket, ...surplus];
  if (known.includes(providerTicket) || known.includes(otherSpelling(providerTicket))) {
    await tx.store.journal(entry(lane, `an answer that came late: ${providerTicket} is known already`));
    return;
  }

  const say = async (after: Lane, summary: string): Promise<void> => {
    await tx.store.saveLane({
      ...after,
      parked: after.parked === null ? null : { ...after.parked, until: 'change' },
    });
    await tx.store.wakeLane(lane.id, now, null);
    await tx.store.journal(entry(after, summary));
  };
  if (link !== 'linked' && intent?.kind === 'create' && lane.clientTicket !== null) {
    await claim(tx, lane, providerTicket, 'operator', now);
    const { clientTicket } = lane;
    const numbered =
      refusal === null
        ? await writeProviderNumber(runtime.contract, tx, lane, clientTicket, providerTicket, now)
        : lane;
    const linked = await settleCreate(tx, numbered, providerTicket, now);
    await say(linked, `an answer that came late: the provider's ticket is ${providerTicket}`);
  } else if (link === 'linked') {
    runtime.ports.log.error('one ticket twice', {
      contract: runtime.contract.name,
      ticket: lane.clientNumber,
      provider_ticket: lane.providerTicket,
      surplus: providerTicket,
      summary: 'the provider has two tickets for one of ours: the second is cancelled there',
    });
    await say(
      await withSurplus(tx, lane, providerTicket, now),
      `an answer that came late: ${providerTicket} is a second provider ticket, to be cancelled there`,
    );
  }
}
