import { bareNumber } from '../provider-numbers.ts';
import type { Oracle, Settled } from '../evidence.ts';

/** A ticket's messages take effect in SentTimestamp, SequenceNumber order. */
export const laneOrder: Oracle = {
  name: 'lane-order',
  check: ({ settlements }) => {
    const last = new Map<string, Settled>();
    const faults: { readonly tickets: readonly string[]; readonly words: string }[] = [];
    for (const settled of settlements) {
      const group = bareNumber(settled.message.group);
      const before = last.get(group);
      if (before !== undefined && !isLater(settled, before)) {
        const [one, other] = [settled, before].map(
          ({ message }) => `${message.transactionType} ${message.sequence}`,
        );
        faults.push({
          tickets: [settled.message.group],
          words: `${one ?? ''} takes effect after ${other ?? ''}, which was sent later`,
        });
      }
      last.set(group, settled);
    }
    return faults;
  },
};

function isLater({ message: one }: Settled, { message: other }: Settled): boolean {
  if (one.sentAt !== other.sentAt) return one.sentAt > other.sentAt;
  return BigInt(one.sequence) > BigInt(other.sequence);
}
