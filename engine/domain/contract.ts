import type { AlarmSettings } from './alarm.ts';
import type { Expression } from './expression.ts';
import type { Instant, Milliseconds } from './instant.ts';
import type { ColumnRoom, ItsmDescription } from './itsm-description.ts';
import type { FieldObserver, Limit } from './observation.ts';
import type { CommentField, CreateOnlyField, TicketType, UpdateField } from './payload.ts';
import type { Place } from './place.ts';
import type { Setting } from './setting.ts';

/**
 * A contract as the engine runs it: compiled from one folder of YAML (`WrittenContract` is what the user wrote).
 * Whatever can be said before running has been said; every part knows its place in the file.
 */
export interface Contract {
  readonly name: string;
  /** The clientName that the provider issued. */
  readonly clientName: string;
  readonly bridge: BridgeSettings;
  readonly itsm: ItsmDescription;
  readonly tables: ReadonlyMap<string, Table>;
  readonly outbound: Outbound;
  readonly inbound: Inbound;
  /** What becomes of the provider's changes; null: they are not taken. */
  readonly changes: Changes | null;
  readonly conflicts: Conflicts;
  readonly errors: readonly ErrorRule[];
  readonly alarms: AlarmSettings;
}

export interface BridgeSettings {
  /** The base URL with client and environment: `https://HOST/{client}/{env}`. */
  readonly url: Setting;
  readonly key: Setting;
  readonly poll: Poll;
  readonly timeoutMs: Milliseconds;
  /** How an approval is answered: the client guide says PUT, the API pages once POST. */
  readonly approvals: ApprovalMethod;
}

export type ApprovalMethod = 'PUT' | 'POST';

/** How often the queue and the database are looked at. */
export type Poll =
  | { readonly kind: 'every'; readonly ms: Milliseconds }
  /** A node-cron expression, in the contract's time zone. */
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string };

/** A named condition: a trigger, a filter. */
export interface Rule {
  readonly name: string;
  readonly when: Expression;
  readonly place: Place;
}

/** Words of the client ⇄ words of the provider. Keys and values are compared as texts. */
export interface Table {
  readonly name: string;
  readonly place: Place;
  /** In the order written: the first of several with one provider value is the way back. */
  readonly entries: readonly TableEntry[];
  /** The provider value of a client value without an entry. */
  readonly otherwise: string | null;
}

export interface TableEntry {
  readonly client: string;
  readonly provider: string;
  readonly place: Place;
}

/** How one field gets its value: evaluate, look up, fall back, append. */
export interface FieldRule {
  /** The field it fills: of the payload (outbound) or of the ITSM ticket (inbound). */
  readonly field: string;
  readonly place: Place;
  readonly value: Expression;
  readonly table: Table | null;
  /** Used when the expression yields nothing (or null), or the table has no entry. */
  readonly default: string | null;
  /** Nothing is allowed: the field is then left out. Otherwise nothing is an error. */
  readonly optional: boolean;
  /** Lines put behind the value, for what the bridge has no field for. Outbound description only. */
  readonly append: readonly AppendRule[];
  /** What becomes of a text that is longer than the other side takes; null: nothing limits it. */
  readonly tooLong: TooLong | null;
  /** What the column takes that an inbound rule fills; null: all, as far as itsm.yaml says. */
  readonly room: FieldRoom | null;
  /** Where the rule itself says what becomes of such texts; what it does not say has a default. */
  readonly limits: ReadonlyMap<Limit, Place>;
  /** Is told each time how the field was filled (`observeContract`); null: nobody asks. */
  readonly observe: FieldObserver | null;
}

/**
 * A text is longer than the other side, or our own column, takes: the ticket is parked (`park`), the text is cut at a word (`cut`), goes on in
 * a comment (`continue`), or travels in numbered parts (`split`).
 */
export type TooLong = 'park' | 'cut' | 'continue' | 'split';

export interface FieldRoom extends Pick<ColumnRoom, 'lengthMax' | 'characters'> {
  readonly unstorable: Unstorable;
  /** Null: the column holds no dates. */
  readonly dates: DateRoom | null;
}

/** The dates that a column takes, and what becomes of others. */
export interface DateRoom {
  readonly first: Instant;
  readonly last: Instant;
  /** Null: it is no date. */
  readonly read: (text: string) => Instant | null;
  readonly unstorable: UnstorableDate;
}

/** Characters that the column does not have are written as `[U+1F600]`, or the ticket is parked. */
export const UNSTORABLE = ['replace', 'park'] as const;
export type Unstorable = (typeof UNSTORABLE)[number];

/** A date that the column does not have, or what is no date, parks the ticket; or the column stays as it is. */
export const UNSTORABLE_DATE = ['park', 'leave_out'] as const;
export type UnstorableDate = (typeof UNSTORABLE_DATE)[number];

export interface AppendRule {
  readonly label: string;
  readonly value: Expression;
  readonly place: Place;
}

export interface Outbound {
  /** Changes before this are not looked at; null: from the first start on. */
  readonly since: Instant | null;
  readonly triggers: readonly Rule[];
  readonly ticketType: FieldRule;
  readonly fields: ReadonlyMap<UpdateField | CreateOnlyField, FieldRule>;
  readonly comments: OutboundComments | null;
  /** Null: files do not travel. */
  readonly attachments: OutboundAttachments | null;
  readonly keptInternal: KeptInternal | null;
  /** Null: the provider is not told that a ticket is gone here. */
  readonly deleted: Deleted | null;
  readonly afterClosed: AfterClosed;
}

/**
 * Ours is worked on again after the provider's was closed or cancelled, which takes nothing more: it is `hold` back, or sent as
 * a `new-ticket`.
 */
export const AFTER_CLOSED_POLICIES = ['hold', 'new-ticket'] as const;
export type AfterClosedPolicy = (typeof AFTER_CLOSED_POLICIES)[number];

export interface AfterClosed {
  readonly byType: { readonly [type in TicketType]: AfterClosedPolicy };
  readonly place: Place;
}

export interface OutboundComments {
  /** On one comment's fields: does it travel? */
  readonly when: Expression;
  readonly fields: ReadonlyMap<CommentField, FieldRule>;
}

/** Which files of a ticket go to the provider, and how. */
export interface OutboundAttachments {
  /** On one attachment's fields: does it travel? */
  readonly when: Expression;
  /** Bytes; larger files are refused. */
  readonly sizeMax: number;
  /** As they are, or as text (`.base64` behind the name). */
  readonly encoding: 'binary' | 'base64';
  readonly place: Place;
}

/** A ticket that one of the client's own groups has taken over: what the provider is told. */
export interface KeptInternal {
  readonly when: Expression;
  readonly send: { readonly [field in UpdateField]?: string };
  readonly place: Place;
}

/** The row of a linked ticket is deleted, or no longer meets `tickets.where`: the provider's ticket is ended. */
export interface Deleted {
  /** What it is closed with, in the provider's words. */
  readonly closeNotes: string;
  readonly place: Place;
}

export interface Inbound {
  readonly outOfScope: readonly Rule[];
  /** ITSM ticket field ← message body. */
  readonly fields: ReadonlyMap<string, FieldRule>;
  /** What a new ticket gets besides. */
  readonly create: ReadonlyMap<string, FieldRule>;
  /** ITSM comment field ← the message's `notes`; null: comments are not taken. */
  readonly comments: ReadonlyMap<string, FieldRule> | null;
  /** Null: files are not taken. */
  readonly attachments: InboundAttachments | null;
  readonly reopen: Reopening;
  /** The same of a ticket that had been closed, not only resolved. */
  readonly afterClosed: Reopening;
  readonly references: References;
  /** How the provider's texts arrive: as they are, or double-escaped as ours are sent. */
  readonly text: 'plain' | 'escaped';
  readonly place: Place;
}

/** Which files of the provider's are fetched, and what their rows say besides. */
export interface InboundAttachments {
  /** Hosts that files are fetched from: names, or `*.` and what they end in. The bridge's own always is one. */
  readonly from: readonly string[];
  readonly bytesMax: number;
  /** Extensions without a dot, and content types, `image/*` for all of a kind; in lower case. */
  readonly types: readonly string[];
  /** ITSM attachment field ← the message. */
  readonly fields: ReadonlyMap<string, FieldRule>;
  readonly place: Place;
}

/** How the provider's changes become the client's. Fields never go out: the provider alone changes a change. */
export interface Changes {
  /** ITSM change field ← what is known of the provider's change. */
  readonly fields: ReadonlyMap<string, FieldRule>;
  /** What a new change gets besides. */
  readonly create: ReadonlyMap<string, FieldRule>;
  /** What is written when the provider takes its change back: redrafted, cancelled, rejected there. */
  readonly cancelled: ReadonlyMap<string, FieldRule>;
  /** What is written, besides the fields that changed, when the provider's change is closed. */
  readonly closed: ReadonlyMap<string, FieldRule>;
  /** ITSM comment field ← the message's `notes`; null: comments are not taken. */
  readonly comments: ReadonlyMap<string, FieldRule> | null;
  /** Null: files of changes are not taken. */
  readonly attachments: InboundAttachments | null;
  /** Null: our comments do not travel. */
  readonly sends: OutboundComments | null;
  /** Null: approvals are not taken, and none is answered. */
  readonly approvals: Approvals | null;
  readonly place: Place;
}

export interface Approvals {
  /** ITSM approval field ← the Approval Request, over what is known of the change. */
  readonly fields: ReadonlyMap<string, FieldRule>;
  readonly decided: Decided;
}

/** On an approval's row: whether the client's process has decided, whether it approves, who and why. */
export interface Decided {
  readonly when: Expression;
  readonly approve: Expression;
  /** An e-mail address. */
  readonly by: FieldRule;
  /** Null: no reason is given. */
  readonly comment: FieldRule | null;
  readonly place: Place;
}

/**
 * The provider re-opens a ticket that we resolved: `reopen` ours too, open a `new-ticket` instead, or take
 * `comments-only` from then on.
 */
export const REOPEN_POLICIES = ['reopen', 'new-ticket', 'comments-only'] as const;
export type ReopenPolicy = (typeof REOPEN_POLICIES)[number];

/** By the type of ticket. */
export type Reopening = { readonly [type in TicketType]: ReopenPolicy };

/** Every word of a contract on tickets that the provider re-opens. */
export const reopenPolicies = ({
  reopen,
  afterClosed,
}: Pick<Inbound, 'reopen' | 'afterClosed'>): readonly ReopenPolicy[] => [
  ...new Set([...Object.values(reopen), ...Object.values(afterClosed)]),
];

/** Where one ticket of ours takes another's place (`new-ticket`): the ticket field that gets the other one's number. */
export interface References {
  /** Of the new ticket; null: a comment on it names the old one. */
  readonly onNew: string | null;
  /** Of the old ticket; null: a comment on it names the new one. */
  readonly onOld: string | null;
}

/** Both sides changed one field since they last agreed: whose value stays. */
export type ConflictPolicy = 'provider' | 'client' | 'latest';

export interface Conflicts {
  /** By ITSM ticket field. */
  readonly fields: ReadonlyMap<string, ConflictPolicy>;
  readonly otherwise: ConflictPolicy;
}

/** What happens on an answer, by the contract's own word; the protocol's built-in knowledge comes after. */
export interface ErrorRule {
  readonly name: string;
  readonly place: Place;
  /** On `{status, text, timed_out, transaction}`. */
  readonly when: Expression;
  readonly then: ErrorAction;
}

export type ErrorAction =
  | { readonly kind: 'replace'; readonly fields: { readonly [field in UpdateField]?: string } }
  | {
      readonly kind: 'resend';
      readonly afterMsMin: Milliseconds;
      readonly afterMsMax: Milliseconds;
      readonly atMost: number;
    }
  | { readonly kind: 'park' }
  | { readonly kind: 'stop' };
