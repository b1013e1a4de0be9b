import { CODES } from '../../../engine/compile/codes.ts';
import { columnOf, isIndexed, isUnique, type SchemaTable } from './schema.ts';
import type { Path } from './spots.ts';
import type { SurveyContext } from './survey-context.ts';

/** What the engine asks of tables: keys that tell rows apart, indexes for what it looks for, transactions. */
export function checkKeys(context: SurveyContext): void {
  const { tickets, comments, attachments, changeRequests, changes } = context.contract.itsm;
  const { customFields } = tickets;
  checkWrittenTable(context, tickets.table, tickets.key, ['tickets']);
  checkNumber(context);
  const everyMessage = 'Each message of the provider looks a ticket up by it.';
  checkIndex(context, tickets.table, [tickets.providerNumber], ['tickets', 'provider_number'], everyMessage);
  const everyTicket = 'It is read with each ticket.';
  if (comments !== null) {
    // Comments of the provider are the only ones that are written.
    if (context.contract.inbound.comments !== null)
      checkWrittenTable(context, comments.table, comments.key, ['comments']);
    checkIndex(context, comments.table, [comments.ticket], ['comments', 'ticket'], everyTicket);
  }
  if (attachments !== null) {
    // Only files of the provider's are written.
    if (context.contract.inbound.attachments !== null)
      checkWrittenTable(context, attachments.table, attachments.key, ['attachments']);
    checkIndex(context, attachments.table, [attachments.ticket], ['attachments', 'ticket'], everyTicket);
  }
  if (customFields !== null)
    checkIndex(
      context,
      customFields.table,
      [customFields.ticket],
      ['tickets', 'custom_fields', 'ticket'],
      everyTicket,
    );
  if (changeRequests !== null) {
    const { tickets: change, attachments: files, approvals } = changeRequests;
    const root = 'change_requests';
    checkWrittenTable(context, change.table, change.key, [root]);
    checkIndex(context, change.table, [change.providerNumber], [root, 'provider_number'], everyMessage);
    if (files !== null)
      checkIndex(
        context,
        files.table,
        [files.ticket],
        [root, 'attachments', 'ticket'],
        'It is read with each change.',
      );
    if (approvals !== null) {
      checkWrittenTable(context, approvals.table, approvals.key, [root, 'approvals']);
      checkIndex(
        context,
        approvals.table,
        [approvals.ticket],
        [root, 'approvals', 'ticket'],
        'It is read with each change.',
      );
    }
  }
  changes.forEach(({ table, changed, key }, index) =>
    checkIndex(context, table, [changed, key], ['changes', index, 'changed'], 'Every poll looks for it.'),
  );
}

/** A table in which rows are made: their key comes from the database, and a transaction is all or nothing. */
function checkWrittenTable(context: SurveyContext, name: string, key: string, path: Path): void {
  const { schema, report, inItsm } = context;
  const table = schema.tables.get(name);
  const column = table === undefined ? null : columnOf(table, key);
  if (table === undefined || column === null || table.isView) return;
  if (table.storageEngine !== null && table.storageEngine.toLowerCase() !== 'innodb') {
    const message = `The table "${name}" is kept by ${table.storageEngine}, which has no transactions.`;
    const hint = `ALTER TABLE ${name} ENGINE = InnoDB: a crash would leave half of a change.`;
    report.add(CODES.unfitTable, inItsm([...path, 'table']), message, hint);
  }
  if (!isUnique(table, key)) {
    const message = `${name}.${key} is not unique: it cannot tell two rows apart.`;
    const hint = 'Name the column of the primary key.';
    report.add(CODES.unfitTable, inItsm([...path, 'key']), message, hint);
  } else if (!column.countsUp) {
    const message = `${name}.${key} does not count up by itself: the database must make the keys of new rows.`;
    const how = schema.kind === 'mysql' ? 'AUTO_INCREMENT' : 'INTEGER PRIMARY KEY';
    report.add(CODES.unfitTable, inItsm([...path, 'key']), message, `It must be ${how}.`);
  }
}

/** The number is what the provider calls the ticket by. */
function checkNumber({ contract, schema, report, inItsm }: SurveyContext): void {
  const { tickets } = contract.itsm;
  const table = schema.tables.get(tickets.table);
  const { column } = tickets.number;
  if (table === undefined || table.isView || columnOf(table, column) === null || isUnique(table, column))
    return;
  const message = `${tickets.table}.${column} is not unique: nothing keeps two tickets from having one number.`;
  const hint = `CREATE UNIQUE INDEX ${tickets.table}_${column} ON ${tickets.table} (${column});`;
  report.add(CODES.noIndex, inItsm(['tickets', 'number', 'column']), message, hint);
}

/** The first column is what is looked for; the others are a wish. */
function checkIndex(
  { schema, report, inItsm }: SurveyContext,
  name: string,
  columns: readonly string[],
  path: Path,
  why: string,
): void {
  const table = schema.tables.get(name);
  const [first = ''] = columns;
  if (table === undefined || columnOf(table, first) === null || isFound(table, first)) return;
  const message = `No index begins with ${name}.${first}: the whole table is read. ${why}`;
  const bare = name.slice(name.indexOf('.') + 1);
  const hint = `CREATE INDEX ${bare}_${first} ON ${name} (${columns.join(', ')});`;
  report.add(CODES.noIndex, inItsm(path), message, hint);
}

const isFound = (table: SchemaTable, column: string): boolean => table.isView || isIndexed(table, column);
