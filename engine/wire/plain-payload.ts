import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { unescapeText } from './escape.ts';
import type { BridgeRequest } from './exchange.ts';
import { FREE_TEXTS } from './requests.ts';

const IDENTITY: ReadonlySet<string> = new Set(['clientName', 'clientTicketNumber']);

/** What a call says beyond whose ticket it is. */
export interface PlainPayload {
  readonly ticketType: Json;
  readonly fields: JsonObject;
  readonly comments: readonly JsonObject[];
}

/** The payload of a call as people would write it: without the wire's escaping. */
export function plainPayload({ body }: BridgeRequest): PlainPayload {
  const payload = isJsonObject(body) && isJsonObject(body.payload) ? body.payload : {};
  const { ticketType, comments, ...others } = payload;
  return {
    ticketType: ticketType ?? null,
    fields: unescaped(
      Object.fromEntries(Object.entries(others).filter(([name]) => !IDENTITY.has(name))),
      (name) => FREE_TEXTS.has(name),
    ),
    comments: (Array.isArray(comments) ? (comments as readonly Json[]) : [])
      .filter(isJsonObject)
      .map((comment) => unescaped(comment, () => true)),
  };
}

const unescaped = (fields: JsonObject, isFreeText: (name: string) => boolean): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && isFreeText(name) ? unescapeText(value) : value,
    ]),
  );
