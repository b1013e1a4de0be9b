import type { ErrorObject, ValidateFunction } from 'ajv';
import approvalRequestSchema from '../../schemas/queue/approval-request.schema.json' with { type: 'json' };
import attachmentSchema from '../../schemas/queue/attachment.schema.json' with { type: 'json' };
import closureSchema from '../../schemas/queue/closure.schema.json' with { type: 'json' };
import createSchema from '../../schemas/queue/create.schema.json' with { type: 'json' };
import fieldsSchema from '../../schemas/queue/fields.schema.json' with { type: 'json' };
import notesSchema from '../../schemas/queue/notes.schema.json' with { type: 'json' };
import redraftSchema from '../../schemas/queue/redraft.schema.json' with { type: 'json' };
import returnEnsonoNumSchema from '../../schemas/queue/return-ensono-num.schema.json' with { type: 'json' };
import updateSchema from '../../schemas/queue/update.schema.json' with { type: 'json' };
import type { Json } from '../domain/json.ts';
import { TRANSACTION_TYPES, type QueueMessage, type TransactionType } from '../domain/message.ts';
import { excerpt } from './excerpt.ts';
import { fieldPath, schemaReader } from './schema-reader.ts';

const reader = schemaReader();
reader.addSchema(fieldsSchema);
const validators: Readonly<Record<TransactionType, ValidateFunction>> = {
  Create: reader.compile(createSchema),
  Update: reader.compile(updateSchema),
  Notes: reader.compile(notesSchema),
  Closure: reader.compile(closureSchema),
  Attachment: reader.compile(attachmentSchema),
  ReturnEnsonoNum: reader.compile(returnEnsonoNumSchema),
  'Approval Request': reader.compile(approvalRequestSchema),
  Redraft: reader.compile(redraftSchema),
};

/**
 * What keeps a message from being worked, in words; nothing: it can be. Only what its transaction cannot do without is
 * asked for, because real messages lack much and bring more than is documented.
 */
export function validateMessage(message: Pick<QueueMessage, 'transactionType' | 'body'>): readonly string[] {
  const type = TRANSACTION_TYPES.find((known) => known === message.transactionType);
  if (type === undefined) {
    return [
      `TransactionType is '${excerpt(message.transactionType)}', which is none of ${TRANSACTION_TYPES.join(', ')}`,
    ];
  }
  const validate = validators[type];
  if (validate(message.body)) return [];
  return [...new Set((validate.errors ?? []).filter(isTelling).map((error) => readFault(error, type)))];
}

const isTelling = (error: ErrorObject): boolean =>
  error.keyword !== 'if' && !error.schemaPath.includes('/anyOf/');

function readFault(error: ErrorObject, type: TransactionType): string {
  const at = fieldPath(error.instancePath);
  const params = error.params as Readonly<Record<string, unknown>>;
  const found = excerpt(error.data as Json | undefined);
  switch (error.keyword) {
    case 'required':
      return `${at === '' ? '' : `${at}.`}${String(params.missingProperty)} is missing, which ${article(type)} needs`;
    case 'minLength':
      return `${at} is empty, which ${article(type)} needs`;
    case 'enum':
      return `${at} is '${found}', which is none of ${(error.schema as readonly string[]).join(', ')}`;
    case 'type':
      return `${at === '' ? 'the body' : at} is '${found}', which is not of type ${[params.type].flat().join(' or ')}`;
    case 'anyOf':
      return `status and state are both missing, of which ${article(type)} needs one`;
    default:
      return `${at === '' ? 'the body' : at} ${error.message ?? error.keyword}: '${found}'`;
  }
}

const article = (type: TransactionType): string => `${/^[AU]/.test(type) ? 'an' : 'a'} ${type} message`;
