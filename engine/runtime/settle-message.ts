import type { Instant } from '../domain/instant.ts';
import type { Outcome } from '../domain/journal.ts';
import type { InboxMessage } from '../domain/lane.ts';
import { withoutSignature } from '../wire/presigned-url.ts';
import type { Store } from './ports.ts';

/**
 * Gives a message its outcome. The address of a file is as good as a key: whoever is still going to fetch it has noted it,
 * so the inbox keeps it no longer.
 */
export async function settleMessage(
  store: Store,
  { rowId, body }: InboxMessage,
  outcome: Outcome,
  now: Instant,
): Promise<void> {
  await store.settleMessage(rowId, outcome, now);
  const { attachment } = body;
  if (typeof attachment === 'string')
    await store.rewriteMessage(rowId, { ...body, attachment: withoutSignature(attachment) });
}
