import { UPDATE_FIELDS, type Payload, type UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';

export type Fields = { readonly [field in UpdateField]?: string };

/** Texts that may be emptied. The other fields choose among words: without one there is nothing to say. */
const EMPTIABLE: readonly UpdateField[] = ['shortDescription', 'description'];

/**
 * The fields to send so that the provider has what the ticket has now: those that differ from what was last agreed,
 * and those of which the provider's value is not known. Applied over the shadow they give the payload.
 *
 * `status` and `closeNotes` are not among them: how a ticket ends is planned apart (`plan-outbound.ts`).
 */
export function changedFields(shadow: Shadow, now: Payload): Fields {
  const changed: { [field in UpdateField]?: string } = {};
  for (const field of UPDATE_FIELDS) {
    if (field === 'status' || field === 'closeNotes') continue;
    const value = now[field] ?? (mayHaveText(shadow, field) ? '' : undefined);
    if (value === undefined) continue;
    if (value !== shadow.fields[field] || shadow.unsure.includes(field)) changed[field] = value;
  }
  return changed;
}

const mayHaveText = (shadow: Shadow, field: UpdateField): boolean =>
  EMPTIABLE.includes(field) && ((shadow.fields[field] ?? '') !== '' || shadow.unsure.includes(field));
