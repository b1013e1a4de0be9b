import type { Filling, Payload, UpdateField } from '../domain/payload.ts';
import { isUnsure, type Shadow } from '../domain/shadow.ts';

export type Fields = { readonly [field in UpdateField]?: string };

/**
 * The fields to send so that the provider has what the ticket has now: those that differ from what was last agreed,
 * and those of which the provider's value is not known. Applied over the shadow they give the payload.
 *
 * `status` and `closeNotes` are not among them: how a ticket ends is planned apart (`plan-outbound.ts`). Each field is read
 * by its name as it stands here: names out of a list take several times as long.
 */
export function changedFields(shadow: Shadow, now: Payload): Filling<Fields> {
  const { fields: agreed } = shadow;
  const changed: Filling<Fields> = {};
  const shortDescription = newText(shadow, 'shortDescription', now.shortDescription, agreed.shortDescription);
  if (shortDescription !== undefined) changed.shortDescription = shortDescription;
  const description = newText(shadow, 'description', now.description, agreed.description);
  if (description !== undefined) changed.description = description;
  const group = newWord(shadow, 'group', now.group, agreed.group);
  if (group !== undefined) changed.group = group;
  const priority = newWord(shadow, 'priority', now.priority, agreed.priority);
  if (priority !== undefined) changed.priority = priority;
  const impact = newWord(shadow, 'impact', now.impact, agreed.impact);
  if (impact !== undefined) changed.impact = impact;
  const urgency = newWord(shadow, 'urgency', now.urgency, agreed.urgency);
  if (urgency !== undefined) changed.urgency = urgency;
  return changed;
}

/** What a text is to be now; undefined: as agreed. It may be emptied. */
function newText(
  shadow: Shadow,
  field: UpdateField,
  is: string | undefined,
  was: string | undefined,
): string | undefined {
  if (is !== undefined) return newWord(shadow, field, is, was);
  const mayHaveText = (was ?? '') !== '' || isUnsure(shadow, field);
  return newWord(shadow, field, mayHaveText ? '' : undefined, was);
}

/** The other fields choose among words: without one there is nothing to say. */
const newWord = (
  shadow: Shadow,
  field: UpdateField,
  is: string | undefined,
  was: string | undefined,
): string | undefined => (is !== was || isUnsure(shadow, field) ? is : undefined);
