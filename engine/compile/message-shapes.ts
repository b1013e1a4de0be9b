import { ANSWER_FIELDS, CASE_FIELDS, NOTES_FIELDS, OTHER_MESSAGE_FIELDS } from './vocabulary.ts';
import { values, type InputShape } from './scope.ts';

const NOTES = ['notes', new Set(NOTES_FIELDS)] as const;
const CHANGED = ['changed', 'anything'] as const;

/** The body of a message about a case. */
export const MESSAGE: InputShape = {
  what: 'a message',
  names: new Map([...values(CASE_FIELDS), NOTES, CHANGED]),
};

/** Any message: an out-of-scope rule sees Changes, approvals and attachments too. */
export const ANY_MESSAGE: InputShape = {
  what: 'a message',
  names: new Map([
    ...values([...CASE_FIELDS, ...OTHER_MESSAGE_FIELDS]),
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

/** What an error rule sees. */
export const ANSWER: InputShape = {
  what: 'an answer',
  names: new Map(values(ANSWER_FIELDS)),
};
