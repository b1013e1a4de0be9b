import { asText } from '../../engine/map/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import { isDone, type Payload } from '../../engine/domain/payload.ts';
import type { QueueMessage } from '../../engine/domain/message.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import { messageContext, notesContext } from '../../engine/map/inbound.ts';
import type { Action } from '../../engine/plan/action.ts';
import type { CameBack } from './echo-wire.ts';
import type { SentCall } from './report.ts';
import { FILE_PUT } from './sent-call.ts';

/** One transaction that must come back for a call. */
export interface Expected {
  readonly transaction: 'Create' | 'Update' | 'Notes' | 'Closure' | 'Attachment';
  /** Of what was sent, what a message of that kind carries: plain texts. */
  readonly fields: { readonly [field: string]: string };
  /** The messages by which it came, in the order in which they did; an Update may come in several. */
  readonly came: CameBack[];
}

/** Fields of a create that no message about a case has. */
const NOT_SENT_BACK: ReadonlySet<string> = new Set(['contactName', 'contactEmail', 'contactPhone']);

/** What must come back for a call, in the order of the queue. Returning a number has no echo: no user at the provider can. */
export function expectedEchoes(action: Action): readonly Expected[] {
  const notes = 'comments' in action ? action.comments.map(({ payload }) => payload.body ?? '') : [];
  const comments = notes.map((body): Expected => expected('Notes', { body }));
  switch (action.kind) {
    case 'create':
      return [expected('Create', { ...carried(action.payload), ticketType: action.ticketType }), ...comments];
    case 'update':
      return [expected(isDone(action.fields.status) ? 'Closure' : 'Update', carried(action.fields))];
    case 'resolve':
    case 'close':
      return [expected('Closure', carried(action.fields))];
    case 'cancel':
      return [expected('Update', carried(action.fields))];
    case 'notes':
      return comments;
    case 'return-number':
    case 'cancel-surplus':
    case 'approve':
    case 'reject':
    case 'attachment':
      return [];
  }
}

/** What may come back for a file that was put: an Attachment, of which nothing says how it names the file. */
export const expectedFile = ({ kind, accepted }: SentCall): readonly Expected[] =>
  kind === FILE_PUT && accepted ? [expected('Attachment', {})] : [];

const expected = (transaction: Expected['transaction'], fields: Expected['fields']): Expected => ({
  transaction,
  fields,
  came: [],
});

const carried = (fields: Payload): Expected['fields'] =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => !NOT_SENT_BACK.has(field)));

/** Everything that was sent has come, as far as can be told: of an Update, every field that it carried. */
export const isThere = ({ transaction, fields, came }: Expected): boolean =>
  came.length > 0 &&
  (transaction !== 'Update' ||
    Object.keys(fields).every((field) => came.some(({ message }) => changedNames(message).has(field))));

/** Gives a message to what it is the echo of; false: it is of nothing that is missing. */
export function takeEcho(contract: Contract, awaited: readonly Expected[], came: CameBack): boolean {
  const { transactionType } = came.message;
  const open = awaited.filter((one) => !isThere(one));
  const said = commentOf(contract, came.message);
  const notes = open.filter(({ transaction }) => transaction === 'Notes');
  const comment = said === null ? undefined : notes.find(({ fields }) => said.includes(fields.body ?? ''));
  const own =
    transactionType === 'Notes'
      ? (comment ?? notes[0])
      : open.find(({ transaction }) => transaction === transactionType);
  // A Create may carry a comment too.
  const found = new Set([own, comment].filter((one) => one !== undefined));
  for (const one of found) one.came.push(came);
  return found.size > 0;
}

function commentOf({ inbound }: Contract, { transactionType, body }: QueueMessage): string | null {
  const text = notesContext(inbound, messageContext(inbound, transactionType, body))?.body;
  return typeof text === 'string' ? text : null;
}

/** What a message says for a field, as the contract's rules see it; null: nothing. */
export function saidOf(
  contract: Contract,
  message: QueueMessage,
  expected: Expected,
  field: string,
): string | null {
  if (expected.transaction === 'Notes') return commentOf(contract, message);
  const value: Json = messageContext(contract.inbound, message.transactionType, message.body)[field] ?? null;
  return value === null ? null : asText(value);
}

const changedNames = ({ body }: QueueMessage): ReadonlySet<string> =>
  new Set(isJsonObject(body.changed ?? null) ? Object.keys(body.changed as JsonObject) : []);
