import type { Payload, UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';

export type Fields = { readonly [field in UpdateField]?: string };

/**
 * The fields to send so that the provider has what the ticket has now: those that differ from what was last agreed,
 * and those of which the provider's value is not known. Applied over the shadow they give the payload.
 *
 * `status` and `closeNotes` are not among them: how a ticket ends is planned apart (`plan-outbound.ts`). Each field is read
 * by its name as it stands here: names out of a list take several times as long.
 */
export function changedFields({ fields: agreed, unsure }: Shadow, now: Payload): Fields {
  const changed: Changed = {};
  compareText(changed, unsure, 'shortDescription', now.shortDescription, agreed.shortDescription);
  compareText(changed, unsure, 'description', now.description, agreed.description);
  compareWord(changed, unsure, 'group', now.group, agreed.group);
  compareWord(changed, unsure, 'priority', now.priority, agreed.priority);
  compareWord(changed, unsure, 'impact', now.impact, agreed.impact);
  compareWord(changed, unsure, 'urgency', now.urgency, agreed.urgency);
  return changed;
}

type Changed = { -readonly [field in keyof Fields]: Fields[field] };

/** A text may be emptied. */
function compareText(
  changed: Changed,
  unsure: readonly UpdateField[],
  field: UpdateField,
  is: string | undefined,
  was: string | undefined,
): void {
  const mayHaveText = (was ?? '') !== '' || unsure.includes(field);
  compareWord(changed, unsure, field, is ?? (mayHaveText ? '' : undefined), was);
}

/** The other fields choose among words: without one there is nothing to say. */
function compareWord(
  changed: Changed,
  unsure: readonly UpdateField[],
  field: UpdateField,
  is: string | undefined,
  was: string | undefined,
): void {
  if (is !== undefined && (is !== was || unsure.includes(field))) changed[field] = is;
}
