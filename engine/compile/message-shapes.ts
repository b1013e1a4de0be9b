import {
  ANSWER_FIELDS,
  APPROVAL_FIELDS,
  ATTACHMENT_FIELDS,
  CASE_FIELDS,
  CHANGE_ONLY_FIELDS,
  NOTES_FIELDS,
} from './vocabulary.ts';
import { values, type InputShape } from './scope.ts';

const NOTES = ['notes', new Set(NOTES_FIELDS)] as const;
const CHANGED = ['changed', 'anything'] as const;
const CHANGE_FIELDS = [...CASE_FIELDS, ...CHANGE_ONLY_FIELDS];

/** The body of a message about a case. */
export const MESSAGE: InputShape = {
  what: 'a message',
  names: new Map([...values(CASE_FIELDS), NOTES, CHANGED]),
};

/** Any message: an out-of-scope rule sees Changes, approvals and attachments too. */
export const ANY_MESSAGE: InputShape = {
  what: 'a message',
  names: new Map([
    ...values([...CHANGE_FIELDS, ...APPROVAL_FIELDS, ...ATTACHMENT_FIELDS]),
    NOTES,
    CHANGED,
    ['riskAssessment', 'anything'],
  ]),
};

/** A message with its notes laid over it. */
export const MESSAGE_NOTES: InputShape = {
  what: 'a message with notes',
  names: new Map([...values([...CASE_FIELDS, ...NOTES_FIELDS]), NOTES, CHANGED]),
};

/** An Attachment message; `attachment` is its address without the signature. */
export const ATTACHMENT_MESSAGE: InputShape = {
  what: 'an Attachment',
  names: new Map([...values([...CASE_FIELDS, ...ATTACHMENT_FIELDS]), CHANGED]),
};

/** A message about a change, over what was known of it: its risk assessment is a text here. */
export const CHANGE_MESSAGE: InputShape = {
  what: 'a message about a change',
  names: new Map([...values(CHANGE_FIELDS), NOTES]),
};

export const CHANGE_NOTES: InputShape = {
  what: 'a message about a change with notes',
  names: new Map([...values([...CHANGE_FIELDS, ...NOTES_FIELDS]), NOTES]),
};

export const CHANGE_ATTACHMENT: InputShape = {
  what: 'an Attachment of a change',
  names: new Map(values([...CHANGE_FIELDS, ...ATTACHMENT_FIELDS])),
};

export const APPROVAL_REQUEST: InputShape = {
  what: 'an Approval Request',
  names: new Map([...values([...CHANGE_FIELDS, ...APPROVAL_FIELDS]), NOTES]),
};

/** What an error rule sees. */
export const ANSWER: InputShape = {
  what: 'an answer',
  names: new Map(values(ANSWER_FIELDS)),
};
