import type { Filling, Payload, UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';

export type Fields = { readonly [field in UpdateField]?: string };

/**
 * The fields to send so that the provider has what the ticket has now: those that differ from what was last agreed,
 * and those of which the provider's value is not known. Applied over the shadow they give the payload.
 *
 * `status` and `closeNotes` are not among them: how a ticket ends is planned apart (`plan-outbound.ts`). Each field is read
 * by its name as it stands here: names out of a list take several times as long.
 */
export function changedFields({ fields: agreed, unsure }: Shadow, now: Payload): Filling<Fields> {
  const changed: Filling<Fields> = {};
  const shortDescription = newText(unsure, 'shortDescription', now.shortDescription, agreed.shortDescription);
  if (shortDescription !== undefined) changed.shortDescription = shortDescription;
  const description = newText(unsure, 'description', now.description, agreed.description);
  if (description !== undefined) changed.description = description;
  const group = newWord(unsure, 'group', now.group, agreed.group);
  if (group !== undefined) changed.group = group;
  const priority = newWord(unsure, 'priority', now.priority, agreed.priority);
  if (priority !== undefined) changed.priority = priority;
  const impact = newWord(unsure, 'impact', now.impact, agreed.impact);
  if (impact !== undefined) changed.impact = impact;
  const urgency = newWord(unsure, 'urgency', now.urgency, agreed.urgency);
  if (urgency !== undefined) changed.urgency = urgency;
  return changed;
}

/** What a text is to be now; undefined: as agreed. It may be emptied. */
function newText(
  unsure: readonly UpdateField[],
  field: UpdateField,
  is: string | undefined,
  was: string | undefined,
): string | undefined {
  const mayHaveText = (was ?? '') !== '' || unsure.includes(field);
  return newWord(unsure, field, is ?? (mayHaveText ? '' : undefined), was);
}

/** The other fields choose among words: without one there is nothing to say. */
const newWord = (
  unsure: readonly UpdateField[],
  field: UpdateField,
  is: string | undefined,
  was: string | undefined,
): string | undefined => (is !== was || unsure.includes(field) ? is : undefined);
