import type { Table } from '../../domain/contract.ts';
import { isDone } from '../../domain/payload.ts';
import { CODES } from '../codes.ts';
import { plainPath } from '../expression/parse.ts';
import { BRIDGE_VALUES, isEnumerated } from '../vocabulary.ts';
import { tableOf, type Subject, type WrittenRule } from './subject.ts';
import type { Term, Terms } from './terms.ts';

/** A table used by a rule, for one field of the bridge. */
interface Use {
  readonly rule: WrittenRule;
  readonly table: Table;
  /** Null where the expression is not simply the field's name. */
  readonly bridgeField: string | null;
}

export function checkTables(subject: Subject, terms: Terms): void {
  const uses = subject.fields.flatMap((rule): Use[] => {
    const table = tableOf(subject, rule);
    return table === null ? [] : [{ rule, table, bridgeField: bridgeFieldOf(rule) }];
  });
  checkUnused(subject);
  checkOtherwise(subject);
  checkMixed(subject, uses);
  for (const use of uses) {
    if (use.rule.list === 'outbound') checkEntries(subject, use, terms);
    if (use.rule.list === 'inbound') {
      checkWayBack(subject, use);
      checkSame(subject, use);
    }
  }
}

/** The bridge's field that a rule fills, or takes as it is. */
function bridgeFieldOf({ list, name, value }: WrittenRule): string | null {
  if (list === 'outbound') return name;
  const path = value === null ? null : plainPath(value.tree);
  return (list === 'inbound' || list === 'create') && path?.length === 1 ? (path[0] ?? null) : null;
}

function checkUnused(subject: Subject): void {
  const used = new Set(subject.fields.map(({ written }) => written.get('table')?.text));
  for (const [name, table] of subject.tables) {
    if (used.has(name)) continue;
    const spot = { place: table.place, length: name.length };
    subject.report.add(
      CODES.unusedTable,
      spot,
      `No field uses the table "${name}".`,
      'Delete it, or name it in a field’s table.',
    );
  }
}

/** The client's word for a provider's: the first written. */
const wayBack = (table: Table, word: string): string | null =>
  table.entries.find(({ provider }) => provider === word)?.client ?? null;

/** The values of an enumerated field; `free` for the others. */
const kindOf = (field: string): string => (isEnumerated(field) ? BRIDGE_VALUES[field].join(', ') : 'free');

function checkMixed(subject: Subject, uses: readonly Use[]): void {
  const first = new Map<Table, string>();
  for (const { table, bridgeField, rule } of uses) {
    if (bridgeField === null) continue;
    const other = first.get(table);
    if (other === undefined) first.set(table, bridgeField);
    else if (kindOf(other) !== kindOf(bridgeField)) {
      const message = `The table "${table.name}" serves ${other} already, whose values are others than those of ${bridgeField}.`;
      const at = rule.written.get('table') ?? rule.written;
      subject.report.add(CODES.mixedTable, at, message, 'Give each a table of its own.');
    }
  }
}

/** Words that a column of this type never gives. */
function checkEntries(subject: Subject, { rule, table }: Use, terms: Terms): void {
  const path = rule.value === null ? null : plainPath(rule.value.tree);
  const term = path === null ? null : terms('ticket', path);
  if (term === null || term.type === 'text') return;
  for (const [client, { key }] of subject.contract.get('tables')?.get(table.name)?.entries() ?? []) {
    if (client === 'otherwise' || isWordOf(term, client)) continue;
    const message = `"${client}" is never looked up: ${rule.name} takes a field of type ${term.type}.`;
    const hint =
      term.type === 'boolean'
        ? 'Its words are true and false.'
        : 'Its words are numbers as short as they are: 1, not 01.';
    subject.report.add(CODES.uselessEntry, key, message, hint);
  }
}

const isWordOf = (term: Term, word: string): boolean =>
  term.type === 'boolean' ? word === 'true' || word === 'false' : String(Number(word)) === word;

/** What the provider can send and no entry maps. */
function checkWayBack(subject: Subject, { rule, table, bridgeField }: Use): void {
  const { written } = rule;
  if (bridgeField === null || written.get('default') !== null) return;
  if (written.get('optional')?.scalar?.value === true) return;
  const groups = bridgeField === 'group' ? subject.contract.get('bridge')?.get('groups') : null;
  const possible = isEnumerated(bridgeField)
    ? [...BRIDGE_VALUES[bridgeField]]
    : (groups?.items() ?? []).flatMap(({ text }) => (text === null ? [] : [text]));
  const at = written.get('table') ?? written;
  if (possible.length === 0) {
    const message = `Whatever the provider sends as ${bridgeField} and the table "${table.name}" does not list has no way back: such a message parks its ticket.`;
    const hint =
      table.otherwise === null
        ? 'Give the field a default.'
        : 'otherwise is no way back: give the field a default.';
    subject.report.add(CODES.noWayBack, at, message, hint);
    return;
  }
  const missing = possible.filter((word) => wayBack(table, word) === null);
  if (missing.length === 0) return;
  const words = missing.map((word) => `"${word}"`).join(', ');
  const message = `The provider can send the ${bridgeField} ${words}, for which the table "${table.name}" has no entry: such a message parks its ticket.`;
  const hint = `Add ${missing.length === 1 ? 'it' : 'them'} to the table, or give the field a default.`;
  subject.report.add(CODES.noWayBack, at, message, hint);
}

/** Where the two directions of one column use different tables: does each word come back as itself? */
function checkSame(subject: Subject, { rule, table, bridgeField }: Use): void {
  if (bridgeField === null) return;
  const outbound = subject.fields.find((other) => other.list === 'outbound' && other.name === bridgeField);
  const there = outbound === undefined ? null : tableOf(subject, outbound);
  if (outbound?.value == null || there === null || there === table) return;
  if (plainPath(outbound.value.tree)?.join('.') !== rule.name) return;
  for (const word of new Set(table.entries.map(({ provider }) => provider))) {
    const client = wayBack(table, word) ?? '';
    const back = there.entries.find((entry) => entry.client === client)?.provider ?? there.otherwise;
    if (back === word) continue;
    const message = `The provider’s "${word}" becomes "${client}" here, which is ${back === null ? 'nothing' : `"${back}"`} by the table "${there.name}" on the way out.`;
    subject.report.add(
      CODES.lossyWayBack,
      rule.written.get('table') ?? rule.written,
      message,
      'Use one table for both directions.',
    );
  }
}

/** `otherwise: closed` would end every ticket whose status is new to the table. */
function checkOtherwise(subject: Subject): void {
  const rule = subject.fields.find(({ list, name }) => list === 'outbound' && name === 'status');
  const table = rule === undefined ? null : tableOf(subject, rule);
  const otherwise = subject.contract
    .get('tables')
    ?.get(table?.name ?? '')
    ?.get('otherwise');
  if (otherwise?.text == null || !isDone(otherwise.text)) return;
  const message = `A ticket whose status this table does not list counts as ${otherwise.text} at the provider.`;
  subject.report.add(
    CODES.endsUnknown,
    otherwise,
    message,
    'List the words that end a ticket; let otherwise be an open one.',
  );
}
