import { CODES } from '../../../engine/compile/codes.ts';
import { suggestion } from '../../../engine/compile/yaml/did-you-mean.ts';
import type { FieldRule, Table } from '../../../engine/domain/contract.ts';
import { inboundWrites } from './inbound-writes.ts';
import { inboundWords } from './rule-words.ts';
import type { Path } from './spots.ts';
import type { RowsContext } from './survey-context.ts';
import { rowsWith, ticketPath, ticketValues, wordsIn, type CountedValue, type TicketPath } from './values.ts';

/** Unmapped values that are told one by one, of each field. */
const UNMAPPED_TOLD_MAX = 10;

/**
 * The words that tickets have, against the tables through which they go out, for fields that are a plain path. Returns
 * what is worth a line and no warning: entries that no ticket uses.
 */
export async function checkTicketWords(context: RowsContext): Promise<readonly string[]> {
  const { contract, knex, schema } = context;
  const { ticketType, fields, since } = contract.outbound;
  const rules: readonly (readonly [FieldRule, Path])[] = [
    [ticketType, ['outbound', 'ticket_type']],
    ...[...fields.values()].map((rule) => [rule, ['outbound', 'fields', rule.field]] as const),
  ];
  const notes: string[] = [];
  for (const [rule, path] of rules) {
    const { table } = rule;
    const read = ticketPath(contract.itsm, rule.value.source);
    if (table === null || read === null) continue;
    const values = await ticketValues(knex, schema.kind, contract.itsm, read, since);
    checkUnmapped(context, rule, table, path, values);
    const missing = await checkEntries(context, table, read);
    const unused = table.entries
      .map(({ client }) => client)
      .filter((client) => !missing.has(client) && !values.some(({ value }) => value === client));
    if (unused.length > 0)
      notes.push(`no ticket has, of the table "${table.name}" (${rule.field}): ${unused.join(', ')}`);
  }
  return notes;
}

/** A value without an entry, and with nothing to fall back to, parks its ticket. */
function checkUnmapped(
  { report, inContract }: RowsContext,
  rule: FieldRule,
  table: Table,
  path: Path,
  values: readonly CountedValue[],
): void {
  if (table.otherwise !== null || rule.default !== null || rule.optional) return;
  const clients = table.entries.map(({ client }) => client);
  const unmapped = values.filter(({ value }) => !clients.includes(value));
  const spot = inContract([...path, 'table']);
  for (const { value, tickets } of unmapped.slice(0, UNMAPPED_TOLD_MAX)) {
    const message = `"${value}" is unmapped: ${plural(tickets, 'ticket')}.`;
    const near = clients.find((client) => client.trim().toLowerCase() === value.trim().toLowerCase());
    const meant =
      near === undefined ? '' : `Words are compared letter for letter, and the entry is "${near}". `;
    const hint = `${meant}Add it to the table "${table.name}", or give the table an otherwise: such a ticket parks.`;
    report.add(CODES.otherWords, spot, message, hint);
  }
  const others = unmapped.slice(UNMAPPED_TOLD_MAX);
  if (others.length === 0) return;
  const tickets = others.reduce((sum, other) => sum + other.tickets, 0);
  const message = `${others.length} more values are unmapped: ${plural(tickets, 'ticket')}.`;
  report.add(CODES.otherWords, spot, message, `Does ${rule.value.source} hold words of a list at all?`);
}

/** Entries for words that the looked-up table does not hold are never used. Returns those words. */
async function checkEntries(
  { contract, knex, report, inContract }: RowsContext,
  table: Table,
  { from, column }: TicketPath,
): Promise<ReadonlySet<string>> {
  if (from === null || table.entries.length === 0) return new Set();
  const words = table.entries.map(({ client }) => client);
  const counts = await rowsWith(knex, from.table, column, words);
  const missing = words.filter((word) => counts.get(word) === 0);
  // What would be refused on the way back has been told as such.
  const told = inboundWrites(contract)
    .filter(({ rule, source }) => rule.table === table && source.kind !== 'column')
    .flatMap(({ rule, path }) => inboundWords(rule, path).map(({ word }) => word));
  const untold = missing.filter((word) => !told.includes(word));
  if (untold.length > 0) {
    const there = await wordsIn(knex, from.table, column);
    for (const word of untold) {
      const message = `${from.table} has no row whose ${column} is "${word}": this entry is never used.`;
      const hint = suggestion(word, there, 'there');
      report.add(CODES.otherWords, inContract(['tables', table.name, word], 'key'), message, hint);
    }
  }
  return new Set(missing);
}

/** Names of custom fields that no row has, and conditions that no row meets. */
export async function checkNamedRows(context: RowsContext): Promise<void> {
  const { tickets, comments } = context.contract.itsm;
  await checkWhere(context, tickets.table, tickets.where, ['tickets', 'where']);
  if (comments !== null) await checkWhere(context, comments.table, comments.where, ['comments', 'where']);
  const { knex, report, inItsm } = context;
  const { customFields: custom } = tickets;
  if (custom === null) return;
  const there = await wordsIn(knex, custom.table, custom.name);
  if (there.length === 0) return;
  for (const [field, name] of custom.fields) {
    if (there.includes(name)) continue;
    const counts = await rowsWith(knex, custom.table, custom.name, [name]);
    if (counts.get(name) !== 0) continue;
    const message = `No row of ${custom.table} has the ${custom.name} "${name}".`;
    const hint = suggestion(name, there, 'there');
    report.add(CODES.otherWords, inItsm(['tickets', 'custom_fields', 'fields', field]), message, hint);
  }
}

async function checkWhere(
  { knex, report, inItsm }: RowsContext,
  table: string,
  where: ReadonlyMap<string, string | number | boolean | null>,
  path: Path,
): Promise<void> {
  if (where.size === 0) return;
  const any: unknown = await knex(table).first(knex.raw('1'));
  const found: unknown = await knex(table).where(Object.fromEntries(where)).first(knex.raw('1'));
  if (any === undefined || found !== undefined) return;
  const message = `No row of ${table} meets this.`;
  const hint = 'Such rows only are read. Compare the values with those in the table.';
  report.add(CODES.otherWords, inItsm(path, 'key'), message, hint);
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
