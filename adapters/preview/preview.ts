import type { ItsmWrite } from '../rehearsal/rehearsal.ts';
import type { Json, JsonObject } from '../../engine/domain/json.ts';
import type { DiagnosticDocument } from '../terminal/check-json.ts';

/**
 * What would happen, and why: the answer of POST /preview, and what `bridgehead preview --format json` prints
 * (`response-schema.ts` says the same to machines). Places are `file:line:column`.
 */
export interface Preview {
  /** In words: a preview performs nothing. */
  readonly performed: string;
  readonly contract: string;
  readonly rules: PreviewedRules;
  /** ISO, UTC. */
  readonly now: string;
  readonly ticket: PreviewedTicket | null;
  readonly calls: readonly PreviewedCall[];
  readonly writes: readonly PreviewedWrite[];
  readonly messages: readonly PreviewedMessage[];
  readonly end: PreviewedEnd;
  readonly journal: readonly PreviewedEntry[];
  readonly reasons: Reasons;
  /** Warnings: rules with errors have no preview. */
  readonly diagnostics: readonly DiagnosticDocument[];
}

export interface PreviewedRules {
  readonly files: readonly string[];
  /** Of the files' names and texts: the journal carries the same. */
  readonly hash: string;
}

export interface PreviewedTicket {
  readonly number: string;
  readonly from: 'request' | 'database';
  /** In words: what both sides know of it, and how it was read. */
  readonly known: string;
  readonly provider_ticket: string | null;
}

export interface PreviewedCall {
  readonly kind: string;
  readonly method: string;
  /** Below the contract's bridge URL. */
  readonly path: string;
  /** As it goes over the wire: texts are escaped twice. */
  readonly body: JsonObject | null;
  readonly because: string;
  readonly rule: string | null;
  /** What the bridge is taken to answer. */
  readonly answer: string;
  /** What the provider would not take, by its schemas. */
  readonly faults: readonly PayloadMistake[];
  /** False: it is not sent, because of its faults. */
  readonly sent: boolean;
}

export interface PayloadMistake {
  readonly field: string;
  readonly limit: string;
  readonly value: string;
}

export interface PreviewedWrite {
  readonly kind: ItsmWrite['kind'];
  /** Of the row; a new one's is a guess. */
  readonly key: string;
  /** In order, with what must be looked up for it. */
  readonly statements: readonly PreviewedStatement[];
}

export interface PreviewedStatement {
  readonly sql: string;
  /** In the order of the placeholders. What only the database knows is said in brackets. */
  readonly values: readonly Json[];
  /** When it is run, in words; null: always. */
  readonly condition: string | null;
}

export interface PreviewedMessage {
  readonly transaction: string;
  readonly id: string;
  readonly deleted: boolean;
  /** Null: it waits. */
  readonly outcome: string | null;
  readonly summary: string;
  readonly rule: string | null;
  /** What its schema misses. */
  readonly faults: readonly string[];
}

export type PreviewedEnd =
  | { readonly kind: 'rests' }
  | { readonly kind: 'waits'; readonly until: string }
  | {
      readonly kind: 'parked';
      readonly code: string;
      readonly reason: string;
      readonly rule: string | null;
      readonly wakes: string;
    }
  | { readonly kind: 'stopped'; readonly reason: string };

export interface PreviewedEntry {
  readonly direction: 'in' | 'out';
  readonly transaction: string;
  readonly outcome: string;
  readonly summary: string;
  readonly rule: string | null;
}

export interface Reasons {
  /** Null: there is no ticket. */
  readonly outbound: OutboundReasons | null;
  /** Of each message received. */
  readonly inbound: readonly InboundReasons[];
  /** Of each answer that was no success. */
  readonly answers: readonly AnswerReasons[];
}

export interface OutboundReasons {
  readonly triggers: readonly ConditionReason[];
  readonly kept_internal: ConditionReason | null;
  readonly fields: readonly FieldReason[];
  readonly comments: readonly CommentReason[];
  readonly attachments: readonly AttachmentReason[];
}

export interface CommentReason {
  readonly key: string;
  /** Whether both sides had it beforehand, or it came with a message: it does not travel then. */
  readonly crossed: 'no' | 'sent' | 'from-provider';
  readonly when: ConditionReason;
  /** Empty for one that does not travel. */
  readonly fields: readonly FieldReason[];
}

export interface AttachmentReason {
  readonly key: string;
  readonly name: string;
  readonly crossed: CommentReason['crossed'];
  readonly when: ConditionReason;
}

export interface InboundReasons {
  readonly transaction: string;
  readonly id: string;
  readonly out_of_scope: readonly ConditionReason[];
  readonly fields: readonly FieldReason[];
  /** What only a ticket that is opened here gets. */
  readonly create: readonly FieldReason[];
  readonly comment: readonly FieldReason[];
}

export interface AnswerReasons {
  /** The call that was answered. */
  readonly transaction: string;
  /** Null: no answer came. */
  readonly status: number | null;
  /** The contract's `errors`. If none holds, the protocol's own rules decide. */
  readonly errors: readonly ConditionReason[];
}

/** A trigger, a filter: does it hold, and what did it see. */
export interface ConditionReason {
  readonly name: string;
  readonly place: string;
  readonly expression: string;
  readonly verdict: 'yes' | 'no' | 'failed';
  /** Of one that failed. */
  readonly fault: string | null;
  /** The engine asked it; the others are evaluated for display only. */
  readonly asked: boolean;
  /** The first that holds of those that were asked. */
  readonly decided: boolean;
  readonly operands: readonly OperandReason[];
}

/** How a field comes to its value. */
export interface FieldReason {
  readonly field: string;
  readonly place: string;
  readonly value: Json;
  readonly from: 'expression' | 'entry' | 'otherwise' | 'default' | 'left-out' | 'fault';
  readonly fault: string | null;
  /** The engine evaluated it; the others are evaluated for display only (an update means only what changed). */
  readonly asked: boolean;
  readonly expression: string;
  readonly operands: readonly OperandReason[];
  readonly table: TableReason | null;
  readonly appended: readonly AppendedReason[];
  /** What became of a text that is too long for its field; null: it is not. */
  readonly shortened: string | null;
}

export interface TableReason {
  readonly name: string;
  /** `In Progress: workinprogress`; null: the table has no entry. */
  readonly entry: string | null;
  /** Of the entry, or of the table. */
  readonly place: string;
}

export interface AppendedReason {
  readonly label: string;
  readonly place: string;
  /** Null: the line is left out. */
  readonly value: Json;
  readonly expression: string;
  readonly operands: readonly OperandReason[];
}

export interface OperandReason {
  readonly text: string;
  readonly place: string;
  /** Null: nothing. */
  readonly value: Json;
  /** Where a plain name comes from: `users.full_name (by tickets.caller_id)`, `changed.status`, `body.status`; null for what is computed. */
  readonly source: string | null;
}
