import type { ConflictPolicy } from '../domain/contract.ts';
import type { Instant } from '../domain/instant.ts';
import { UPDATE_FIELDS, type Payload, type UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';
import { age } from './move-shadow.ts';

/**
 * The payload fields in which the client has said something since both sides agreed: changed and not sent yet, sent
 * with no answer, or sent after the message left the provider.
 */
export function contestedFields(shadow: Shadow, mapped: Payload, sentAt: Instant): ReadonlySet<UpdateField> {
  return new Set(
    UPDATE_FIELDS.filter(
      (field) =>
        (mapped[field] ?? '') !== (shadow.fields[field] ?? '') ||
        shadow.unsure.includes(field) ||
        age(shadow, field, sentAt) !== 'newer',
    ),
  );
}

export interface Contest {
  readonly policy: ConflictPolicy;
  /** The payload fields that the provider's value would alter. */
  readonly altered: readonly UpdateField[];
  readonly contested: ReadonlySet<UpdateField>;
  readonly shadow: Shadow;
  readonly sentAt: Instant;
  /** When people last changed the ITSM's ticket; null: the ITSM does not say. */
  readonly editedAt: Instant | null;
  /** The provider's ticket has ended: it took nothing of what was sent since. */
  readonly ended: boolean;
}

/** Whose value stays in the ITSM; null: there is no conflict, the provider's is written. */
export function settleConflict(contest: Contest): 'client' | 'provider' | null {
  const { policy, altered, contested, shadow, sentAt, editedAt, ended } = contest;
  const fields = altered.filter((field) => contested.has(field));
  if (fields.length === 0) return null;
  if (policy !== 'latest') return policy;
  const sentSince = !ended && fields.some((field) => age(shadow, field, sentAt) !== 'newer');
  return sentSince || (editedAt !== null && editedAt > sentAt) ? 'client' : 'provider';
}
