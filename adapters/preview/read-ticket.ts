import { readIsoDate } from '../../engine/compile/date-room.ts';
import { suggestion } from '../../engine/compile/yaml/did-you-mean.ts';
import type { ColumnType, FieldSource, ItsmDescription } from '../../engine/domain/itsm-description.ts';
import { isJsonObject, type Json, type JsonObject } from '../../engine/domain/json.ts';
import type { ApprovalRow, Ticket, TicketAttachment, TicketComment } from '../../engine/domain/ticket.ts';
import { excerpt } from '../../engine/wire/excerpt.ts';
import { isoText } from '../database/dates.ts';
import { changeKey } from '../database/itsm/joined-itsm.ts';
import type { ItsmSide } from '../database/itsm/side.ts';
import type { Mistake } from './situation.ts';

/** What belongs to a ticket besides its own fields, as somebody wrote it. */
export interface WrittenRows {
  readonly comments?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly approvals?: readonly JsonObject[];
}

/** Reads what somebody wrote in the names of itsm.yaml as the database would give it. Mistakes are added to `mistakes`. */
export function readTicket(
  itsm: Described,
  written: JsonObject,
  { comments = [], attachments = [] }: WrittenRows,
  mistakes: Mistake[],
): Ticket {
  const { key = '1', number = 'PREVIEW-1', provider_number: providerNumber = null, ...fields } = written;
  return {
    key: readName(key, 'ticket.key', mistakes),
    number: readName(number, 'ticket.number', mistakes),
    providerNumber:
      providerNumber === null ? null : readName(providerNumber, 'ticket.provider_number', mistakes),
    fields: readTicketFields(itsm, fields, 'ticket', mistakes),
    comments: comments.map((comment, index) => readComment(itsm, comment, index, mistakes)),
    ...(itsm.attachments === null && attachments.length === 0
      ? {}
      : { attachments: attachments.map((file, index) => readAttachment(itsm, file, index, mistakes)) }),
  };
}

/** The same of one of the client's changes, with the rows of its approvals. */
export function readChange(
  side: ItsmSide,
  written: JsonObject,
  of: WrittenRows,
  mistakes: Mistake[],
): Ticket {
  const change = readTicket(side, written, of, mistakes);
  const rows = (of.approvals ?? []).map((approval, index) => readApproval(side, approval, index, mistakes));
  return { ...change, key: changeKey(change.key), change: { approvals: rows } };
}

function readApproval(
  { approvals }: ItsmSide,
  { key, approval_id: id = null, ...written }: JsonObject,
  index: number,
  mistakes: Mistake[],
): ApprovalRow {
  const at = `approvals[${index}]`;
  if (approvals === null) mistakes.push({ at, message: 'itsm.yaml describes no approvals' });
  const sources = approvals?.fields ?? new Map<string, FieldSource>();
  return {
    key: key === undefined ? String(index + 1) : readName(key, `${at}.key`, mistakes),
    approvalId: id === null ? null : readName(id, `${at}.approval_id`, mistakes),
    fields:
      approvals === null
        ? {}
        : readFields(sources, written, at, [...sources.keys(), 'key', 'approval_id'], mistakes),
  };
}

/** The tables that are described, of tickets or of changes. */
export type Described = Pick<ItsmDescription, 'tickets' | 'comments' | 'attachments'>;

/** The named fields alone. `at` is what they stand in, for mistakes. */
export function readTicketFields(
  { tickets }: Described,
  written: JsonObject,
  at: string,
  mistakes: Mistake[],
): JsonObject {
  const { custom, ...own } = written;
  const names = [...tickets.fields.keys(), ...(tickets.customFields === null ? [] : ['custom'])];
  const fields = readFields(tickets.fields, own, at, names, mistakes);
  if (custom === undefined) return fields;
  if (tickets.customFields === null) {
    mistakes.push({ at: `${at}.custom`, message: 'is not known: itsm.yaml has no custom_fields' });
    return fields;
  }
  const texts = new Map(
    [...tickets.customFields.fields.keys()].map((name) => [name, 'text' as const] as const),
  );
  return { ...fields, custom: readParts(texts, custom, `${at}.custom`, mistakes) };
}

function readComment(
  { comments }: Described,
  { key, ...written }: JsonObject,
  index: number,
  mistakes: Mistake[],
): TicketComment {
  const at = `comments[${index}]`;
  if (comments === null) mistakes.push({ at, message: 'itsm.yaml describes no comments' });
  const sources = comments?.fields ?? new Map<string, FieldSource>();
  return {
    key: key === undefined ? `c${index + 1}` : readName(key, `${at}.key`, mistakes),
    fields: comments === null ? {} : readFields(sources, written, at, [...sources.keys(), 'key'], mistakes),
  };
}

function readAttachment(
  { attachments }: Described,
  { key, name = 'file.txt', content_type: contentType = null, size = null, ...written }: JsonObject,
  index: number,
  mistakes: Mistake[],
): TicketAttachment {
  const at = `attachments[${index}]`;
  if (attachments === null) mistakes.push({ at, message: 'itsm.yaml describes no attachments' });
  const sources = attachments?.fields ?? new Map<string, FieldSource>();
  const names = [...sources.keys(), 'key', 'name', 'content_type', 'size'];
  const bytes = readValue('number', size, `${at}.size`, mistakes);
  return {
    key: key === undefined ? `a${index + 1}` : readName(key, `${at}.key`, mistakes),
    name: readName(name, `${at}.name`, mistakes),
    contentType: contentType === null ? null : readName(contentType, `${at}.content_type`, mistakes),
    size: typeof bytes === 'number' ? bytes : null,
    fields: attachments === null ? {} : readFields(sources, written, at, names, mistakes),
  };
}

function readFields(
  sources: ReadonlyMap<string, FieldSource>,
  written: JsonObject,
  at: string,
  names: readonly string[],
  mistakes: Mistake[],
): JsonObject {
  const fields: Record<string, Json> = {};
  for (const [name, value] of Object.entries(written)) {
    const source = sources.get(name);
    const place = `${at}.${name}`;
    if (source === undefined) {
      mistakes.push({ at: place, message: `is no field of itsm.yaml. ${suggestion(name, names)}` });
      continue;
    }
    fields[name] = readField(source, value, place, mistakes);
  }
  return fields;
}

function readField(source: FieldSource, value: Json, at: string, mistakes: Mistake[]): Json {
  switch (source.kind) {
    case 'column':
      return readValue(source.type, value, at, mistakes);
    case 'lookup':
      return readValue('text', value, at, mistakes);
    case 'reference': {
      const types = new Map([...source.fields].map(([name, { type }]) => [name, type] as const));
      return readParts(types, value, at, mistakes);
    }
  }
}

/** Something with parts: another row's columns, custom fields. */
function readParts(
  types: ReadonlyMap<string, ColumnType>,
  value: Json,
  at: string,
  mistakes: Mistake[],
): Json {
  if (value === null) return null;
  if (!isJsonObject(value)) {
    const message = `has parts (${[...types.keys()].join(', ')}) and is not ${excerpt(value)}`;
    mistakes.push({ at, message });
    return null;
  }
  const parts: Record<string, Json> = {};
  for (const [name, part] of Object.entries(value)) {
    const type = types.get(name);
    if (type === undefined) {
      const message = `is no part that itsm.yaml names. ${suggestion(name, types.keys())}`;
      mistakes.push({ at: `${at}.${name}`, message });
      continue;
    }
    parts[name] = readValue(type, part, `${at}.${name}`, mistakes);
  }
  return parts;
}

function readValue(type: ColumnType, value: Json, at: string, mistakes: Mistake[]): Json {
  if (value === null) return null;
  const wrong = (what: string): null => {
    mistakes.push({ at, message: `must be ${what}, not ${excerpt(value)}` });
    return null;
  };
  switch (type) {
    case 'text':
      return typeof value === 'object' ? wrong('a text') : String(value);
    case 'number':
      return typeof value === 'number' ? value : wrong('a number');
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong('true or false');
    case 'date':
      return (
        (typeof value === 'string' ? isoDate(value) : null) ?? wrong('a date such as 2026-11-23T14:05:00Z')
      );
  }
}

/** What something is called by. */
const readName = (value: Json, at: string, mistakes: Mistake[]): string => {
  const text = readValue('text', value, at, mistakes);
  return typeof text === 'string' ? text : '';
};

/** In UTC, as rules see it; null: it is none. */
export function isoDate(text: string): string | null {
  const instant = readIsoDate(text);
  return instant === null ? null : isoText(instant);
}
