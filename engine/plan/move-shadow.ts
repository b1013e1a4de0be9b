import type { Instant } from '../domain/instant.ts';
import { UPDATE_FIELDS, type Payload, type UpdateField } from '../domain/payload.ts';
import type { Shadow } from '../domain/shadow.ts';
import type { Fields } from './changed-fields.ts';

/** A call's effect can land this much later than the call was given up. */
const LATE_EFFECT_MS_MAX = 60_000;

/** Before a call: until its answer is known, nobody knows which value the provider has. */
export function expectCall(shadow: Shadow, fields: Fields, at: Instant): Shadow {
  const names = fieldNames(fields);
  return {
    fields: shadow.fields,
    unsure: union(shadow.unsure, names),
    sent: { ...shadow.sent, ...each(names, { from: at, to: at + LATE_EFFECT_MS_MAX }) },
  };
}

/** The provider took the call: these values are agreed. */
export function confirmCall(shadow: Shadow, fields: Fields, from: Instant, to: Instant): Shadow {
  const names = fieldNames(fields);
  return {
    fields: { ...shadow.fields, ...fields },
    unsure: shadow.unsure.filter((field) => !names.includes(field)),
    sent: { ...shadow.sent, ...each(names, { from, to }) },
  };
}

/** The provider certainly did not take the call: what it had before, it still has. */
export function refuseCall(
  shadow: Shadow,
  fields: Fields,
  unsureBefore: readonly UpdateField[],
  from: Instant,
  to: Instant,
): Shadow {
  const names = fieldNames(fields);
  return {
    fields: shadow.fields,
    unsure: shadow.unsure.filter((field) => !names.includes(field) || unsureBefore.includes(field)),
    sent: { ...shadow.sent, ...each(names, { from, to }) },
  };
}

/** How a message sent at `sentAt` relates to our own last call for a field. */
export function age(shadow: Shadow, field: UpdateField, sentAt: Instant): 'newer' | 'crossing' | 'older' {
  const sent = shadow.sent[field];
  if (sent === undefined || sentAt > sent.to) return 'newer';
  return sentAt < sent.from ? 'older' : 'crossing';
}

/**
 * A message of the provider's was applied: only the payload fields which that very write altered move, so that what a
 * person changed in the same moment is still a difference and goes out. A field that we sent after the message left
 * the provider stays as we sent it (and so goes out again if the row now says otherwise); one that was under way at
 * that moment is not known.
 */
export function applyMessage(shadow: Shadow, before: Payload, after: Payload, sentAt: Instant): Shadow {
  const fields: { [field in UpdateField]?: string } = { ...shadow.fields };
  let unsure = shadow.unsure;
  for (const field of UPDATE_FIELDS) {
    const value = after[field];
    if (value === before[field]) continue;
    switch (age(shadow, field, sentAt)) {
      case 'newer':
        if (value === undefined) Reflect.deleteProperty(fields, field);
        else fields[field] = value;
        unsure = unsure.filter((name) => name !== field);
        break;
      case 'crossing':
        unsure = union(unsure, [field]);
        break;
      case 'older':
        break;
    }
  }
  return { fields, unsure, sent: shadow.sent };
}

export const fieldNames = (fields: Fields): readonly UpdateField[] =>
  UPDATE_FIELDS.filter((field) => fields[field] !== undefined);

const union = (some: readonly UpdateField[], more: readonly UpdateField[]): readonly UpdateField[] =>
  UPDATE_FIELDS.filter((field) => some.includes(field) || more.includes(field));

const each = <T>(names: readonly UpdateField[], value: T): { readonly [field in UpdateField]?: T } =>
  Object.fromEntries(names.map((name) => [name, value]));
