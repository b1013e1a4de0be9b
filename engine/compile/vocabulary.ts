import type { ActionKind } from '../domain/lane.ts';
import type { BridgeStatus } from '../domain/payload.ts';

/**
 * The names that expressions can read besides a client's own fields, and the bridge's enumerations
 * (client guide v1.2).
 */

const TICKET_IDENTITY = ['clientName', 'clientTicketNumber', 'ticketType', 'ticketNumber', 'transactionType'];

/** The `notes` object of a Notes message. */
export const NOTES_FIELDS: readonly string[] = ['type', 'id', 'body', 'commenter', 'commenterEmail'];

/** The body of a case message on the queue, with the message's TransactionType. */
export const CASE_FIELDS: readonly string[] = [
  ...TICKET_IDENTITY,
  'status',
  'statusNextAction',
  'offHoldDate',
  'description',
  'shortDescription',
  'group',
  'ensonoGroup',
  'priority',
  'impact',
  'urgency',
  'cis',
  'category',
  'origin',
  'openedTime',
  'updatedOn',
  'closureCategory',
  'closeCode',
  'closeNotes',
];

/** What only Changes bring: out-of-scope rules may look at it too. */
export const CHANGE_ONLY_FIELDS: readonly string[] = [
  'state',
  'type',
  'approval',
  'startDate',
  'endDate',
  'risk',
  'justification',
  'preChangeChecks',
  'implementationPlan',
  'testPlan',
  'backoutPlan',
  'requestedByName',
  'riskAssessment',
  'openedAt',
];

/** What an Approval Request brings besides the change's fields. */
export const APPROVAL_FIELDS: readonly string[] = [
  'approvalId',
  'approverName',
  'approverEmail',
  'approvalState',
];

/** What only attachments bring: out-of-scope rules may look at it too. */
export const ATTACHMENT_FIELDS: readonly string[] = [
  'attachmentName',
  'attachmentType',
  'attachmentSize',
  'attachment',
  'attachmentInfo',
];

/** What an error rule sees of an answer. */
export const ANSWER_FIELDS: readonly string[] = ['status', 'text', 'timed_out', 'transaction'];

/** The values of an answer's `transaction`. */
export const ACTION_KINDS = [
  'create',
  'update',
  'notes',
  'resolve',
  'close',
  'cancel',
  'return-number',
  'cancel-surplus',
  'approve',
  'reject',
  'attachment',
] as const satisfies readonly ActionKind[];

/** The bridge's values of its enumerated fields. Impact and urgency may be mapped by the provider besides. */
export const BRIDGE_VALUES = {
  status: ['open', 'workinprogress', 'pending', 'resolved', 'closed', 'cancelled'] satisfies BridgeStatus[],
  priority: ['1', '2', '3', '4'],
  impact: ['1', '2', '3'],
  urgency: ['1', '2', '3'],
} as const;

export const isEnumerated = (field: string): field is keyof typeof BRIDGE_VALUES =>
  Object.hasOwn(BRIDGE_VALUES, field);
