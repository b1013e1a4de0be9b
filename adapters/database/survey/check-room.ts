import { CODES } from '../../../engine/compile/codes.ts';
import { SHORT_DESCRIPTION_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../../engine/domain/limits.ts';
import { CHARACTER_SETS, type CharacterSet } from '../../../engine/domain/itsm-description.ts';
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
    if (write.source.kind !== 'column' || write.rule.table !== null) continue;
    const table = context.schema.tables.get(write.table);
    const column = table === undefined ? null : columnOf(table, write.source.column);
    if (write.source.type === 'text' && column?.kind === 'text') checkText(context, write, column);
    if (write.source.range === 'datetime' && column?.kind === 'timestamp') checkDate(context, write, column);
  }
}

function checkDate({ report, inItsm }: SurveyContext, write: InboundWrite, column: SchemaColumn): void {
  const { rule, path, table, of } = write;
  const message = `${table}.${column.name} is ${column.declared}, which has no dates before 1970 or after January 2038: such a date would be refused.`;
  const hint =
    'Say range: timestamp of the column, and unstorable_date in the contract says what becomes of it.';
  report.add(CODES.tightColumn, inItsm([...describedAt(path, of), rule.field, 'type']), message, hint);
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

function checkText(context: SurveyContext, write: InboundWrite, column: SchemaColumn): void {
  checkDeclared(context, write, column);
  const { rule } = write;
  // A text without a name of the message in it is the contract's own.
  if (rule.value.reads !== 'everything' && rule.value.reads.size === 0) return;
  checkLength(context, write, column);
  checkCharacters(context, write, column);
}

/** What itsm.yaml says of the column must not be more than it takes. */
function checkDeclared({ report, inItsm }: SurveyContext, write: InboundWrite, column: SchemaColumn): void {
  const { rule, path, table, of, source } = write;
  if (source.kind !== 'column') return;
  const spot = [...describedAt(path, of), rule.field];
  const says = `${table}.${column.name} is ${column.declared}`;
  const most = lengthOf(column);
  if (source.lengthMax !== null && most < source.lengthMax) {
    const message = `${says}, which takes less than the ${source.lengthMax} characters that are said of it.`;
    report.add(CODES.tightColumn, inItsm([...spot, 'length']), message, `Say length: ${most}.`);
  }
  if (source.characters === null || column.characterSet === null) return;
  const own = setOf(column.characterSet);
  if (own === null || CHARACTER_SETS.indexOf(own) <= CHARACTER_SETS.indexOf(source.characters)) return;
  const message = `${says} in ${column.characterSet}, which has fewer characters than ${source.characters}.`;
  report.add(CODES.tightColumn, inItsm([...spot, 'characters']), message, `Say characters: ${own}.`);
}

function checkLength({ report, inContract }: SurveyContext, write: InboundWrite, column: SchemaColumn): void {
  const { rule, path, table, source } = write;
  const name = rule.value.source.trim();
  const lengthMax = MESSAGE_LENGTHS.get(name);
  const most = lengthOf(column);
  const isSaid = source.kind === 'column' && source.lengthMax !== null;
  if (isSaid || lengthMax === undefined || most >= lengthMax) return;
  const message = `${table}.${column.name} is ${column.declared}, and the provider’s ${name} has up to ${lengthMax} characters: a longer one would be refused.`;
  const hint = `Say length: ${most} of the column in the ITSM file, and too_long here says what becomes of it; or widen the column.`;
  report.add(CODES.tightColumn, inContract([...path, 'value']), message, hint);
}

function checkCharacters({ report, inItsm }: SurveyContext, write: InboundWrite, column: SchemaColumn): void {
  const { rule, path, table, of, source } = write;
  const { characterSet } = column;
  const isSaid = source.kind === 'column' && source.characters !== null;
  if (isSaid || characterSet === null || WHOLE_UNICODE.includes(characterSet.toLowerCase())) return;
  const message = `${table}.${column.name} is ${column.declared} in ${characterSet}, which lacks characters that the provider may send, such as emoji: such a text would be refused.`;
  const own = setOf(characterSet);
  const convert = `ALTER TABLE ${table} CONVERT TO CHARACTER SET utf8mb4;`;
  const hint = own === null ? convert : `Say characters: ${own}, or ${convert}`;
  report.add(CODES.tightColumn, inItsm([...describedAt(path, of), rule.field, 'column']), message, hint);
}

/** Characters that surely fit; types that are counted in bytes may have four for each. */
const lengthOf = ({ declared, lengthMax }: SchemaColumn): number => {
  if (lengthMax === null) return Infinity;
  return /text$/i.test(declared) ? Math.floor(lengthMax / CHARACTER_BYTES_MAX) : lengthMax;
};
const CHARACTER_BYTES_MAX = 4;

/** What itsm.yaml calls a server's character set; null: it has no word for it. */
function setOf(characterSet: string): CharacterSet | null {
  const name = characterSet.toLowerCase();
  if (['utf8', 'ucs2'].includes(name)) return 'utf8mb3';
  return CHARACTER_SETS.find((one) => one === name) ?? null;
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
