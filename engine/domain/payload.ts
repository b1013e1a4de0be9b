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

/**
 * The fields that a create carries. `status` and `closeNotes` are not among them: the bridge ignores them there, so a
 * ticket that is not `open` when it is created needs an update afterwards.
 */
export const CREATE_FIELDS: readonly (UpdateField | CreateOnlyField)[] = [
  ...UPDATE_FIELDS.filter((field) => field !== 'status' && field !== 'closeNotes'),
  ...CREATE_ONLY_FIELDS,
];

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

export type CommentPayload = { readonly [field in CommentField]?: string };

/** Statuses of a ticket on which nobody works any more; a resolved one may still be re-opened. */
export const isDone = (status: string | undefined): boolean => status === 'resolved' || hasEnded(status);

/** Statuses after which nothing more is sent: "A Closed ticket takes nothing more" (and a cancelled one neither). */
export const hasEnded = (status: string | undefined): boolean =>
  status === 'closed' || status === 'cancelled';
