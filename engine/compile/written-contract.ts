import type {
  AfterClosedPolicy,
  ApprovalMethod,
  ConflictPolicy,
  Inbound,
  OutboundAttachments,
  ReopenPolicy,
  TooLong,
  Unstorable,
  UnstorableDate,
} from '../domain/contract.ts';
import type { CommentField, CreateOnlyField, UpdateField } from '../domain/payload.ts';

/**
 * What a user writes in contract.yaml, as `schemas/contract.schema.json` allows it. Every text that ends up as an
 * expression is JSONata. The compiled form is `Contract`.
 */
export interface WrittenContract {
  readonly contract: string;
  readonly client_name: string;
  readonly bridge: {
    readonly url: string;
    readonly key: string;
    readonly poll: string | { readonly cron: string };
    readonly timeout?: string;
    readonly approvals?: ApprovalMethod;
    readonly groups?: readonly string[];
  };
  readonly itsm: string;
  readonly tables?: Readonly<Record<string, WrittenTable>>;
  readonly outbound: WrittenOutbound;
  readonly inbound: WrittenInbound;
  readonly changes?: WrittenChanges;
  readonly conflicts?: Readonly<Record<string, ConflictPolicy>>;
  readonly errors?: readonly WrittenErrorRule[];
  readonly alarms?: WrittenAlarms;
}

/** From how many, or how long, on: a number or a length of time; or never. */
export interface WrittenAlarms {
  readonly queue_unread?: number | string;
  readonly queue_age?: string;
  readonly queue_receives?: number | string;
  readonly last_poll?: string;
  readonly waiting?: number | string;
  readonly waiting_age?: string;
  readonly parked?: number | string;
  readonly unanswered_creates?: number | string;
  readonly unanswered_age?: string;
  readonly files_age?: string;
  readonly files_expiring?: number | string;
  readonly files_given_up?: number | string;
  readonly bridge_failures?: number | string;
  readonly database_away?: string;
  readonly clock_skew?: string;
  readonly webhook?: string;
  readonly command?: readonly string[];
}

export type WrittenTable = Readonly<Record<string, string | number>>;

export interface WrittenOutbound {
  readonly since?: string;
  readonly triggers: readonly WrittenRule[];
  readonly ticket_type: WrittenField;
  readonly fields: { readonly [field in UpdateField | CreateOnlyField]?: WrittenField };
  readonly comments?: { readonly when: string; readonly fields: WrittenCommentFields };
  readonly attachments?: {
    readonly when: string;
    readonly max_size?: string;
    readonly encoding?: OutboundAttachments['encoding'];
  };
  readonly kept_internal?: { readonly when: string; readonly send: WrittenValues };
  readonly deleted?: { readonly close_notes: string };
  readonly after_closed?: ByType<AfterClosedPolicy>;
}

/** One word for all tickets, or one for each type. */
export type ByType<Policy extends string> = Policy | { readonly Incident: Policy; readonly Request: Policy };

export interface WrittenInbound {
  readonly out_of_scope?: readonly WrittenRule[];
  readonly fields: WrittenFields;
  readonly create?: WrittenFields;
  readonly comments?: WrittenFields;
  readonly attachments?: WrittenAttachments;
  readonly reopen: ByType<ReopenPolicy>;
  readonly after_closed?: ByType<ReopenPolicy>;
  readonly references?: { readonly new?: string; readonly old?: string };
  readonly text?: Inbound['text'];
}

export interface WrittenChanges {
  readonly fields: WrittenFields;
  readonly create?: WrittenFields;
  readonly cancelled: WrittenFields;
  readonly closed: WrittenFields;
  readonly comments?: WrittenFields;
  readonly attachments?: WrittenAttachments;
  readonly sends_comments?: { readonly when: string; readonly fields: WrittenCommentFields };
  readonly approvals?: WrittenApprovals;
}

export interface WrittenAttachments {
  readonly from?: readonly string[];
  readonly max_size?: string;
  readonly types?: readonly string[];
  readonly fields?: WrittenFields;
}

export interface WrittenApprovals {
  readonly fields: WrittenFields;
  readonly decided: {
    readonly when: string;
    readonly approve: string;
    readonly by: WrittenField;
    readonly comment?: WrittenField;
  };
}

export interface WrittenRule {
  readonly name: string;
  readonly when: string;
}

export type WrittenCommentFields = { readonly body: WrittenField } & {
  readonly [field in Exclude<CommentField, 'body'>]?: WrittenField;
};

export type WrittenFields = Readonly<Record<string, WrittenField>>;

export type WrittenField =
  | string
  | {
      readonly value: string;
      readonly table?: string;
      readonly default?: string | number;
      readonly optional?: boolean;
      readonly append?: Readonly<Record<string, string>>;
      readonly too_long?: TooLong;
      readonly unstorable_characters?: Unstorable;
      readonly unstorable_date?: UnstorableDate;
    };

/** Payload fields with literal values. */
export type WrittenValues = { readonly [field in UpdateField]?: string | number };

export interface WrittenErrorRule extends WrittenRule {
  readonly then:
    | 'park'
    | 'stop'
    | {
        readonly replace?: WrittenValues;
        readonly resend_after?: string;
        readonly at_most?: number;
      };
}
