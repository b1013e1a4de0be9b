import type { ConflictPolicy } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { hasEnded, type UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';
import { age } from './move-shadow.ts';
import { settleConflict } from './settle-conflict.ts';

/** One ITSM field to which a message gives a value. */
export interface Incoming {
  readonly field: string;
  readonly value: Json;
  /** The row says something else. */
  readonly isNews: boolean;
  readonly policy: ConflictPolicy;
  /** The payload fields that this value alone would alter. */
  readonly altered: readonly UpdateField[];
}

export interface Sorted {
  /** What is written, by ITSM field. */
  readonly write: JsonObject;
  /** The ITSM fields that are written or have the value already, and those in which ours stay. */
  readonly taken: ReadonlySet<string>;
  readonly kept: ReadonlySet<string>;
}

/** Which of the incoming values are written, and in which fields ours stay. */
export function sortIncoming(
  incoming: readonly Incoming[],
  facts: {
    readonly shadow: Shadow;
    readonly contested: ReadonlySet<UpdateField>;
    readonly sentAt: Instant;
    /** When people last changed the ITSM's ticket; null: the ITSM does not say. */
    readonly editedAt: Instant | null;
    /** The message says that the provider's ticket has ended. */
    readonly ended: boolean;
  },
): Sorted {
  const write: Record<string, Json> = {};
  const taken = new Set<string>();
  const kept = new Set<string>();
  for (const { field, value, isNews, policy, altered } of incoming) {
    const isOurs =
      isOver(facts.shadow, altered, facts.sentAt) ||
      settleConflict({ ...facts, policy, altered }) === 'client';
    (isOurs ? kept : taken).add(field);
    if (!isOurs && isNews) write[field] = value;
  }
  return { write, taken, kept };
}

/** A status from before our close says nothing any more: the provider's ticket is closed. */
const isOver = (shadow: Shadow, altered: readonly UpdateField[], sentAt: Instant): boolean =>
  altered.includes('status') && hasEnded(shadow.fields.status) && age(shadow, 'status', sentAt) !== 'newer';
