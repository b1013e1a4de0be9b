import type { Column, ColumnType, FieldSource } from '../../domain/itsm-description.ts';
import { CODES } from '../codes.ts';
import { compileIdentifier } from './compile-identifier.ts';
import type { Report } from '../report.ts';
import { Written } from '../yaml/written.ts';
import { writtenRoom } from './itsm-names.ts';
import type { WrittenColumn, WrittenSource, WrittenSources } from './written-itsm.ts';

const TYPES: readonly ColumnType[] = ['text', 'number', 'boolean', 'date'];
/** What can be said of a column, and of which type it then is. */
const LIMITS = [
  ['length', 'text'],
  ['characters', 'text'],
  ['range', 'date'],
] as const;

/** Named fields and where they are found. `reserved` names mean something else to the rules. */
export function compileSources(
  written: Written<WrittenSources> | null,
  reserved: readonly string[],
  report: Report,
): ReadonlyMap<string, FieldSource> {
  const sources = new Map<string, FieldSource>();
  for (const [name, source] of written?.entries() ?? []) {
    if (reserved.includes(name)) {
      const message = `"${name}" cannot be a field’s name: the rules know it as something else.`;
      report.add(CODES.reservedName, source.key, message, `Reserved are ${reserved.join(', ')}.`);
    }
    const compiled = compileSource(source, report);
    if (compiled !== null) sources.set(name, compiled);
  }
  return sources;
}

function compileSource(written: Written<WrittenSource>, report: Report): FieldSource | null {
  const from = written.get('from');
  if (from === null) {
    const column = compileColumn(new Written<WrittenColumn>(written.node, written.key), report);
    for (const [key, type] of LIMITS) {
      const limit = written.get(key);
      if (limit === null || column === null || column.type === type) continue;
      const message = `Only a column of ${type}s has ${key}.`;
      report.add(CODES.roomNotHere, limit.key, message, `${column.column} holds a ${column.type}.`);
    }
    return column === null ? null : { kind: 'column', ...column, ...writtenRoom(written) };
  }
  const column = compileIdentifier(written.get('column'), 'column', report);
  const table = compileIdentifier(from, 'table', report);
  const key = compileIdentifier(written.get('key'), 'column', report);
  const value = compileIdentifier(written.get('value'), 'column', report);
  const fields = written.get('fields');
  const place = written.key.place;
  const type = written.get('type');
  if (type !== null) {
    const message = 'A row elsewhere has no type.';
    report.add(
      CODES.notAllowed,
      type.key,
      message,
      'Give the type to its parts: fields: { since: { column, type } }.',
    );
  }
  for (const [name, type] of LIMITS) {
    const limit = written.get(name);
    if (limit === null) continue;
    const message = `A row elsewhere is written by its key, which has no limits of a ${type}.`;
    report.add(CODES.roomNotHere, limit.key, message, 'Delete it here.');
  }
  if (column === null || table === null || key === null) return null;
  if (fields !== null) {
    const columns = new Map<string, Column>();
    for (const [part, partColumn] of fields.entries()) {
      const compiled = compileColumn(partColumn, report);
      if (compiled !== null) columns.set(part, compiled);
    }
    return { kind: 'reference', column, table, key, value, fields: columns, place };
  }
  if (value !== null) return { kind: 'lookup', column, table, key, value, place };
  const hint = 'value is the column that stands for the row; fields are several of its columns.';
  report.add(CODES.missingKey, written.key, 'Nothing says what is read from that row.', hint);
  return null;
}

function compileColumn(written: Written<WrittenColumn>, report: Report): Column | null {
  const short = written.isMap ? null : new Written<string>(written.node, written.key);
  const column = compileIdentifier(short ?? written.get('column'), 'column', report);
  const type = TYPES.find((candidate) => candidate === written.get('type')?.text) ?? 'text';
  return column === null ? null : { column, type, place: written.key.place };
}
