/** What a user writes in a file of the tests folder, as `schemas/tests.schema.json` allows it. Compiled: `ContractTest`. */
export interface WrittenTests {
  readonly now?: string;
  readonly tickets?: Readonly<Record<string, WrittenItsmFields>>;
  readonly changes?: Readonly<Record<string, WrittenItsmFields>>;
  readonly tests?: readonly WrittenTest[];
}

type WrittenText = string | number | null;
type WrittenPart = string | number | boolean | null;

/** In the names of itsm.yaml. */
export type WrittenItsmFields = Readonly<Record<string, WrittenItsmValue>>;
export type WrittenItsmValue = WrittenPart | Readonly<Record<string, WrittenPart>>;

/** What a test and a case of it have in common. */
interface WrittenGiven {
  readonly before?: WrittenItsmFields;
  readonly given?: WrittenItsmFields;
  readonly comments?: readonly WrittenItsmFields[];
  readonly attachments?: readonly WrittenItsmFields[];
  readonly approvals?: readonly WrittenItsmFields[];
  readonly receives?: readonly WrittenMessage[];
  readonly answers?: readonly WrittenAnswer[];
  readonly lasts?: string;
  readonly expect?: WrittenExpectation;
}

export interface WrittenCase extends WrittenGiven {
  readonly name?: string;
}

export interface WrittenTest extends WrittenGiven {
  readonly name: string;
  readonly ticket?: string;
  readonly agreed?: string;
  readonly deleted?: boolean;
  readonly change?: string;
  readonly round_trip?: boolean;
  readonly cases?: readonly WrittenCase[];
}

/** One TransactionType with the message's fields. */
export type WrittenMessage = Readonly<Partial<Record<WrittenTransactionType, WrittenBody>>>;

type WrittenTransactionType =
  | 'Create'
  | 'Update'
  | 'Notes'
  | 'Closure'
  | 'Attachment'
  | 'ReturnEnsonoNum'
  | 'Approval Request'
  | 'Redraft';

export type WrittenBody = Readonly<Partial<Record<MessageField, WrittenText>>> & {
  readonly notes?: Readonly<Partial<Record<NotesField, WrittenText>>>;
  readonly changed?: readonly string[];
};

type NotesField = 'type' | 'id' | 'body' | 'commenter' | 'commenterEmail';

type MessageField =
  | 'clientName'
  | 'clientTicketNumber'
  | 'ticketType'
  | 'ticketNumber'
  | 'status'
  | 'statusNextAction'
  | 'offHoldDate'
  | 'description'
  | 'shortDescription'
  | 'group'
  | 'ensonoGroup'
  | 'priority'
  | 'impact'
  | 'urgency'
  | 'cis'
  | 'category'
  | 'origin'
  | 'openedTime'
  | 'updatedOn'
  | 'closureCategory'
  | 'closeCode'
  | 'closeNotes'
  | 'state'
  | 'type'
  | 'approval'
  | 'startDate'
  | 'endDate'
  | 'risk'
  | 'justification'
  | 'preChangeChecks'
  | 'implementationPlan'
  | 'testPlan'
  | 'backoutPlan'
  | 'requestedByName'
  | 'riskAssessment'
  | 'openedAt'
  | 'approvalId'
  | 'approverName'
  | 'approverEmail'
  | 'approvalState'
  | 'attachmentName'
  | 'attachmentType'
  | 'attachmentSize'
  | 'attachment'
  | 'attachmentInfo';

export type WrittenAnswer = string | { readonly status: number; readonly text: string };

export interface WrittenExpectation {
  readonly sends?: readonly WrittenCall[];
  readonly writes?: WrittenItsmFields;
  readonly opens?: WrittenItsmFields;
  readonly adds_comments?: readonly WrittenItsmFields[];
  readonly adds_attachments?: readonly WrittenItsmFields[];
  readonly writes_change?: WrittenItsmFields;
  readonly opens_change?: WrittenItsmFields;
  readonly adds_change_comments?: readonly WrittenItsmFields[];
  readonly adds_change_attachments?: readonly WrittenItsmFields[];
  readonly adds_approvals?: readonly WrittenItsmFields[];
  readonly writes_approval?: WrittenItsmFields;
  readonly other_fields?: 'any';
  readonly outcome?: string | readonly WrittenOutcome[];
  readonly deleted?: boolean;
  readonly because?: string | readonly string[];
  readonly saying?: string;
  readonly held?: boolean;
  readonly waits?: string;
  readonly parked?: string;
  readonly stopped?: boolean;
}

type WrittenOutcome = 'applied' | 'dropped' | 'duplicate' | 'not-handled' | 'parked';

/** `return-number`, or one kind of call with its fields. */
export type WrittenCall =
  | string
  | {
      readonly create?: Readonly<Partial<Record<'ticketType' | PayloadField | ContactField, WrittenText>>> & {
        readonly comments?: readonly WrittenSentComment[];
      };
      readonly update?: Readonly<Partial<Record<PayloadField | 'status' | 'closeNotes', WrittenText>>>;
      readonly notes?: readonly WrittenSentComment[];
      readonly attachment?: { readonly name?: string };
      readonly resolve?: WrittenEnding;
      readonly close?: WrittenEnding;
      readonly cancel?: WrittenEnding;
      readonly approve?: WrittenApprovalAnswer;
      readonly reject?: WrittenApprovalAnswer;
    };

type PayloadField = 'shortDescription' | 'description' | 'group' | 'priority' | 'impact' | 'urgency';
type ContactField = 'contactName' | 'contactEmail' | 'contactPhone' | 'cis';

type WrittenApprovalAnswer = Readonly<Partial<Record<'approver' | 'approvalId' | 'comment', WrittenText>>>;

interface WrittenEnding {
  readonly closeNotes?: WrittenText;
}

type WrittenSentComment = Readonly<
  Partial<Record<'body' | 'commenter' | 'commentTime' | 'commenterEmail' | 'commenterPhone', WrittenText>>
>;
