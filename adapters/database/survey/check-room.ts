import { CODES } from '../../../engine/compile/codes.ts';
import { SHORT_DESCRIPTION_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../../engine/domain/limits.ts';
import { inboundWrites, type InboundWrite } from './inbound-writes.ts';
import { columnOf, type SchemaColumn } from './schema.ts';
import type { Path } from './spots.ts';
import type { SurveyContext } from './survey-context.ts';

/** The provider's numbers have this length by now: `e-CHG0204070`. */
const PROVIDER_NUMBER_LENGTH = 12;

/** How long a text of the provider's may be, by its name in messages. */
const MESSAGE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['shortDescription', SHORT_DESCRIPTION_LENGTH_MAX],
  ['description', TEXT_LENGTH_MAX],
  ['closeNotes', TEXT_LENGTH_MAX],
  ['body', TEXT_LENGTH_MAX],
]);

/** Character sets in which every character of the provider's has a place: emoji, rare names. */
const WHOLE_UNICODE = ['utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030'];

/** Is there room in the columns for all that may be written to them: numbers, the provider's texts, every character? */
export function checkRoom(context: SurveyContext): void {
  checkNumbers(context);
  for (const write of inboundWrites(context.contract)) {
    if (write.source.kind !== 'column' || write.source.type !== 'text' || write.rule.table !== null) continue;
    const table = context.schema.tables.get(write.table);
    const column = table === undefined ? null : columnOf(table, write.source.column);
    if (column?.kind === 'text') checkText(context, write, column);
  }
}

function checkNumbers({ contract, schema, report, inItsm }: SurveyContext): void {
  const { tickets } = contract.itsm;
  const table = schema.tables.get(tickets.table);
  if (table === undefined) return;
  const { column: name, generate } = tickets.number;
  const number = columnOf(table, name);
  const needed = generate === null ? 0 : generate.prefix.length + generate.digits;
  if (number !== null && (number.lengthMax ?? Infinity) < needed) {
    const message = `${tickets.table}.${name} is ${number.declared}: too short for numbers of ${needed} characters.`;
    const hint = `Numbers are "${generate?.prefix ?? ''}" and at least ${generate?.digits ?? 0} digits. Widen the column, or make them shorter.`;
    report.add(CODES.tightColumn, inItsm(['tickets', 'number', 'generate']), message, hint);
  }
  const provider = columnOf(table, tickets.providerNumber);
  if (provider === null) return;
  const spot = inItsm(['tickets', 'provider_number']);
  const says = `${tickets.table}.${tickets.providerNumber} is ${provider.declared}`;
  if ((provider.lengthMax ?? Infinity) < PROVIDER_NUMBER_LENGTH) {
    const hint = `They look like e-CS0204070 and e-CHG0204070: varchar(${2 * PROVIDER_NUMBER_LENGTH}) leaves room.`;
    report.add(CODES.tightColumn, spot, `${says}: too short for the provider’s numbers.`, hint);
  }
  if (provider.kind !== 'text' && provider.kind !== 'other') {
    const message = `${says}: the provider’s numbers are texts.`;
    report.add(CODES.unfitTable, spot, message, 'They look like e-CS0204070.');
  }
  if (!provider.nullable) {
    const message = `${tickets.table}.${tickets.providerNumber} is NOT NULL: no row could say that the provider does not have its ticket.`;
    report.add(CODES.unfitTable, spot, message, 'Allow NULL, and make it NULL where there is no number.');
  }
}

function checkText(
  { report, inItsm, inContract }: SurveyContext,
  { rule, path, table, of }: InboundWrite,
  column: SchemaColumn,
): void {
  // A text without a name of the message in it is the contract's own.
  if (rule.value.reads !== 'everything' && rule.value.reads.size === 0) return;
  const says = `${table}.${column.name} is ${column.declared}`;
  const lengthMax = MESSAGE_LENGTHS.get(rule.value.source.trim());
  if (lengthMax !== undefined && (column.lengthMax ?? Infinity) < lengthMax) {
    const message = `${says}, and the provider’s ${rule.value.source.trim()} has up to ${lengthMax} characters: a longer one would be refused.`;
    const hint = `Cut it here with $substring(${rule.value.source.trim()}, 0, ${column.lengthMax ?? 0}), or widen the column.`;
    report.add(CODES.tightColumn, inContract([...path, 'value']), message, hint);
  }
  if (column.characterSet !== null && !WHOLE_UNICODE.includes(column.characterSet.toLowerCase())) {
    const message = `${says} in ${column.characterSet}, which lacks characters that the provider may send, such as emoji: such a text would be refused.`;
    const hint = `ALTER TABLE ${table} CONVERT TO CHARACTER SET utf8mb4;`;
    report.add(CODES.tightColumn, inItsm([...describedAt(path, of), rule.field, 'column']), message, hint);
  }
}

/** Where itsm.yaml describes the fields of what a rule writes. */
function describedAt([root]: Path, of: InboundWrite['of']): Path {
  switch (of) {
    case 'ticket':
      return ['tickets', 'fields'];
    case 'change':
      return ['change_requests', 'fields'];
    case 'approval':
      return ['change_requests', 'approvals', 'fields'];
    case 'attachment':
      return root === 'changes' ? ['change_requests', 'attachments', 'fields'] : ['attachments', 'fields'];
    case 'comment':
      return root === 'changes' ? ['change_requests', 'comments', 'fields'] : ['comments', 'fields'];
  }
}
