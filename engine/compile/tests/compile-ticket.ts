import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Ticket, TicketAttachment, TicketComment } from '../../domain/ticket.ts';
import type { FieldShapes } from './itsm-fields.ts';

/** The key of the row of the one ticket that a test has. */
const TICKET_KEY = '1';
/** As the database adapter names the row of a change. */
const CHANGE_KEY = `change:${TICKET_KEY}`;
const NUMBER_DEFAULT = 'TEST-1';
/** The provider's number of a ticket that both sides know. */
export const PROVIDER_NUMBER_DEFAULT = 'e-CS0000001';

/** What belongs to a ticket besides its own fields. `attachments`: null if itsm.yaml describes none. */
export interface GivenRows {
  readonly comments: readonly JsonObject[];
  readonly attachments: readonly JsonObject[] | null;
}

/** A ticket as the database would give it: what the test does not say is NULL. */
export function ticketOf(
  shapes: FieldShapes,
  fields: JsonObject,
  { comments, attachments }: GivenRows,
  isKnownThere: boolean,
): Ticket {
  const { number, provider_number: providerNumber, ...own } = fields;
  return {
    key: TICKET_KEY,
    number: textOr(number, NUMBER_DEFAULT),
    providerNumber: textOr(providerNumber, isKnownThere ? PROVIDER_NUMBER_DEFAULT : null),
    fields: withNulls(shapes, own, ['number', 'provider_number']),
    comments: comments.map((comment, index): TicketComment => ({ key: String(index + 1), fields: comment })),
    ...(attachments === null ? {} : { attachments: attachments.map(attachmentOf) }),
  };
}

const FILE_NAME_DEFAULT = 'file.txt';

function attachmentOf(
  { name = null, content_type: contentType = null, size = null, ...fields }: JsonObject,
  index: number,
): TicketAttachment {
  return {
    key: String(index + 1),
    name: textOr(name, FILE_NAME_DEFAULT),
    contentType: textOr(contentType, null),
    size: typeof size === 'number' ? size : null,
    fields,
  };
}

/** One of the client's changes that both sides know, with the rows of its approvals. */
export function changeOf(
  shapes: FieldShapes,
  fields: JsonObject,
  rows: GivenRows,
  approvals: readonly JsonObject[],
): Ticket {
  const change = ticketOf(shapes, fields, rows, true);
  return {
    ...change,
    key: CHANGE_KEY,
    change: {
      approvals: approvals.map(({ approval_id: id, ...row }, index) => ({
        key: String(index + 1),
        approvalId: textOr(id, null),
        fields: row,
      })),
    },
  };
}

/** Every field that itsm.yaml describes, with null where the test gives no value. */
export function withNulls(
  shapes: FieldShapes,
  fields: JsonObject,
  besides: readonly string[] = [],
): JsonObject {
  const all: Record<string, Json> = {};
  for (const [name, shape] of shapes.shapes) {
    if (besides.includes(name)) continue;
    const value = fields[name] ?? null;
    if (typeof shape === 'string') all[name] = value;
    else {
      const parts = isJsonObject(value) ? value : {};
      const isNull = value === null && name !== 'custom';
      all[name] = isNull
        ? null
        : Object.fromEntries([...shape.keys()].map((part) => [part, parts[part] ?? null]));
    }
  }
  return all;
}

/** Without a number nobody could say which ticket a message is about. */
const textOr = <T>(value: Json | undefined, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise;
