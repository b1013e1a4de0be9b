import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';

/** Every TransactionType of the provider's queue. */
export const TRANSACTION_TYPES = [
  'Create',
  'Update',
  'Notes',
  'Closure',
  'Attachment',
  'ReturnEnsonoNum',
  'Approval Request',
  'Redraft',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** A message of the provider's queue, taken out of its wrapper. */
export interface QueueMessage {
  /** Unique; the same at every redelivery. */
  readonly id: string;
  /** Good for one delete within the visibility timeout of 30 s; new at every receive. */
  readonly receiptHandle: string;
  /** The message group: the provider's ticket number. */
  readonly group: string;
  /** As sent: normally one of TRANSACTION_TYPES, but the wire may bring others. */
  readonly transactionType: string;
  readonly sentAt: Instant;
  /** SequenceNumber: decimal digits, beyond 2^53, so a text. Orders messages of one SentTimestamp. */
  readonly sequence: string;
  readonly receiveCount: number;
  /** False when the provider does not know the client's number (yet). */
  readonly clientReferenceAvailable: boolean;
  readonly body: JsonObject;
}

/** Order within a message group: SentTimestamp, then SequenceNumber, both as numbers. */
export function compareMessages(
  a: Pick<QueueMessage, 'sentAt' | 'sequence'>,
  b: Pick<QueueMessage, 'sentAt' | 'sequence'>,
): number {
  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt;
  const left = BigInt(a.sequence);
  const right = BigInt(b.sequence);
  return left < right ? -1 : left > right ? 1 : 0;
}
