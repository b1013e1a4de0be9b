import type { Instant } from '../domain/instant.ts';
import {
  MESSAGE_ID_LENGTH_MAX,
  MESSAGE_LENGTH_MAX,
  PROVIDER_TICKET_LENGTH_MAX,
  SEQUENCE_DIGITS_MAX,
  TRANSACTION_TYPE_LENGTH_MAX,
} from '../domain/limits.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { QueueMessage } from '../domain/message.ts';

export type ReadQueueMessage =
  | { readonly kind: 'message'; readonly message: QueueMessage }
  | { readonly kind: 'unreadable'; readonly group: string | null; readonly reason: string };

/** Fields of the body that name things; they have come with stray spaces, and numbers without quotes. */
const IDENTITY_FIELDS = ['clientName', 'clientTicketNumber', 'ticketNumber', 'ticketType'] as const;

/**
 * Reads one entry of the queue, tolerant of what real ones lack or bring besides: no MD5OfBody, attributes as texts or
 * as numbers, the body as an object or as JSON text. A body that is neither is kept under `unreadableBody`, so that
 * the message can be accepted and recorded.
 */
export function readQueueMessage(raw: Json): ReadQueueMessage {
  if (!isJsonObject(raw)) return { kind: 'unreadable', group: null, reason: 'it is not an object' };
  const attributes = isJsonObject(raw.Attributes) ? raw.Attributes : {};
  const body = readBody(raw.Body ?? null);
  const group = plainText(attributes.MessageGroupId) ?? plainText(body.ticketNumber);
  const unreadable = (reason: string): ReadQueueMessage => ({ kind: 'unreadable', group, reason });
  if (group === null) return unreadable('it has no MessageGroupId');
  if (group.length > PROVIDER_TICKET_LENGTH_MAX) {
    return unreadable(`its MessageGroupId has ${group.length} characters, more than any ticket number`);
  }
  const length = JSON.stringify(body).length;
  if (length > MESSAGE_LENGTH_MAX) {
    return unreadable(`its body has ${length} characters, more than ${MESSAGE_LENGTH_MAX}`);
  }
  const receiptHandle = plainText(raw.ReceiptHandle);
  if (receiptHandle === null) return unreadable('it has no ReceiptHandle');
  const sentAt = epochMs(attributes.SentTimestamp);
  if (sentAt === null) return unreadable('it has no SentTimestamp in milliseconds');
  const sequence = digits(attributes.SequenceNumber);
  const id = plainText(raw.MessageId) ?? (sequence === null ? null : `${group}/${sequence}`);
  if (id === null) return unreadable('it has neither a MessageId nor a SequenceNumber');
  if (id.length > MESSAGE_ID_LENGTH_MAX) {
    return unreadable(
      `its MessageId has ${id.length} characters, more than the ${MESSAGE_ID_LENGTH_MAX} of any id`,
    );
  }
  return {
    kind: 'message',
    message: {
      id,
      receiptHandle,
      group,
      transactionType: (plainText(attributes.TransactionType) ?? '').slice(0, TRANSACTION_TYPE_LENGTH_MAX),
      sentAt,
      // It only decides between messages of the same millisecond; without it they keep the order in which they came.
      sequence: sequence ?? '0',
      receiveCount: Number(digits(attributes.ApproximateReceiveCount) ?? '1'),
      clientReferenceAvailable:
        flag(attributes.ClientReferenceAvailable) ?? plainText(body.clientTicketNumber) !== null,
      body,
    },
  };
}

/** What can be told of a message that cannot be read as one: whose it is, how old, how often it came. */
export function readDelivery(raw: Json): {
  readonly group: string | null;
  readonly sentAt: Instant | null;
  readonly receiveCount: number;
} {
  const attributes = isJsonObject(raw) && isJsonObject(raw.Attributes) ? raw.Attributes : {};
  return {
    group: plainText(attributes.MessageGroupId),
    sentAt: epochMs(attributes.SentTimestamp),
    receiveCount: Number(digits(attributes.ApproximateReceiveCount) ?? '1'),
  };
}

function readBody(raw: Json): JsonObject {
  const parsed = typeof raw === 'string' ? parseJson(raw) : raw;
  if (!isJsonObject(parsed)) return { unreadableBody: raw };
  const identity: Record<string, string> = {};
  for (const field of IDENTITY_FIELDS) {
    const value = parsed[field];
    if (typeof value === 'string' || typeof value === 'number') identity[field] = String(value).trim();
  }
  return { ...parsed, ...identity };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** A text or number that says something, without the spaces around it. */
function plainText(value: Json | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).trim();
  return text === '' ? null : text;
}

/** Decimal digits, as a text: sequence numbers exceed 2^53. */
function digits(value: Json | undefined): string | null {
  const text = plainText(value);
  return text !== null && text.length <= SEQUENCE_DIGITS_MAX && /^\d+$/.test(text) ? text : null;
}

function epochMs(value: Json | undefined): number | null {
  const text = digits(value);
  const ms = text === null ? 0 : Number(text);
  return ms > 0 && Number.isSafeInteger(ms) ? ms : null;
}

function flag(value: Json | undefined): boolean | null {
  if (typeof value === 'boolean') return value;
  const text = plainText(value)?.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : null;
}
