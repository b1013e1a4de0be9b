import type { AlarmTicket, QueueSeen } from '../domain/alarm.ts';
import type { Instant } from '../domain/instant.ts';
import { UNREAD_MS } from '../domain/limits.ts';
import type { QueueMessage } from '../domain/message.ts';
import type { UnreadableMessage } from '../wire/read-queue.ts';
import { readDelivery } from '../wire/read-queue-message.ts';

/** Adds what one read brought to what the poll has seen so far. Messages that cannot be read count too: they stay. */
export function withRead(
  seen: QueueSeen,
  messages: readonly QueueMessage[],
  unreadable: readonly UnreadableMessage[],
  now: Instant,
): QueueSeen {
  const deliveries = [
    ...messages.map(({ group, sentAt, receiveCount, transactionType }) => ({
      group,
      sentAt,
      receiveCount,
      what: transactionType,
    })),
    ...unreadable.map(({ raw, reason }) => ({ ...readDelivery(raw), what: reason })),
  ];
  return deliveries.reduce<QueueSeen>((soFar, { group, sentAt, receiveCount, what }) => {
    const isOftener = receiveCount > soFar.receivesMax;
    const ticket: AlarmTicket = {
      clientNumber: null,
      providerTicket: group,
      since: sentAt ?? now,
      reason: `${what}, received ${receiveCount} times`,
    };
    return {
      messages: soFar.messages + 1,
      unread: soFar.unread + (sentAt !== null && now - sentAt >= UNREAD_MS ? 1 : 0),
      oldestSentAt: sentAt === null ? soFar.oldestSentAt : Math.min(sentAt, soFar.oldestSentAt ?? sentAt),
      receivesMax: isOftener ? receiveCount : soFar.receivesMax,
      oftenest: isOftener ? ticket : soFar.oftenest,
    };
  }, seen);
}
