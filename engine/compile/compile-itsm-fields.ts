import type { FieldRule } from '../domain/contract.ts';
import { CODES } from './codes.ts';
import { compileFields } from './compile-field.ts';
import type { FieldTarget } from './compile-limits.ts';
import type { Spot } from './report.ts';
import type { InputShape, Scope } from './scope.ts';
import { suggestion } from './yaml/did-you-mean.ts';
import type { Written } from './yaml/written.ts';
import type { WrittenFields } from './written-contract.ts';

/** ITSM fields that rules fill: each must be declared, and writable. */
export function compileItsmFields(
  written: Written<WrittenFields> | null,
  target: FieldTarget,
  input: InputShape,
  scope: Scope,
): ReadonlyMap<string, FieldRule> {
  for (const [name, field] of written?.entries() ?? []) checkWritable(name, field.key, target, scope);
  return compileFields(written, (name): name is string => name !== '', input, scope, target);
}

/** A field that a rule fills must be declared, and writable. Fields that are not known yet are not asked for. */
export function checkWritable(
  name: string,
  at: Spot,
  { fields: declared, what }: Pick<FieldTarget, 'fields' | 'what'>,
  scope: Scope,
): void {
  if (declared === null) return;
  const writable = declared.get(name)?.isWritable;
  if (writable === undefined) {
    const message = `The ITSM description has no ${what} field "${name}".`;
    const hint = suggestion(name, declared.keys(), 'declared there');
    scope.report.add(CODES.unknownItsmField, at, message, hint);
  } else if (!writable) {
    const message = `The ${what} field "${name}" can only be read.`;
    const hint = 'Its description lacks `value`: the column by which the row that is meant can be found.';
    scope.report.add(CODES.notWritable, at, message, hint);
  }
}
