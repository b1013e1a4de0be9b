import type { ConflictPolicy } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { hasEnded, UPDATE_FIELDS, type Payload, type UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';
import { age } from './move-shadow.ts';
import { settleConflict } from './settle-conflict.ts';

/** One ITSM field to which a message gives another value than the row has. */
export interface Incoming {
  readonly field: string;
  readonly value: Json;
  readonly policy: ConflictPolicy;
  /** The payload fields that this value alone would alter. */
  readonly altered: readonly UpdateField[];
}

export interface Sorted {
  /** What is written, by ITSM field. */
  readonly write: JsonObject;
  /** The ITSM fields in which ours stay. */
  readonly kept: readonly string[];
}

/** Which of the incoming values are written, and in which fields ours stay. */
export function sortIncoming(
  incoming: readonly Incoming[],
  facts: {
    readonly shadow: Shadow;
    readonly contested: ReadonlySet<UpdateField>;
    readonly sentAt: Instant;
    /** When the ITSM's ticket was last changed; null: the ITSM does not say. */
    readonly editedAt: Instant | null;
  },
): Sorted {
  const write: Record<string, Json> = {};
  const kept: string[] = [];
  for (const { field, value, policy, altered } of incoming) {
    const isOurs =
      isOver(facts.shadow, altered, facts.sentAt) ||
      settleConflict({ ...facts, policy, altered }) === 'client';
    if (isOurs) kept.push(field);
    else write[field] = value;
  }
  return { write, kept };
}

/** A status from before our close says nothing any more: the provider's ticket is closed. */
const isOver = (shadow: Shadow, altered: readonly UpdateField[], sentAt: Instant): boolean =>
  altered.includes('status') && hasEnded(shadow.fields.status) && age(shadow, 'status', sentAt) !== 'newer';

/**
 * The shadow after a message of which some values were not taken. Where our call and the message crossed, and ours
 * stays, only sending it again makes sure that the provider has it.
 */
export function doubtCrossing(shadow: Shadow, before: Payload, sentAt: Instant): Shadow {
  if (hasEnded(shadow.fields.status)) return shadow;
  const crossing = UPDATE_FIELDS.filter(
    (field) => before[field] !== undefined && age(shadow, field, sentAt) === 'crossing',
  );
  const unsure = UPDATE_FIELDS.filter((field) => shadow.unsure.includes(field) || crossing.includes(field));
  return { ...shadow, unsure };
}
