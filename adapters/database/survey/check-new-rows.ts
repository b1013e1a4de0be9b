import { CODES } from '../../../engine/compile/codes.ts';
import type { Constant } from '../../../engine/domain/itsm-description.ts';
import { inboundWrites, type InboundWrite } from './inbound-writes.ts';
import { isSameName, type SchemaColumn } from './schema.ts';
import type { Path } from './spots.ts';
import type { SurveyContext } from './survey-context.ts';

/**
 * A ticket or comment of the provider's becomes a new row. A column that is NOT NULL, has no default and gets no value
 * would have it refused.
 */
export function checkNewRows(context: SurveyContext): void {
  const { itsm, inbound } = context.contract;
  const { tickets, comments } = itsm;
  const writes = inboundWrites(context.contract);
  // The number is made from the key, or by the database itself: a trigger, which cannot be seen. What the column of the
  // provider's number must be is said where it is named.
  checkTable(context, {
    table: tickets.table,
    path: ['tickets', 'table'],
    constants: [tickets.where, tickets.onInsert],
    others: [tickets.key, tickets.number.column, tickets.providerNumber],
    writes: writes.filter(({ of }) => of === 'ticket'),
    what: 'ticket that the provider opens',
    onInsert: 'tickets.on_insert',
  });
  if (comments !== null && inbound.comments !== null)
    checkTable(context, {
      table: comments.table,
      path: ['comments', 'table'],
      constants: [comments.where, comments.onInsert],
      others: [comments.key, comments.ticket],
      writes: writes.filter(({ of, path }) => of === 'comment' && path[0] === 'inbound'),
      what: 'comment of the provider',
      onInsert: 'comments.on_insert',
    });
  checkFiles(context, writes, 'inbound');
  checkFiles(context, writes, 'changes');
  checkChanges(context, writes);
}

/** The same of files, of tickets or of changes. */
function checkFiles(
  context: SurveyContext,
  writes: readonly InboundWrite[],
  root: 'inbound' | 'changes',
): void {
  const { contract } = context;
  const isTaken = (root === 'inbound' ? contract.inbound : contract.changes)?.attachments != null;
  const attachments =
    root === 'inbound' ? contract.itsm.attachments : (contract.itsm.changeRequests?.attachments ?? null);
  if (!isTaken || attachments === null) return;
  const { content, contentType, size } = attachments;
  const path = root === 'inbound' ? ['attachments'] : ['change_requests', 'attachments'];
  checkTable(context, {
    table: attachments.table,
    path: [...path, 'table'],
    constants: [attachments.where, attachments.onInsert],
    others: [
      attachments.key,
      attachments.ticket,
      attachments.name,
      ...[contentType, size, content.column, content.directory?.column].filter((one) => one != null),
    ],
    writes: writes.filter((write) => write.of === 'attachment' && write.path[0] === root),
    what: 'file of the provider',
    onInsert: `${path.join('.')}.on_insert`,
  });
}

/** The same of the client's changes, with their comments and approvals. */
function checkChanges(context: SurveyContext, writes: readonly InboundWrite[]): void {
  const { changes, itsm } = context.contract;
  if (changes === null || itsm.changeRequests === null) return;
  const { tickets, comments, approvals } = itsm.changeRequests;
  checkTable(context, {
    table: tickets.table,
    path: ['change_requests', 'table'],
    constants: [tickets.where, tickets.onInsert],
    others: [tickets.key, tickets.number.column, tickets.providerNumber],
    writes: writes.filter(
      ({ of, path }) => of === 'change' && (path[1] === 'fields' || path[1] === 'create'),
    ),
    what: "change made from the provider's",
    onInsert: 'change_requests.on_insert',
  });
  if (comments !== null && changes.comments !== null)
    checkTable(context, {
      table: comments.table,
      path: ['change_requests', 'comments', 'table'],
      constants: [comments.where, comments.onInsert],
      others: [comments.key, comments.ticket],
      writes: writes.filter(({ of, path }) => of === 'comment' && path[0] === 'changes'),
      what: 'comment of the provider',
      onInsert: 'change_requests.comments.on_insert',
    });
  if (approvals !== null && changes.approvals !== null)
    checkTable(context, {
      table: approvals.table,
      path: ['change_requests', 'approvals', 'table'],
      constants: [approvals.where, approvals.onInsert],
      others: [approvals.key, approvals.ticket, approvals.approvalId],
      writes: writes.filter(({ of }) => of === 'approval'),
      what: 'request for approval',
      onInsert: 'change_requests.approvals.on_insert',
    });
}

interface NewRow {
  readonly table: string;
  readonly path: Path;
  readonly constants: readonly ReadonlyMap<string, Constant>[];
  readonly others: readonly string[];
  readonly writes: readonly InboundWrite[];
  readonly what: string;
  readonly onInsert: string;
}

function checkTable({ schema, report, inItsm, inContract }: SurveyContext, row: NewRow): void {
  const given = [
    ...row.constants.flatMap((constants) =>
      [...constants].filter(([, value]) => value !== null).map(([column]) => column),
    ),
    ...row.others,
  ];
  for (const column of schema.tables.get(row.table)?.columns ?? []) {
    if (!needsValue(column) || given.some((name) => isSameName(name, column.name))) continue;
    const writes = row.writes.filter(({ source }) => isSameName(source.column, column.name));
    if (writes.some(({ rule }) => !rule.optional || rule.default !== null)) continue;
    const [optional] = writes;
    const needs = `${row.table}.${column.name} is NOT NULL and has no default`;
    if (optional !== undefined) {
      const message = `${needs}: a ${row.what} without this value would be refused.`;
      const hint = `Give it a default here, or give the column one in ${row.onInsert}.`;
      report.add(CODES.tightColumn, inContract([...optional.path, 'optional'], 'key'), message, hint);
      continue;
    }
    const message = `${needs}, and nothing gives it a value: a ${row.what} would be refused.`;
    const hint = `Give ${column.name} (${column.declared}) a value in ${row.onInsert}, or map a field to it under inbound.`;
    report.add(CODES.neverFilled, inItsm(row.path), message, hint);
  }
}

const needsValue = (column: SchemaColumn): boolean => !column.nullable && !column.fillsItself;
