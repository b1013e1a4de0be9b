import type { AppendRule, FieldRule, Table } from '../domain/contract.ts';
import { CODES } from './codes.ts';
import { compileExpressionAt } from './compile-expression-at.ts';
import { compileLimits, type FieldTarget } from './compile-limits.ts';
import { suggestion } from './yaml/did-you-mean.ts';
import type { InputShape, Scope } from './scope.ts';
import { Written } from './yaml/written.ts';
import type { WrittenField, WrittenFields } from './written-contract.ts';

/** A mapping of fields to how they get their values. Fields with mistakes are left out, and reported. */
export function compileFields<Field extends string>(
  written: Written<WrittenFields> | null,
  isField: (name: string) => name is Field,
  input: InputShape,
  scope: Scope,
  target: FieldTarget | null = null,
): ReadonlyMap<Field, FieldRule> {
  const rules = new Map<Field, FieldRule>();
  for (const [name, field] of written?.entries() ?? []) {
    const rule = compileField(field, name, input, scope, target);
    if (rule !== null && isField(name)) rules.set(name, rule);
  }
  return rules;
}

/**
 * `title`, or `{ value, table, default, optional, append }`. Null, and reported, if anything is wrong with it. `target`: the rows
 * of the ITSM that it fills; null: it fills a payload.
 */
export function compileField(
  written: Written<WrittenField>,
  field: string,
  input: InputShape,
  scope: Scope,
  target: FieldTarget | null = null,
): FieldRule | null {
  const short = written.isMap ? null : new Written<string>(written.node, written.key);
  const value = compileExpressionAt(short ?? written.get('value'), input, scope);
  const table = findTable(written.get('table'), scope);
  const append = compileAppend(written, field, input, scope);
  if (value === null || table === undefined) return null;
  return {
    field,
    place: written.key.place,
    value,
    table,
    default: written.get('default')?.text ?? null,
    optional: written.get('optional')?.scalar?.value === true,
    append,
    ...compileLimits(written, { field, value, table }, input, target, scope),
    observe: null,
  };
}

/** Null if no table is asked for, undefined if it does not exist. */
function findTable(written: Written<string> | null, scope: Scope): Table | null | undefined {
  const name = written?.text ?? null;
  if (written === null || name === null) return null;
  const table = scope.tables.get(name);
  if (table === undefined) {
    const hint = suggestion(name, scope.tables.keys(), 'declared under tables');
    scope.report.add(CODES.unknownTable, written, `There is no table "${name}".`, hint);
  }
  return table;
}

function compileAppend(
  written: Written<WrittenField>,
  field: string,
  input: InputShape,
  scope: Scope,
): readonly AppendRule[] {
  const append = written.get('append');
  if (append === null) return [];
  if (field !== 'description' || input.what !== 'a ticket') {
    const message = `Nothing can be appended to "${field}".`;
    const hint =
      'Only outbound.fields.description takes append. Elsewhere, join texts with & in the expression.';
    scope.report.add(CODES.appendNotHere, append.key, message, hint);
  }
  return append.entries().flatMap(([label, line]) => {
    const value = compileExpressionAt(line, input, scope);
    return value === null ? [] : [{ label, value, place: line.key.place }];
  });
}
