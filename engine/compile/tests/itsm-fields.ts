import { DateTime } from 'luxon';
import type { Contract } from '../../domain/contract.ts';
import type {
  AttachmentTable,
  Column,
  ColumnType,
  FieldSource,
  ItsmDescription,
  TicketTable,
} from '../../domain/itsm-description.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { isJsonObject } from '../../domain/json.ts';
import { CODES } from '../codes.ts';
import type { Report } from '../report.ts';
import { suggestion } from '../yaml/did-you-mean.ts';
import type { Written } from '../yaml/written.ts';
import type { WrittenItsmFields, WrittenItsmValue } from './written-tests.ts';

/** The fields that a test may give a value to, and what each holds. */
export interface FieldShapes {
  /** To be said in a message: `a ticket`. */
  readonly what: string;
  readonly shapes: ReadonlyMap<string, ColumnType | 'any' | ReadonlyMap<string, ColumnType>>;
  /** The zone of dates without an offset. */
  readonly timeZone: string;
}

/** What a ticket of a test is described with: the fields of itsm.yaml, and what the engine reads besides. */
export const ticketShapes = ({ itsm }: Contract): FieldShapes =>
  shapesOfTable('a ticket', itsm.tickets, itsm);

/** The same of a change. Null: itsm.yaml describes none. */
export const changeShapes = ({ itsm }: Contract): FieldShapes | null =>
  itsm.changeRequests === null ? null : shapesOfTable('a change', itsm.changeRequests.tickets, itsm);

function shapesOfTable(
  what: string,
  { fields, customFields: custom }: TicketTable,
  { database }: ItsmDescription,
): FieldShapes {
  return {
    what,
    timeZone: database.timeZone,
    shapes: new Map([
      ['number', 'text'],
      ['provider_number', 'text'],
      ...shapesOf(fields),
      ...(custom === null
        ? []
        : [['custom', new Map([...custom.fields.keys()].map((name) => [name, 'text' as const]))] as const]),
    ]),
  };
}

/** Null: itsm.yaml describes no comments. */
export const commentShapes = ({ itsm }: Contract): FieldShapes | null =>
  rowShapes('a comment', itsm.comments, itsm);

export const changeCommentShapes = ({ itsm }: Contract): FieldShapes | null =>
  rowShapes('a comment', itsm.changeRequests?.comments ?? null, itsm);

/** With what a file is, which no field of the contract's need show. */
export const attachmentShapes = (
  { itsm }: Contract,
  table: AttachmentTable | null = itsm.attachments,
): FieldShapes | null => {
  const shapes = rowShapes('an attachment', table, itsm);
  return shapes === null ? null : { ...shapes, shapes: new Map([...shapes.shapes, ...FILE]) };
};

const FILE = [
  ['name', 'text'],
  ['content_type', 'text'],
  ['size', 'number'],
] as const;

/** What a test expects to be written with a file. Null: itsm.yaml describes no attachments there. */
export const writtenAttachmentShapes = (
  { itsm }: Contract,
  table: AttachmentTable | null = itsm.attachments,
): FieldShapes | null => {
  if (table === null) return null;
  const shapes = writtenOf('an attachment', table, itsm);
  return { ...shapes, shapes: new Map([...shapes.shapes, ...FILE]) };
};

/** With the approvalId, which no field of the contract's need show. */
export function approvalShapes({ itsm }: Contract): FieldShapes | null {
  const shapes = rowShapes('an approval', itsm.changeRequests?.approvals ?? null, itsm);
  return shapes === null ? null : { ...shapes, shapes: new Map([...shapes.shapes, APPROVAL_ID]) };
}

const APPROVAL_ID = ['approval_id', 'text'] as const;

const rowShapes = (
  what: string,
  table: { readonly fields: ReadonlyMap<string, FieldSource> } | null,
  { database }: ItsmDescription,
): FieldShapes | null =>
  table === null ? null : { what, timeZone: database.timeZone, shapes: new Map(shapesOf(table.fields)) };

/** What a test expects to be written to a ticket: a row elsewhere is named by one plain value. */
export const writtenTicketShapes = ({ itsm }: Contract): FieldShapes =>
  writtenOf('a ticket', itsm.tickets, itsm);

/** The same of a comment. Null: itsm.yaml describes no comments. */
export const writtenCommentShapes = ({ itsm }: Contract): FieldShapes | null =>
  itsm.comments === null ? null : writtenOf('a comment', itsm.comments, itsm);

/** The same of changes, their comments and their approvals. Null: itsm.yaml describes none. */
export const writtenChangeShapes = ({ itsm }: Contract): FieldShapes | null =>
  itsm.changeRequests === null ? null : writtenOf('a change', itsm.changeRequests.tickets, itsm);

export const writtenChangeCommentShapes = ({ itsm }: Contract): FieldShapes | null =>
  itsm.changeRequests?.comments == null ? null : writtenOf('a comment', itsm.changeRequests.comments, itsm);

export function writtenApprovalShapes({ itsm }: Contract): FieldShapes | null {
  const table = itsm.changeRequests?.approvals ?? null;
  if (table === null) return null;
  const shapes = writtenOf('an approval', table, itsm);
  return { ...shapes, shapes: new Map([...shapes.shapes, APPROVAL_ID]) };
}

const writtenOf = (
  what: string,
  table: { readonly fields: ReadonlyMap<string, FieldSource> },
  { database }: ItsmDescription,
): FieldShapes => ({ what, timeZone: database.timeZone, shapes: writtenShapes(table.fields) });

const writtenShapes = (sources: ReadonlyMap<string, FieldSource>): FieldShapes['shapes'] =>
  new Map([...sources].map(([name, source]) => [name, source.kind === 'column' ? source.type : 'any']));

function shapesOf(
  sources: ReadonlyMap<string, FieldSource>,
): readonly (readonly [string, ColumnType | 'any' | ReadonlyMap<string, ColumnType>])[] {
  return [...sources].map(([name, source]) => {
    if (source.kind === 'column') return [name, source.type];
    return [name, source.kind === 'lookup' ? 'any' : columnTypes(source.fields)];
  });
}

const columnTypes = (columns: ReadonlyMap<string, Column>): ReadonlyMap<string, ColumnType> =>
  new Map([...columns].map(([name, column]) => [name, column.type]));

/** The fields that are written, each as the database would give it. What is wrong is reported and left out. */
export function compileItsmFields(
  written: Written<WrittenItsmFields> | null,
  { what, shapes, timeZone }: FieldShapes,
  report: Report,
): JsonObject {
  const fields: Record<string, Json> = {};
  for (const [name, value] of written?.entries() ?? []) {
    const shape = shapes.get(name);
    if (shape === undefined) {
      const hint = suggestion(name, shapes.keys(), `what ${what} has`);
      report.add(CODES.unknownItsmField, value.key, `itsm.yaml gives ${what} no field "${name}".`, hint);
    } else if (typeof shape === 'string') {
      const compiled = compileValue(value, name, shape, timeZone, report);
      if (compiled !== null) fields[name] = compiled.value;
    } else if (value.scalar !== null && value.scalar.value === null) {
      fields[name] = null;
    } else if (!value.isMap) {
      const message = `"${name}" has parts: it cannot be a plain value here.`;
      const hint = `Write { ${[...shape.keys()].map((part) => `${part}: …`).join(', ')} }.`;
      report.add(CODES.wrongKindOfValue, value, message, hint);
    } else fields[name] = compileParts(value, name, shape, timeZone, report);
  }
  return fields;
}

function compileParts(
  written: Written<WrittenItsmValue>,
  name: string,
  shape: ReadonlyMap<string, ColumnType>,
  timeZone: string,
  report: Report,
): JsonObject {
  const parts: Record<string, Json> = {};
  for (const [part, value] of written.entries()) {
    const type = shape.get(part);
    if (type === undefined) {
      const hint = suggestion(part, shape.keys(), `what ${name} has`);
      report.add(CODES.unknownItsmField, value.key, `"${name}" has no part "${part}".`, hint);
      continue;
    }
    const compiled = compileValue(value, `${name}.${part}`, type, timeZone, report);
    if (compiled !== null) parts[part] = compiled.value;
  }
  return parts;
}

const KINDS = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date',
  any: 'a plain value',
} as const satisfies Record<ColumnType | 'any', string>;

/** Null, and reported, if the field cannot hold such a value. */
function compileValue(
  written: Written<WrittenItsmValue>,
  name: string,
  type: ColumnType | 'any',
  timeZone: string,
  report: Report,
): { readonly value: Json } | null {
  const { scalar } = written;
  const wrong = (hint: string): null => {
    const found = scalar === null ? 'a structure' : `"${scalar.text}"`;
    report.add(CODES.wrongKindOfValue, written, `"${name}" holds ${KINDS[type]}, not ${found}.`, hint);
    return null;
  };
  if (scalar === null) return wrong('Write one plain value.');
  const { value, text } = scalar;
  if (value === null || type === 'any') return { value };
  switch (type) {
    case 'number':
      return typeof value === 'number' ? { value } : wrong('Write the number without quotes.');
    case 'boolean':
      return typeof value === 'boolean' ? { value } : wrong('Write true or false, without quotes.');
    case 'text':
      // A text column gives texts, however its value looks in YAML.
      return typeof value === 'boolean' ? wrong(`Put it in quotes: "${text}".`) : { value: text };
    case 'date': {
      const date = DateTime.fromISO(text, { zone: timeZone });
      return date.isValid ? { value: date.toUTC().toISO() } : wrong('Write it as 2026-01-31T08:00:00Z.');
    }
  }
}

/** One set of fields over another; of fields with parts, the parts that are not written stay. */
export function overlay(fields: JsonObject, over: JsonObject): JsonObject {
  const laid: Record<string, Json> = { ...fields };
  for (const [name, value] of Object.entries(over)) {
    const held = laid[name];
    laid[name] = isJsonObject(held) && isJsonObject(value) ? { ...held, ...value } : value;
  }
  return laid;
}
