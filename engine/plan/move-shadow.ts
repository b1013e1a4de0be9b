import type { FieldRule, Outbound } from '../domain/contract.ts';
import type { Instant, Span } from '../domain/instant.ts';
import { BRIDGE_TIMEOUT_MS_MAX, PATIENCE_MS_MIN } from '../domain/limits.ts';
import { hasEnded, UPDATE_FIELDS, type Payload, type UpdateField } from '../domain/payload.ts';
import type { BeforeCall, Shadow } from '../domain/shadow.ts';
import type { Fields } from './changed-fields.ts';

/** A call is given up after the contract's time-out, and its effect can land so much later (no resend comes sooner). */
const LATE_EFFECT_MS_MAX = BRIDGE_TIMEOUT_MS_MAX + PATIENCE_MS_MIN;

/** Before a call: until its answer is known, nobody knows which value the provider has. `at`: the moment, by the bridge's time. */
export function expectCall(shadow: Shadow, fields: Fields, at: Span): Shadow {
  const names = fieldNames(fields);
  return {
    fields: shadow.fields,
    unsure: union(shadow.unsure, names),
    sent: { ...shadow.sent, ...each(names, { from: at.from, to: at.to + LATE_EFFECT_MS_MAX }) },
  };
}

/** The provider took the call: these values are agreed. `during`: the call, by the bridge's time. */
export function confirmCall(shadow: Shadow, fields: Fields, { from, to }: Span): Shadow {
  const names = fieldNames(fields);
  return {
    fields: { ...shadow.fields, ...fields },
    unsure: shadow.unsure.filter((field) => !names.includes(field)),
    sent: { ...shadow.sent, ...each(names, { from, to }) },
  };
}

/** Nobody sent these values, and they are regarded as agreed all the same; no message becomes older by that. */
export function regardAsSaid(shadow: Shadow, fields: Fields): Shadow {
  const names = fieldNames(fields);
  return {
    ...shadow,
    fields: { ...shadow.fields, ...fields },
    unsure: shadow.unsure.filter((field) => !names.includes(field)),
  };
}

/** The provider certainly did not take the call: what it had before, it still has, and our last word is the one before. */
export function refuseCall(shadow: Shadow, fields: Fields, before: BeforeCall): Shadow {
  const names = fieldNames(fields);
  const others = Object.entries(shadow.sent).filter(([field]) => !names.some((name) => name === field));
  const known = Object.entries(before.sent).filter(([field]) => names.some((name) => name === field));
  return {
    fields: shadow.fields,
    unsure: shadow.unsure.filter((field) => !names.includes(field) || before.unsure.includes(field)),
    sent: Object.fromEntries([...others, ...known]),
  };
}

/**
 * A new ticket of ours, made from a message, takes the place of the one with the shadow `before`. What was sent after that message left
 * the provider, it still has, whatever the message said: the new ticket says its own.
 */
export function takePlace(made: Shadow, before: Shadow, sentAt: Instant): Shadow {
  const crossed = UPDATE_FIELDS.filter((field) => age(before, field, sentAt) !== 'newer');
  return { fields: made.fields, unsure: union(made.unsure, crossed), sent: before.sent };
}

/** How a message sent at `sentAt` relates to our own last call for a field. */
export function age(shadow: Shadow, field: UpdateField, sentAt: Instant): 'newer' | 'crossing' | 'older' {
  const sent = shadow.sent[field];
  if (sent === undefined || sentAt > sent.to) return 'newer';
  return sentAt < sent.from ? 'older' : 'crossing';
}

/** A message of the provider's, as it was applied. */
export interface AppliedMessage {
  readonly outbound: Outbound;
  /** What the provider would have been sent for the row before the write, and after it. */
  readonly before: Payload;
  readonly after: Payload;
  /** The fields that it speaks of, in the provider's own words, as far as these are compared. */
  readonly said: Payload;
  readonly sentAt: Instant;
  /** The status with which it says that the provider's ticket has ended; null: it does not. */
  readonly ended: string | null;
  /** The ITSM fields that were written or had the value already, and those in which ours stayed. */
  readonly taken: ReadonlySet<string>;
  readonly kept: ReadonlySet<string>;
}

/**
 * A message was applied: only the payload fields which that very write altered move, so that what a person changed in
 * the same moment is still a difference and goes out. A field that we sent after the message left the provider stays
 * as we sent it (and so goes out again if the row now says otherwise); one that was under way at that moment is not
 * known.
 *
 * Where the row now says in the provider's words what the message says, both agree, whatever else the field is made of. It is
 * not known what the provider has where the message spoke of a field and the shadow could not follow: ours
 * stayed, the row had come to say the same by itself, or the field is made of several and a person changed another of
 * them. Otherwise a person who goes back to what was once agreed would be thought to agree with the provider.
 *
 * An ending is the provider's last word whatever crossed it: an ended ticket takes nothing more, so no call of ours can
 * have changed its status since.
 */
export function applyMessage(shadow: Shadow, message: AppliedMessage): Shadow {
  const { outbound, before, after, said, sentAt, ended, taken, kept } = message;
  const fields: { [field in UpdateField]?: string } = { ...shadow.fields };
  let unsure = shadow.unsure;
  for (const field of UPDATE_FIELDS) {
    if (field === 'status' && ended !== null) {
      fields.status = ended;
      unsure = unsure.filter((name) => name !== 'status');
      continue;
    }
    const when = age(shadow, field, sentAt);
    const sources = outbound.fields.get(field);
    const isRefused = readsOneOf(sources, kept) && !hasEnded(shadow.fields.status);
    if (when === 'older') {
      // Older by our clock, at which two clocks that disagree are wrong: ours is said once more rather than never again.
      if (isRefused) unsure = union(unsure, [field]);
      continue;
    }
    const isContested =
      (before[field] ?? '') !== (shadow.fields[field] ?? '') || shadow.unsure.includes(field);
    const value = after[field];
    if (when === 'newer' && value !== undefined && value === said[field]) {
      fields[field] = value;
      unsure = unsure.filter((name) => name !== field);
      continue;
    }
    if (value !== before[field]) {
      if (when === 'newer') {
        if (value === undefined) Reflect.deleteProperty(fields, field);
        else fields[field] = value;
      }
      const isKnown = when === 'newer' && (!isContested || readsOnly(sources, taken));
      unsure = isKnown ? unsure.filter((name) => name !== field) : union(unsure, [field]);
      continue;
    }
    const isSpokenOf = readsOneOf(sources, taken) && (isContested || when === 'crossing');
    if (isSpokenOf || isRefused) unsure = union(unsure, [field]);
  }
  return { fields, unsure, sent: shadow.sent };
}

/** The names that a field is made of; 'everything' where that cannot be told. */
function reads(rule: FieldRule): readonly string[] | 'everything' {
  const names: string[] = [];
  for (const { value } of [rule, ...rule.append]) {
    if (value.reads === 'everything') return 'everything';
    names.push(...value.reads);
  }
  return names;
}

function readsOneOf(rule: FieldRule | undefined, names: ReadonlySet<string>): boolean {
  if (rule === undefined || names.size === 0) return false;
  const read = reads(rule);
  return read === 'everything' || read.some((name) => names.has(name));
}

function readsOnly(rule: FieldRule | undefined, names: ReadonlySet<string>): boolean {
  const read = rule === undefined ? [] : reads(rule);
  return read !== 'everything' && read.every((name) => names.has(name));
}

export const fieldNames = (fields: Fields): readonly UpdateField[] =>
  UPDATE_FIELDS.filter((field) => fields[field] !== undefined);

/** Whether there is any. */
export function hasFields(fields: Fields): boolean {
  for (const field in fields) if (fields[field as UpdateField] !== undefined) return true;
  return false;
}

const union = (some: readonly UpdateField[], more: readonly UpdateField[]): readonly UpdateField[] =>
  UPDATE_FIELDS.filter((field) => some.includes(field) || more.includes(field));

const each = <T>(names: readonly UpdateField[], value: T): { readonly [field in UpdateField]?: T } =>
  Object.fromEntries(names.map((name) => [name, value]));
