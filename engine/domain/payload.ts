/**
 * The words of the bridge's own payloads. Values are plain texts here; the wire's double escaping is put on
 * last (`engine/wire/escape.ts`).
 */

export type TicketType = 'Incident' | 'Request';

/** A change is opened by the provider alone: no create carries that type. */
export type AnyTicketType = TicketType | 'Change';

/** `open` → … → `resolved` → `closed`; `cancelled` ends a ticket too. */
export type BridgeStatus = 'open' | 'workinprogress' | 'pending' | 'resolved' | 'closed' | 'cancelled';

/** The fields an update may carry, in the order in which they are written. */
export const UPDATE_FIELDS = [
  'shortDescription',
  'description',
  'group',
  'priority',
  'impact',
  'urgency',
  'status',
  'closeNotes',
] as const;
export type UpdateField = (typeof UPDATE_FIELDS)[number];

/** The fields whose text can go on in a comment. */
export const CONTINUED_FIELDS = ['description', 'closeNotes'] as const satisfies readonly UpdateField[];
export type ContinuedField = (typeof CONTINUED_FIELDS)[number];

/** The fields that only a create carries. */
export const CREATE_ONLY_FIELDS = ['contactName', 'contactEmail', 'contactPhone', 'cis'] as const;
export type CreateOnlyField = (typeof CREATE_ONLY_FIELDS)[number];

export const COMMENT_FIELDS = [
  'body',
  'commenter',
  'commentTime',
  'commenterEmail',
  'commenterPhone',
] as const;
export type CommentField = (typeof COMMENT_FIELDS)[number];

/** A ticket as the contract maps it for the provider: only fields that have a value. */
export type Payload = { readonly [field in UpdateField | CreateOnlyField]?: string };

/** The fields of an object that is still being filled. */
export type Filling<Fields> = { -readonly [field in keyof Fields]: Fields[field] };

/**
 * What a create carries of it. `status` and `closeNotes` are not: the bridge ignores them there, so a ticket that is not
 * `open` when it is created needs an update afterwards. Each field is read by its name as it stands here: names out of a
 * list take several times as long.
 */
export function createFieldsOf(payload: Payload): Payload {
  const { shortDescription, description, group, priority, impact, urgency } = payload;
  const { contactName, contactEmail, contactPhone, cis } = payload;
  const fields: Filling<Payload> = {};
  if (shortDescription !== undefined) fields.shortDescription = shortDescription;
  if (description !== undefined) fields.description = description;
  if (group !== undefined) fields.group = group;
  if (priority !== undefined) fields.priority = priority;
  if (impact !== undefined) fields.impact = impact;
  if (urgency !== undefined) fields.urgency = urgency;
  if (contactName !== undefined) fields.contactName = contactName;
  if (contactEmail !== undefined) fields.contactEmail = contactEmail;
  if (contactPhone !== undefined) fields.contactPhone = contactPhone;
  if (cis !== undefined) fields.cis = cis;
  return fields;
}

export type CommentPayload = { readonly [field in CommentField]?: string };

/** Statuses of a ticket on which nobody works any more; a resolved one may still be re-opened. */
export const isDone = (status: string | undefined): boolean => status === 'resolved' || hasEnded(status);

/** Statuses after which nothing more is sent: "A Closed ticket takes nothing more" (and a cancelled one neither). */
export const hasEnded = (status: string | undefined): boolean =>
  status === 'closed' || status === 'cancelled';
