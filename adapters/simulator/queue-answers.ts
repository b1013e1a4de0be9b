import { createHash } from 'node:crypto';
import type { JsonObject } from '../../engine/domain/json.ts';
import type { Switches } from './client-options.ts';
import type { Delivery } from './fifo-queue.ts';
import type { Identifiers } from './identifiers.ts';

/** A queue read's body in the wrapper that the client is set to. No messages are said as `null`. */
export function receivedBody(
  deliveries: readonly Delivery[],
  switches: Switches,
  identifiers: Identifiers,
): JsonObject {
  const metadata = { ResponseMetadata: { RequestId: identifiers.uuid() } };
  const result = {
    messages: deliveries.length === 0 ? null : deliveries.map((delivery) => wireMessage(delivery, switches)),
  };
  return switches.wrapper === 1
    ? { ReceiveMessageResponse: { ...metadata, ReceiveMessageResult: result } }
    : { ReceiveMessageResponse: { ReceiveMessageResult: { ...metadata, ReceiveMessageResult: result } } };
}

function wireMessage(delivery: Delivery, switches: Switches): JsonObject {
  const { message } = delivery;
  const body = JSON.stringify(message.body);
  return {
    MessageId: message.id,
    ReceiptHandle: delivery.receiptHandle,
    ...(switches.md5OfBody ? { MD5OfBody: createHash('md5').update(body).digest('hex') } : {}),
    Body: message.body,
    Attributes: {
      SenderId: 'AROAYD2EXAMPLE:bridge-to-client',
      ApproximateFirstReceiveTimestamp: String(delivery.firstReceivedAt),
      ApproximateReceiveCount: String(delivery.receiveCount),
      SentTimestamp: String(message.sentAt),
      SequenceNumber: message.sequence,
      MessageDeduplicationId: message.deduplicationId,
      MessageGroupId: message.group,
      ClientReferenceAvailable: message.clientReferenceAvailable,
      TransactionType: message.transactionType,
      ...(switches.traceHeader ? { AWSTraceHeader: `Root=1-${message.id}` } : {}),
      ...message.attributes,
    },
  };
}
