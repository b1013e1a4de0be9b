import { CODES } from '../../../engine/compile/codes.ts';
import type { Instant } from '../../../engine/domain/instant.ts';
import type { AttachmentTable, ColumnType, FieldSource } from '../../../engine/domain/itsm-description.ts';
import { zoneOffsetMs } from '../dates.ts';
import { columnOf, type SchemaColumn } from './schema.ts';
import type { Path } from './spots.ts';
import type { SurveyContext } from './survey-context.ts';

/** Does each column's type go with the `type` that itsm.yaml gives it? `now` tells the zones' clocks apart. */
export function checkTypes(context: SurveyContext, now: Instant): void {
  const { tickets, comments, attachments, changeRequests, changes } = context.contract.itsm;
  checkFields(context, tickets.table, tickets.fields, ['tickets', 'fields'], now);
  if (comments !== null) checkFields(context, comments.table, comments.fields, ['comments', 'fields'], now);
  if (attachments !== null) checkAttachments(context, attachments, ['attachments'], now);
  const ofChanges = changeRequests?.attachments ?? null;
  if (ofChanges !== null) checkAttachments(context, ofChanges, ['change_requests', 'attachments'], now);
  changes.forEach((source, index) =>
    checkChanged(context, source.table, source.changed, ['changes', index, 'changed'], now),
  );
}

/** The fields, the length, and whether the column of the content holds bytes as they are. */
function checkAttachments(
  context: SurveyContext,
  { table, fields, size, content }: AttachmentTable,
  path: Path,
  now: Instant,
): void {
  checkFields(context, table, fields, [...path, 'fields'], now);
  const length = size === null ? null : found(context, table, size);
  if (length !== null && length.kind !== 'number' && length.kind !== 'other') {
    const message = `${table}.${length.name} is ${length.declared}, and the length of a file is a number.`;
    const hint = 'Make it a BIGINT, or leave size out.';
    context.report.add(CODES.wrongColumnType, context.inItsm([...path, 'size']), message, hint);
  }
  const column = content.column === null ? null : found(context, table, content.column);
  if (column !== null && column.kind !== 'other') {
    const message = `${table}.${column.name} is ${column.declared}, which does not hold bytes as they are.`;
    const hint = 'The content of files wants a BLOB: LONGBLOB takes up to 4 GiB.';
    context.report.add(CODES.wrongColumnType, context.inItsm([...path, 'content', 'column']), message, hint);
  }
}

function checkFields(
  context: SurveyContext,
  table: string,
  fields: ReadonlyMap<string, FieldSource>,
  path: Path,
  now: Instant,
): void {
  for (const [field, source] of fields) {
    if (source.kind === 'column')
      checkField(context, table, source.column, source.type, [...path, field], now);
    if (source.kind !== 'reference') continue;
    for (const [part, { column, type }] of source.fields)
      checkField(context, source.table, column, type, [...path, field, 'fields', part], now);
  }
}

function checkField(
  context: SurveyContext,
  table: string,
  name: string,
  type: ColumnType,
  path: Path,
  now: Instant,
): void {
  const column = found(context, table, name);
  if (column === null) return;
  const mismatch = mismatchOf(type, column, context) ?? zoneMismatch(type, column, context, now);
  if (mismatch === null) return;
  const spot = context.inItsm([...path, type === 'text' ? 'column' : 'type']);
  const message = `${table}.${name} is ${column.declared}, ${mismatch.words}`;
  context.report.add(CODES.wrongColumnType, spot, message, mismatch.hint);
}

interface Mismatch {
  /** Goes on behind `tickets.title is varchar(80), `. */
  readonly words: string;
  readonly hint: string;
}

function mismatchOf(type: ColumnType, column: SchemaColumn, { schema }: SurveyContext): Mismatch | null {
  const { kind } = column;
  if (kind === 'other') return null;
  const isDate = kind === 'date' || kind === 'day' || kind === 'timestamp';
  switch (type) {
    case 'date':
      // SQLite has no dates but texts.
      if (isDate || (kind === 'text' && schema.kind === 'sqlite')) return null;
      return {
        words: 'which holds no dates.',
        hint: 'A row whose value does not read like 2026-11-23 14:05:00 parks its ticket. Name a DATETIME column.',
      };
    case 'number':
      if (kind === 'number' || kind === 'boolean') return null;
      return {
        words: 'which may hold what is no number.',
        hint: 'A row with such a value parks its ticket. Leave the type out to read it as text.',
      };
    case 'boolean':
      if (kind === 'number' || kind === 'boolean') return null;
      return {
        words: 'which may hold what is neither true nor false.',
        hint:
          '1, t, true, y, yes and 0, f, false, n, no are read, anything else parks the ticket; 1 and 0 are written. ' +
          "Leave the type out to compare the words themselves: when: public = 'Y'.",
      };
    case 'text':
      if (isDate)
        return {
          words: 'and is read as a text in the database’s own zone.',
          hint: `Write { column: ${column.name}, type: date }: rules then see ISO dates in UTC.`,
        };
      if (kind === 'boolean')
        return {
          words: 'and is read as the text "0" or "1", which both count as true.',
          hint: `Write { column: ${column.name}, type: boolean }, or number.`,
        };
      return null;
  }
}

/** A TIMESTAMP is the one type whose texts depend on the session. */
function zoneMismatch(
  type: ColumnType,
  column: SchemaColumn,
  { schema, contract }: SurveyContext,
  now: Instant,
): Mismatch | null {
  const { timeZone } = contract.itsm.database;
  const isShifted = schema.sessionOffsetMs !== null && schema.sessionOffsetMs !== zoneOffsetMs(now, timeZone);
  if (type !== 'date' || column.kind !== 'timestamp' || !isShifted) return null;
  return {
    words: `which the server shows in the session’s zone, and that is not ${timeZone}.`,
    hint: 'Give time_zone the zone of the server’s sessions, or make the column a DATETIME.',
  };
}

/** The date by which changes are found. */
function checkChanged(context: SurveyContext, table: string, name: string, path: Path, now: Instant): void {
  const column = found(context, table, name);
  if (column === null) return;
  const spot = context.inItsm(path);
  const says = `${table}.${name} is ${column.declared}, `;
  const add = ({ words, hint }: Mismatch): void =>
    context.report.add(CODES.wrongColumnType, spot, says + words, hint);
  if (column.kind === 'day') {
    add({
      words: 'which has no time of day.',
      hint: 'Every change of a day would look like the first one. Name a column with date and time.',
    });
    return;
  }
  const mismatch = mismatchOf('date', column, context) ?? zoneMismatch('date', column, context, now);
  if (mismatch !== null) add(mismatch);
}

function found({ schema }: SurveyContext, table: string, name: string): SchemaColumn | null {
  const there = schema.tables.get(table);
  return there === undefined ? null : columnOf(there, name);
}
