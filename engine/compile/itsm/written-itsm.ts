import type { CharacterSet, ColumnType, DateRange } from '../../domain/itsm-description.ts';

/** What a user writes in itsm.yaml, as `schemas/itsm.schema.json` allows it. The compiled form is `ItsmDescription`. */
export interface WrittenItsm {
  readonly database: {
    readonly connection?: string;
    readonly time_zone: string;
    readonly engine_schema?: string;
  };
  readonly tickets: WrittenTicketTable;
  readonly comments?: WrittenCommentTable;
  readonly attachments?: WrittenAttachmentTable;
  readonly change_requests?: WrittenChangeRequests;
  readonly changes: readonly WrittenChangeSource[];
}

export interface WrittenTicketTable {
  readonly table: string;
  readonly key: string;
  readonly number:
    | string
    | { readonly column: string; readonly generate?: { readonly prefix: string; readonly digits: number } };
  readonly provider_number: string;
  readonly where?: WrittenConstants;
  readonly fields: WrittenSources;
  readonly custom_fields?: WrittenCustomFields;
  readonly on_insert?: WrittenConstants;
  readonly on_update?: WrittenConstants;
}

/** The client's changes: described as tickets are, with their comments, attachments and approvals. */
export interface WrittenChangeRequests extends WrittenTicketTable {
  readonly comments?: WrittenCommentTable;
  readonly attachments?: WrittenAttachmentTable;
  readonly approvals?: WrittenApprovalTable;
}

export interface WrittenApprovalTable {
  readonly table: string;
  readonly key: string;
  readonly ticket: string;
  readonly refers_to?: string;
  readonly approval_id: string;
  readonly where?: WrittenConstants;
  readonly fields: WrittenSources;
  readonly on_insert?: WrittenConstants;
  readonly on_update?: WrittenConstants;
}

export interface WrittenCustomFields {
  readonly table: string;
  readonly ticket: string;
  readonly refers_to?: string;
  readonly name: string;
  readonly value: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export interface WrittenCommentTable {
  readonly table: string;
  readonly key: string;
  readonly ticket: string;
  readonly refers_to?: string;
  readonly where?: WrittenConstants;
  readonly order_by: string;
  readonly fields: WrittenSources;
  readonly on_insert?: WrittenConstants;
}

export interface WrittenAttachmentTable {
  readonly table: string;
  readonly key: string;
  readonly ticket: string;
  readonly refers_to?: string;
  readonly where?: WrittenConstants;
  readonly order_by: string;
  readonly name: string;
  readonly content_type?: string;
  readonly size?: string;
  readonly content: {
    readonly column?: string;
    readonly directory?: string;
    readonly path?: string;
  };
  readonly fields?: WrittenSources;
  readonly on_insert?: WrittenConstants;
}

export interface WrittenChangeSource {
  readonly table: string;
  readonly key: string;
  readonly ticket: string;
  readonly refers_to?: string;
  readonly changed: string;
  readonly overlap?: string;
  readonly settle?: string;
}

/** Column: value. In on_insert and on_update, `now` is the moment of writing. */
export type WrittenConstants = Readonly<Record<string, string | number | boolean | null>>;

export type WrittenSources = Readonly<Record<string, WrittenSource>>;

export type WrittenColumn = string | { readonly column: string; readonly type?: ColumnType };

export type WrittenSource =
  | string
  | {
      readonly column: string;
      readonly type?: ColumnType;
      readonly length?: number;
      readonly characters?: CharacterSet;
      readonly range?: DateRange;
      readonly from?: string;
      readonly key?: string;
      readonly value?: string;
      readonly fields?: Readonly<Record<string, WrittenColumn>>;
    };
