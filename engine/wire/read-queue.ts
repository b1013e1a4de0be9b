import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { QueueMessage } from '../domain/message.ts';
import { excerpt } from './excerpt.ts';
import { readQueueMessage } from './read-queue-message.ts';

/** What one read of the queue brought. */
export type QueueAnswer =
  | {
      readonly kind: 'messages';
      /** In the order given, which within a message group is the order sent. */
      readonly messages: readonly QueueMessage[];
      readonly unreadable: readonly UnreadableMessage[];
    }
  /** The body is not a queue's: an error, a page of somebody else's. */
  | { readonly kind: 'not-a-queue'; readonly reason: string };

/** A message that must stay in the queue: it lacks what accepting or deleting it takes. */
export interface UnreadableMessage {
  readonly reason: string;
  readonly raw: Json;
}

/**
 * Takes the messages out of either wrapper of the bridge (client guide v1.2); `null` or nothing in the place of the
 * messages is an empty queue.
 *
 * A message is unreadable if it lacks a receipt handle, a group, an id, or a SentTimestamp: without that time its
 * place among those already accepted is not known. An unreadable message stays in the queue, where the provider counts
 * its receives, and so do the messages of its group that came behind it, because they must not overtake it.
 */
export function readQueueAnswer(body: Json): QueueAnswer {
  const entries = queueEntries(body);
  if (entries === null) {
    return { kind: 'not-a-queue', reason: `not an answer of the queue: ${excerpt(body)}` };
  }
  const messages: QueueMessage[] = [];
  const unreadable: UnreadableMessage[] = [];
  const heldGroups = new Set<string>();
  for (const raw of entries) {
    const read = readQueueMessage(raw);
    if (read.kind === 'unreadable') {
      if (read.group !== null) heldGroups.add(read.group);
      unreadable.push({ reason: read.reason, raw });
    } else if (heldGroups.has(read.message.group)) {
      unreadable.push({ reason: `it waits behind an unreadable message of ${read.message.group}`, raw });
    } else {
      messages.push(read.message);
    }
  }
  return { kind: 'messages', messages, unreadable };
}

/** The messages of an answer as they came; null: there is no queue's wrapper. */
export function queueEntries(body: Json): readonly Json[] | null {
  if (body === null) return [];
  if (!isJsonObject(body) || !('ReceiveMessageResponse' in body)) return null;
  const response = body.ReceiveMessageResponse;
  if (response === null) return [];
  if (!isJsonObject(response)) return null;
  const result = unwrap(response);
  if (result === null) return [];
  if (!isJsonObject(result)) return null;
  const messages = result.messages ?? null;
  if (messages === null) return [];
  if (Array.isArray(messages)) return messages as readonly Json[];
  return isJsonObject(messages) ? [messages] : null;
}

/** `ReceiveMessageResult` may hold the messages, or another `ReceiveMessageResult` that does. */
function unwrap(response: JsonObject): Json {
  const outer = response.ReceiveMessageResult ?? null;
  return isJsonObject(outer) && 'ReceiveMessageResult' in outer
    ? (outer.ReceiveMessageResult ?? null)
    : outer;
}

/** The same answer, in its own wrapper, with other messages in the place of those that it brought. */
export function withQueueEntries(body: Json, entries: readonly Json[]): Json {
  if (!isJsonObject(body)) return body;
  const response = body.ReceiveMessageResponse ?? null;
  const outer = isJsonObject(response) ? (response.ReceiveMessageResult ?? null) : null;
  if (!isJsonObject(response) || !isJsonObject(outer)) return body;
  const inner = outer.ReceiveMessageResult ?? null;
  const result: JsonObject = isJsonObject(inner)
    ? { ...outer, ReceiveMessageResult: { ...inner, messages: [...entries] } }
    : { ...outer, messages: [...entries] };
  return { ...body, ReceiveMessageResponse: { ...response, ReceiveMessageResult: result } };
}
