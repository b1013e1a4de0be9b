import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { SHORT_DESCRIPTION_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../engine/domain/limits.ts';
import type { BridgeStatus, TicketType } from '../../engine/domain/payload.ts';
import { isEscaped, unescapeText } from './escaping.ts';

/** Payloads as the provider takes them (client guide v1.2); texts are un-escaped once. Other fields are ignored. */
export interface Identity {
  readonly clientName: string;
  readonly clientTicketNumber: string;
  readonly ticketType: TicketType;
}

export interface SentComment {
  readonly body: string;
  readonly commenter?: string;
  readonly commentTime?: string;
  readonly commenterEmail?: string;
  readonly commenterPhone?: string;
}

interface SentFields {
  readonly description?: string;
  readonly shortDescription?: string;
  readonly group?: string;
  readonly priority?: string;
  readonly impact?: string;
  readonly urgency?: string;
  readonly comments?: readonly SentComment[];
}

export interface CreatePayload extends Identity, SentFields {
  readonly description: string;
  readonly shortDescription: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly contactPhone?: string;
  readonly cis?: string;
}

export interface UpdatePayload extends Identity, SentFields {
  readonly status?: Exclude<BridgeStatus, EndStatus>;
  readonly closeNotes?: string;
}

export type EndStatus = 'resolved' | 'closed';

/** A resolution or closure: every other field is ignored. */
export interface EndPayload extends Identity {
  readonly status: EndStatus;
  readonly closeNotes: string;
}

export interface NotesPayload extends Omit<Identity, 'ticketType'> {
  readonly ticketType: TicketType | 'Change';
  readonly comments: readonly SentComment[];
}

export interface ReturnNumberPayload extends Omit<Identity, 'ticketType'> {
  readonly ticketType: TicketType | 'Change';
}

/** In approve and reject a comment has a body only. */
export interface ApprovalPayload extends ReturnNumberPayload {
  readonly approver: string;
  readonly approvalId: string;
  readonly comments: readonly { readonly body: string }[];
}

export type Validated<Payload> =
  | { readonly kind: 'valid'; readonly payload: Payload }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] };

/**
 * The wire's free texts. Whether a limit counts the escapes is not documented: here it does, which is the stricter
 * reading.
 */
const ESCAPED = 'double-escaped';
const freeText = { type: 'string', format: ESCAPED } as const;
const requiredText = { ...freeText, minLength: 1 } as const;
const name = { type: 'string', minLength: 1 } as const;
const list = { type: 'string' } as const;

const identity = { clientName: name, clientTicketNumber: name } as const;
const identityKeys = ['clientName', 'clientTicketNumber', 'ticketType'] as const;
const ticketType = { type: 'string', enum: ['Incident', 'Request'] } as const;

const anyTicketType = { type: 'string', enum: ['Incident', 'Request', 'Change'] } as const;

const comments = {
  type: 'array',
  items: {
    type: 'object',
    required: ['body'],
    properties: {
      body: { ...requiredText, maxLength: TEXT_LENGTH_MAX },
      commenter: freeText,
      commentTime: freeText,
      commenterEmail: freeText,
      commenterPhone: freeText,
    },
  },
} as const;

const fields = {
  description: { ...requiredText, maxLength: TEXT_LENGTH_MAX },
  shortDescription: { ...requiredText, maxLength: SHORT_DESCRIPTION_LENGTH_MAX },
  group: name,
  // Values the provider does not know fall back to 3: they are no error.
  priority: list,
  impact: list,
  urgency: list,
  comments,
} as const;

/** One choice: a priority, or impact and urgency. */
const withPriority = { required: ['priority'] };
const withImpactOrUrgency = { anyOf: [{ required: ['impact'] }, { required: ['urgency'] }] };

const schemas = {
  create: {
    type: 'object',
    required: [...identityKeys, 'description', 'shortDescription', 'contactName', 'contactEmail'],
    properties: {
      ...identity,
      ticketType,
      ...fields,
      contactName: requiredText,
      contactEmail: name,
      contactPhone: list,
      cis: list,
    },
    oneOf: [
      { ...withPriority, not: withImpactOrUrgency },
      { required: ['impact', 'urgency'], not: withPriority },
    ],
  },
  update: {
    type: 'object',
    required: identityKeys,
    properties: {
      ...identity,
      ticketType,
      ...fields,
      status: { type: 'string', enum: ['open', 'workinprogress', 'pending', 'cancelled'] },
      closeNotes: { ...freeText, maxLength: TEXT_LENGTH_MAX },
    },
    not: { allOf: [withPriority, withImpactOrUrgency] },
  },
  end: {
    type: 'object',
    required: [...identityKeys, 'status', 'closeNotes'],
    properties: {
      ...identity,
      ticketType,
      status: { type: 'string', enum: ['resolved', 'closed'] },
      closeNotes: { ...requiredText, maxLength: TEXT_LENGTH_MAX },
    },
  },
  notes: {
    type: 'object',
    required: [...identityKeys, 'comments'],
    properties: { ...identity, ticketType: anyTicketType, comments: { ...comments, minItems: 1 } },
  },
  approval: {
    type: 'object',
    required: [...identityKeys, 'approver', 'approvalId', 'comments'],
    properties: {
      ...identity,
      ticketType: { type: 'string', const: 'Change' },
      approver: { type: 'string', pattern: '@' },
      approvalId: name,
      comments: { ...comments, minItems: 1 },
    },
  },
  returnNumber: {
    type: 'object',
    required: identityKeys,
    properties: { ...identity, ticketType: anyTicketType },
  },
};

const ajv = new Ajv({ allErrors: true, strictRequired: false });
ajv.addFormat(ESCAPED, { type: 'string', validate: isEscaped });

/** The choice of priority is the only rule on the payload as a whole. */
const faultText = ({ schemaPath, instancePath, message }: ErrorObject): string =>
  /^#\/(oneOf|not)\b/.test(schemaPath)
    ? 'either priority or impact and urgency'
    : `${instancePath.slice(1).replaceAll('/', '.')} ${message ?? 'is invalid'}`.trim();

const validator =
  <Payload>(validate: ValidateFunction<Payload>) =>
  (payload: unknown): Validated<Payload> => {
    if (validate(payload)) return { kind: 'valid', payload: unescapeFields(payload) };
    return { kind: 'invalid', faults: [...new Set((validate.errors ?? []).map(faultText))] };
  };

export const validateCreate = validator(ajv.compile<CreatePayload>(schemas.create));
export const validateUpdate = validator(ajv.compile<UpdatePayload>(schemas.update));
export const validateEnd = validator(ajv.compile<EndPayload>(schemas.end));
export const validateNotes = validator(ajv.compile<NotesPayload>(schemas.notes));
export const validateApproval = validator(ajv.compile<ApprovalPayload>(schemas.approval));
export const validateReturnNumber = validator(ajv.compile<ReturnNumberPayload>(schemas.returnNumber));

const FREE_TEXTS: ReadonlySet<string> = new Set([
  'description',
  'shortDescription',
  'closeNotes',
  'contactName',
  ...Object.keys(comments.items.properties),
]);

/** Un-escapes the free texts of a payload and of its comments. */
function unescapeFields<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    typeof part === 'string' && FREE_TEXTS.has(key) ? unescapeText(part) : part,
  ) as Value;
}
